"""Every rule looks once at each state of the data, catches up, takes corrections in, and says when it cannot look."""

import threading
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.answers import newest_snapshot
from analytics.early_warning.finding import Finding
from analytics.early_warning.rules import Rule, default_rules
from clock.rounds import Rounds, process_name
from clock.states import reads_devices
from operations import warning_actions as actions
from operations.errors import OperationsError
from operations.notices import unread
from operations.warning_rules import change_rule
from operations.warning_runs import begun, run_states
from operations.warnings import warning, warnings
from tests.clock.conftest import AREA, GRID, MUCH, Site
from tests.operations.locks import locked
from tests.small import NOW
from warehouse.connect import writer
from warehouse.errors import ZhiliError

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
MIDNIGHT = NOW - 12 * HOUR
"""The day of `NOW` began then, in Shanghai."""


def matters() -> list:
    return [one for one in warnings() if one.rule != "detector_failed"]


def test_each_rule_looks_once_at_a_state_whatever_number_of_clocks_there_are(district: Site):
    clocks = [threading.Thread(target=district.rounds().look) for _ in range(3)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    asked = [rule for rule, _, _ in district.asked]
    assert sorted(asked) == sorted(rule.name for rule in default_rules())
    assert "nothing new" in district.rounds().look() and len(district.asked) == len(asked)
    assert {(state.outcome, state.is_good) for state in run_states()} == {("done", True)}


def test_what_is_found_is_a_warning_with_its_way_up_and_its_evidence(district: Site):
    district.report(NOW - HOUR, MUCH)
    said = district.rounds().look()
    assert "0 failed" in said
    (one,) = matters()
    assert (one.rule, one.area_name, one.area_level, one.grids, one.grade) == (
        "counts",
        "东升社区",
        "community",
        [GRID],
        2,
    )
    assert [step["level"] for step in one.path] == ["community", "town", "district"]
    assert one.until == NOW + SECOND and warning(one.id).series[0].observed == MUCH
    assert [len(warnings(areas=[area])) for area in (GRID, AREA, "370116", "370116101")] == [1, 1, 1, 0]
    assert unread().count == 1


def test_new_data_are_looked_at_and_data_of_another_kind_only_by_the_rules_that_read_them(district: Site):
    rounds = district.rounds()
    rounds.look()
    district.asked.clear()
    district.report(NOW - HOUR, MUCH)
    rounds.look()
    asked = {rule for rule, _, _ in district.asked}
    assert asked == {rule.name for rule in default_rules() if not reads_devices(rule)}
    district.asked.clear()
    district.change("update reading set value = value + 1 where sensor_id = (select min(sensor_id) from reading)", {})
    rounds.look()
    assert {rule for rule, _, _ in district.asked} == {rule.name for rule in default_rules() if reads_devices(rule)}


def test_a_rule_that_fails_stops_no_other_and_raises_a_warning_that_is_over_when_it_works(district: Site):
    district.report(NOW - HOUR, MUCH)
    district.fails = {"counts": ZhiliError("no such column"), "slow": ValueError("bug")}
    district.rounds().look()
    failed = {one.subject: one for one in warnings(rules=["detector_failed"])}
    assert set(failed) == {"counts", "slow"} and failed["counts"].reason["said"] == "no such column"
    assert failed["counts"].area_level == "district" and len(district.asked) == len(default_rules())
    district.fails = {"slow": ValueError("bug")}
    district.report(NOW - HOUR)
    district.rounds().look()
    again = {one.subject: one for one in warnings(rules=["detector_failed"])}
    assert again["counts"].over_since is not None and again["slow"].over_since is None
    assert again["slow"].seen_count == 2 and len(matters()) == 1


def test_days_missed_are_looked_at_in_order_and_what_is_old_is_told_to_nobody(district: Site):
    rounds = district.rounds()
    rounds.look()
    for days in (1, 2, 3):
        district.report(NOW + days * DAY - HOUR, MUCH if days == 1 else 1)
    district.data_until(NOW + 3 * DAY)
    district.asked.clear()
    district.rounds().look()
    ends = [MIDNIGHT + days * DAY for days in (2, 3)]
    assert district.asked_of("counts") == [*ends, NOW + 3 * DAY + SECOND]
    (one,) = matters()
    assert (one.until, one.told_at, one.answer_by) == (ends[0], None, None) and unread().count == 0
    assert one.over_since == NOW + 3 * DAY + SECOND


def test_after_a_long_outage_no_more_days_are_looked_at_than_the_limit(district: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("clock.marks.DAYS_BACK", 2)
    district.rounds().look()
    for days in range(1, 6):
        district.report(NOW + days * DAY)
    district.data_until(NOW + 5 * DAY)
    district.asked.clear()
    district.rounds().look()
    ends = [MIDNIGHT + days * DAY for days in (4, 5)]
    assert district.asked_of("counts") == [*ends, NOW + 5 * DAY + SECOND]


def test_a_rule_switched_on_later_does_not_look_at_the_past(district: Site):
    change_rule("counts", "is_on", False, "王")
    district.rounds().look()
    assert district.asked_of("counts") == []
    change_rule("counts", "is_on", True, "王")
    district.rounds().look()
    assert district.asked_of("counts") == [NOW + SECOND]


def test_a_change_that_no_rule_can_have_leaves_the_rule_as_delivered(district: Site):
    change_rule("counts", "per_day", -5, "王")
    district.rounds().look()
    assert district.asked_of("counts") == [NOW + SECOND]


def test_late_data_of_yesterday_are_looked_at_by_its_end_and_are_still_news(district: Site):
    rounds = district.rounds()
    rounds.look()
    district.asked.clear()
    district.report(MIDNIGHT - HOUR, MUCH)
    rounds.look()
    assert district.asked_of("counts") == [MIDNIGHT, NOW + SECOND]
    (one,) = matters()
    assert (one.until, one.over_since) == (MIDNIGHT, NOW + SECOND) and unread().count == 1


def test_a_forecast_is_not_made_for_days_that_are_past(district: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("clock.rounds.FORECASTS", frozenset({"counts"}))
    rounds = district.rounds()
    rounds.look()
    district.asked.clear()
    district.report(NOW - 5 * DAY, MUCH)
    rounds.look()
    assert district.asked_of("counts") == [NOW + SECOND] and matters() == []


def test_late_data_of_last_week_raise_quietly(district: Site):
    rounds = district.rounds()
    rounds.look()
    district.report(NOW - 5 * DAY, MUCH)
    rounds.look()
    assert len(matters()) == 1 and unread().count == 0


def test_a_correction_withdraws_what_is_over_and_was_not_so(district: Site):
    rounds = district.rounds()
    wrong = district.report(NOW - HOUR, MUCH)
    rounds.look()
    (one,) = matters()
    district.data_until(NOW + DAY)
    district.report(NOW + DAY - HOUR)
    rounds.look()
    assert warning(one.id).warning.over_since is not None
    told = unread().count
    district.change("delete from incident where incident_id = $id", {"id": wrong[0]})
    rounds.look()
    assert warning(one.id).warning.state == "withdrawn" and warning(one.id).events[-1].what == "withdrawn"
    assert unread().count == told


def test_a_correction_within_the_newest_data_withdraws_at_once(district: Site):
    rounds = district.rounds()
    wrong = district.report(NOW - HOUR, MUCH)
    rounds.look()
    (one,) = matters()
    district.change("delete from incident where incident_id = $id", {"id": wrong[0]})
    rounds.look()
    assert warning(one.id).warning.state == "withdrawn"


def test_the_undo_of_a_load_withdraws_what_rested_on_it_and_looks_at_no_day_without_data(district: Site):
    rounds = district.rounds()
    rounds.look()
    district.data_until(NOW + DAY)
    district.report(NOW + DAY - HOUR, MUCH)
    rounds.look()
    (one,), told = matters(), unread().count
    district.asked.clear()
    district.data_until(NOW)
    district.change("delete from incident where reported_at > $now", {"now": NOW})
    rounds.look()
    assert district.asked_of("counts") == [NOW + SECOND]
    assert warning(one.id).warning.state == "withdrawn" and unread().count == told
    district.data_until(NOW + DAY)
    district.report(NOW + DAY - HOUR, MUCH)
    rounds.look()
    again = warning(one.id).warning
    assert [w.id for w in matters()] == [one.id] and (again.state, again.over_since) == ("raised", None)


def test_a_store_that_was_locked_for_long_is_looked_at_as_soon_as_it_can_be_written(
    hasty: None, district: Site, home: Path, monkeypatch: pytest.MonkeyPatch
):
    district.report(NOW - HOUR, MUCH)
    rounds, holds = district.rounds(), ExitStack()
    find = district.find

    def find_while_another_begins_to_write(*asked: Any) -> list[Finding]:
        found = find(*asked)
        if asked[0].name == "counts" and len(district.asked_of("counts")) == 1:
            holds.enter_context(locked(home / "operations.sqlite"))
        return found

    monkeypatch.setattr(rounds, "_find", find_while_another_begins_to_write)
    for _ in range(2):
        with pytest.raises(OperationsError, match="locked"):
            rounds.look()
    assert matters() == []
    holds.close()
    rounds.look()
    assert len(matters()) == 1


def test_a_correction_leaves_what_is_still_so_and_what_was_judged(district: Site):
    rounds = district.rounds()
    ids = district.report(NOW - HOUR, MUCH + 1)
    rounds.look()
    (one,) = matters()
    district.data_until(NOW + DAY)
    rounds.look()
    district.change("delete from incident where incident_id = $id", {"id": ids[0]})
    rounds.look()
    kept = warning(one.id).warning
    assert (kept.state, kept.observed) == ("raised", MUCH)
    actions.acknowledge(one.id, "王")
    actions.judge(one.id, "王", True)
    district.change("delete from incident where incident_id = $id", {"id": ids[1]})
    rounds.look()
    assert warning(one.id).warning.state == "judged_true"


def test_a_case_that_only_goes_on_is_no_correction(district: Site):
    rounds = district.rounds()
    district.report(NOW - 3 * DAY, MUCH)
    rounds.look()
    district.asked.clear()
    district.change("update incident set status = 'closed', closed_at = $at where source = 'test'", {"at": NOW})
    rounds.look()
    assert district.asked_of("counts") == [NOW + SECOND]


def test_rules_look_while_somebody_writes_and_hold_nobody_up(district: Site):
    district.report(NOW - HOUR, MUCH)
    with writer() as connection:
        connection.execute("begin")
        connection.execute("update load set data_until = data_until")
        assert "0 failed" in district.rounds().look()
        connection.execute("rollback")
    assert len(matters()) == 1


def test_forgetting_old_snapshots_is_nothing_new_to_look_at(district: Site):
    district.rounds().look()
    district.data_until(NOW)  # a newer snapshot, which no rule reads
    district.asked.clear()
    with writer() as connection:
        connection.execute("call ducklake_expire_snapshots('wh', older_than => now())")
    assert "nothing new" in district.rounds().look() and district.asked == []
    district.report(NOW - HOUR)
    district.rounds().look()
    assert district.asked_of("counts") == [NOW + SECOND]


def test_without_a_warehouse_there_is_nothing_to_look_at(home: pytest.TempPathFactory):
    assert Site().rounds().look() == "no warehouse yet"


def test_what_broke_off_with_its_clock_is_begun_again_by_the_next(district: Site):
    district.rounds().look()
    district.report(NOW - HOUR)
    begun("counts", newest_snapshot(), process_name())  # and the process ended
    district.asked.clear()
    district.rounds().look()
    assert district.asked_of("counts") == [NOW + SECOND]


def test_a_rule_that_takes_too_long_keeps_no_other_waiting_and_is_let_end(district: Site):
    goes_on = threading.Event()

    def find(rule: Rule, snapshot_id: int, until: datetime) -> list[Finding]:
        if rule.name == "counts":
            goes_on.wait(300)
        return district.find(rule, snapshot_id, until)

    rounds = Rounds(find, most_often_seconds=0, patience_seconds=8)
    district.report(NOW - HOUR, MUCH)
    assert "2 rules looked" in rounds.look() and matters() == []
    assert "nothing new" in rounds.look()
    goes_on.set()
    for thread in threading.enumerate():
        if thread.name == "counts":
            thread.join(120)
    assert len(matters()) == 1 and "nothing new" in rounds.look()


def test_looks_that_follow_each_other_too_quickly_wait(district: Site):
    rounds = Rounds(district.find, most_often_seconds=60)
    rounds.look()
    district.report(NOW - HOUR)
    assert "nothing new" in rounds.look()
