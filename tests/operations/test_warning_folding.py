"""The same matter is one warning that grows; what is over, corrected or known to be nothing does not spam anybody."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st
from sqlalchemy import update

from operations import warning_actions as actions
from operations.notices import unread
from operations.store import session
from operations.tables import now
from operations.warning_folding import fold, recheck, times_to_recheck
from operations.warning_life import OPEN
from operations.warning_mutes import end_mute, mute_rule, mutes
from operations.warning_raised import Look, is_near
from operations.warning_tables import WarningRow
from operations.warnings import Kept, similar, warning, warnings
from tests.operations.findings import DISTRICT, NOON, TOWN, found, grids, look

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHER = "370116001002"


@pytest.fixture(autouse=True)
def tables(store: Path) -> None: ...


def raised(**given: object) -> Kept:
    (number,) = fold(look(), [found(**given)])
    return warning(number).warning


def told(number: int) -> list[str]:
    return [event.what for event in warning(number).events if event.is_told]


def whats(number: int) -> list[str]:
    return [event.what for event in warning(number).events]


def later(number: int, **times: timedelta) -> None:
    """As if what happened to a warning had happened so much earlier."""
    with session() as store:
        row = store.get_one(WarningRow, number)
        moved = {name: getattr(row, name) - by for name, by in times.items()}
        store.execute(update(WarningRow).where(WarningRow.id == number).values(moved))


def test_looking_again_at_the_same_changes_nothing_that_anybody_would_notice():
    one = raised()
    for hours in range(5):
        assert fold(look(NOON + hours * HOUR), [found(until=NOON + hours * HOUR, observed=9 + hours)]) == [one.id]
    kept = warning(one.id)
    assert whats(one.id) == ["raised"] and kept.warning.change_count == one.change_count
    assert (kept.warning.observed, kept.warning.seen_count, kept.series[-1].observed) == (13, 6, 13)
    assert kept.warning.since == one.since


@pytest.mark.parametrize(
    ("extent", "is_one"),
    [(grids(1, 2, 3), True), (grids(1, 2), True), (grids(3, 4, 5), True), (grids(3, 4, 5, 6), False),
     (grids(4, 5), False), (grids(1), True)],
)  # fmt: skip
def test_what_overlaps_by_a_fifth_or_by_half_of_the_smaller_is_one_place(extent: tuple[str, ...], is_one: bool):
    raised(extent=grids(1, 2, 3))
    fold(look(NOON + HOUR), [found(extent=extent, until=NOON + HOUR)])
    assert (len(warnings()) == 1) is is_one


def test_without_grids_the_same_area_is_the_same_place_and_another_is_not():
    assert is_near(TOWN, (), TOWN, ("x",)) and not is_near(TOWN, (), DISTRICT, ())


def test_another_subject_or_rule_is_another_warning():
    raised()
    fold(look(), [found(subject="占道")])
    fold(look(rule="cluster"), [found(rule="cluster")])
    assert len(warnings()) == 3


def test_a_grade_rises_at_once_and_is_told_and_falls_only_after_a_day_below():
    one = raised(grade=2)
    fold(look(NOON + HOUR), [found(grade=4, until=NOON + HOUR)])
    assert warning(one.id).warning.grade == 4 and told(one.id) == ["raised", "graver"]
    for hours in (2, 20, 25):
        fold(look(NOON + hours * HOUR), [found(grade=1, until=NOON + hours * HOUR)])
        assert warning(one.id).warning.grade == 4
    fold(look(NOON + 26 * HOUR), [found(grade=1, until=NOON + 26 * HOUR)])
    assert warning(one.id).warning.grade == 1 and told(one.id) == ["raised", "graver"]
    assert whats(one.id)[-1] == "milder"


def test_a_graver_grade_leaves_less_time_to_answer_and_never_more():
    one = raised(grade=1)
    due = one.answer_by
    fold(look(), [found(grade=4)])
    assert warning(one.id).warning.answer_by < due


def test_an_extent_that_is_another_is_an_event_and_one_that_wobbles_is_not():
    one = raised(extent=grids(1, 2, 3))
    fold(look(), [found(extent=grids(1, 2))])
    assert whats(one.id) == ["raised"]
    fold(look(), [found(extent=grids(1, 2, 3, 4, 5, 6, 7, 8))])
    assert whats(one.id) == ["raised", "extent"]
    assert [kept.id for kept in warnings(areas=[grids(8)[0]])] == [one.id]


def test_two_that_grow_together_are_merged_into_the_one_that_is_further():
    first, second = fold(look(), [found(extent=grids(1, 2)), found(extent=grids(8, 9))])
    actions.acknowledge(second, "王")
    assert fold(look(NOON + HOUR), [found(extent=grids(1, 2, 8, 9), until=NOON + HOUR)]) == [second]
    assert warning(first).warning.merged_into == second and [one.id for one in warnings()] == [second]
    assert whats(second) == ["raised", "acknowledge", "take_in"]


def test_two_findings_of_one_look_that_lie_in_one_warning_stay_one():
    one = raised(extent=grids(1, 2, 3, 4))
    assert fold(look(), [found(extent=grids(1, 2), area=grids(1)[0]), found(extent=grids(3, 4), grade=3)]) == [one.id]
    kept = warning(one.id).warning
    assert kept.grids == list(grids(1, 2, 3, 4)) and kept.area_id == grids(1)[0][:12] and kept.grade == 3


@with_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    looks=st.lists(st.lists(st.sets(st.integers(1, 12), min_size=1, max_size=6), max_size=3), min_size=1, max_size=5)
)
def test_whatever_is_found_no_two_open_warnings_are_one_matter_at_one_place_after_a_look(looks: list):
    subject = f"s{now().timestamp()}{len(warnings(states=()))}"
    for hours, sets in enumerate(looks):
        until = NOON + hours * HOUR
        ids = fold(look(until), [found(subject=subject, extent=grids(*s), until=until) for s in sets])
        seen = [warning(number).warning for number in ids]
        assert all(kept.state in OPEN for kept in seen)
        covered = {grid for kept in seen for grid in kept.grids}
        assert covered >= {grid for s in sets for grid in grids(*s)}
        pairs = [(a, b) for a in seen for b in seen if a.id < b.id]
        assert not any(is_near("", a.grids, "", b.grids) for a, b in pairs)


def test_what_was_judged_false_stays_so_while_it_is_no_graver_and_is_counted():
    one = raised(grade=3)
    actions.acknowledge(one.id, "王")
    actions.judge(one.id, "王", False)
    fold(look(NOON + HOUR), [found(grade=3, until=NOON + HOUR)])
    actions.close(one.id, "王")
    fold(look(NOON + 2 * HOUR), [found(grade=2, until=NOON + 2 * HOUR)])
    kept = warning(one.id).warning
    assert (kept.state, kept.seen_count, told(one.id)) == ("closed", 3, ["raised"]) and warnings() == []


def test_what_was_judged_false_and_gets_graver_is_reopened_and_told():
    one = raised(grade=2)
    actions.acknowledge(one.id, "王")
    actions.judge(one.id, "王", False)
    fold(look(NOON + HOUR), [found(grade=4, until=NOON + HOUR)])
    kept = warning(one.id).warning
    assert (kept.state, kept.grade, kept.outcome) == ("raised", 4, None) and told(one.id) == ["raised", "reopen"]
    assert warning(one.id).events[-1].detail["why"] == "graver" and kept.answer_by is not None


def test_after_the_cool_down_a_false_one_is_reopened_and_a_closed_one_is_followed_by_a_new_one():
    false, closed = raised(subject="a"), raised(subject="b")
    for number in (false.id, closed.id):
        actions.acknowledge(number, "王")
        actions.judge(number, "王", False)
    actions.close(closed.id, "王")
    later(false.id, judged_at=8 * DAY)
    later(closed.id, closed_at=8 * DAY, last_seen_at=8 * DAY)
    assert fold(look(), [found(subject="a")]) == [false.id]
    assert fold(look(), [found(subject="b")]) != [closed.id]
    assert warning(false.id).warning.state == "raised" and warning(closed.id).warning.state == "closed"


def test_what_is_no_longer_found_is_over_since_then_and_still_to_be_judged():
    one = raised()
    fold(look(NOON + HOUR), [])
    kept = warning(one.id).warning
    assert (kept.over_since, kept.state) == (NOON + HOUR, "raised") and whats(one.id) == ["raised"]
    fold(look(NOON + 2 * HOUR), [])
    assert warning(one.id).warning.over_since == NOON + HOUR
    fold(look(NOON + 3 * HOUR), [found(until=NOON + 3 * HOUR)])
    assert warning(one.id).warning.over_since is None


def test_a_look_back_says_nothing_about_what_is_over_and_takes_nothing_from_what_is_known_later():
    one = raised(observed=9)
    fold(look(NOON - DAY, newest=NOON), [])
    fold(look(NOON - DAY, newest=NOON), [found(until=NOON - DAY, observed=3, grade=4)])
    kept = warning(one.id).warning
    assert (kept.over_since, kept.observed, kept.grade) == (None, 9, 2)


def test_what_is_found_too_late_is_kept_and_told_to_nobody_until_it_is_still_there():
    (number,) = fold(look(NOON - 3 * DAY, newest=NOON), [found(until=NOON - 3 * DAY)])
    kept = warning(number).warning
    assert (kept.told_at, kept.answer_by, told(number)) == (None, None, [])
    assert unread().count == 0
    fold(look(), [found()])
    assert told(number) == ["still_there"] and warning(number).warning.answer_by is not None
    fold(look(), [found()])
    assert told(number) == ["still_there"]


def test_what_corrected_data_no_longer_show_is_withdrawn_and_what_they_show_milder_is_so():
    milder, gone = fold(look(), [found(extent=grids(1, 2)), found(extent=grids(8, 9), grade=4)])
    fold(look(NOON + DAY), [])
    assert times_to_recheck("counts", NOON - HOUR) == [NOON]
    back = Look("counts", NOON, NOON + DAY)
    assert recheck(back, [found(extent=grids(8, 9), grade=2, observed=4)]) == [gone]
    assert (warning(gone).warning.state, whats(gone)[-1]) == ("withdrawn", "withdrawn")
    kept = warning(milder).warning
    assert (kept.state, kept.grade, kept.observed, whats(milder)[-1]) == ("raised", 2, 4, "corrected")
    assert told(gone) == ["raised"] and told(milder) == ["raised"]


def test_what_somebody_has_judged_is_not_withdrawn():
    one = raised()
    actions.acknowledge(one.id, "王")
    actions.judge(one.id, "王", True)
    fold(look(NOON + DAY), [])
    assert recheck(Look("counts", NOON, NOON + DAY), []) == []
    assert warning(one.id).warning.state == "judged_true"


def test_what_was_withdrawn_and_is_found_again_is_the_same_warning():
    one = raised()
    fold(look(NOON + HOUR), [])
    recheck(Look("counts", NOON, NOON + HOUR), [])
    assert fold(look(NOON + 2 * HOUR), [found(until=NOON + 2 * HOUR)]) == [one.id]
    assert warning(one.id).events[-1].detail["why"] == "withdrawn"
    assert told(one.id) == ["raised"], "nobody was told of the withdrawal, so nobody is told anew"
    assert warning(one.id).warning.answer_by is not None


def test_what_was_withdrawn_with_an_undone_load_is_there_again_though_the_data_reach_less_far():
    (one,) = fold(look(NOON + DAY), [found(until=NOON + DAY)])
    fold(look(NOON), [])
    recheck(Look("counts", NOON + DAY, NOON), [])
    assert warning(one).warning.state == "withdrawn"
    assert fold(look(NOON), [found()]) == [one] and warning(one).warning.state == "raised"


def test_what_was_withdrawn_and_is_there_graver_is_told():
    one = raised()
    fold(look(NOON + HOUR), [])
    recheck(Look("counts", NOON, NOON + HOUR), [])
    fold(look(NOON + 2 * HOUR), [found(until=NOON + 2 * HOUR, grade=4)])
    assert told(one.id) == ["raised", "reopen"]


def test_data_taken_back_and_loaded_again_tell_nobody_anything_twice():
    (one,) = fold(look(NOON), [found(extent=grids(1, 2))])
    recheck_at = Look("counts", NOON, NOON)
    fold(look(NOON), [])
    recheck(recheck_at, [])
    for days in (3, 2, 1):  # the days that came again are looked at, and the matter reached elsewhere then
        back = NOON - days * DAY
        fold(Look("counts", back, NOON), [found(extent=grids(*range(2, 4 + days)), until=back, grade=3)])
    assert fold(look(NOON), [found(extent=grids(1, 2, 3))]) == [one]
    assert [w.id for w in warnings()] == [one] and told(one) == ["raised"] and warning(one).warning.grade == 2


def test_a_muted_matter_is_silent_and_a_graver_one_breaks_through():
    one = raised(grade=2)
    actions.mute(one.id, "王", now() + 2 * HOUR, "庙会")
    fold(look(), [found(grade=2)])
    assert told(one.id) == ["raised"]
    fold(look(), [found(grade=3)])
    assert told(one.id) == ["raised", "graver"] and warning(one.id).warning.muted_until is None


def test_a_graver_one_that_is_merged_into_a_muted_one_breaks_through_and_keeps_its_time_to_answer():
    (muted,) = fold(look(), [found(extent=grids(1, 2), grade=1)])
    actions.mute(muted, "王", now() + 48 * HOUR, "庙会")
    one, red = fold(look(), [found(extent=grids(1, 2), grade=1), found(extent=grids(4, 5), grade=4)])
    assert (one, red) == (muted, red) and red != muted
    assert fold(look(), [found(extent=grids(1, 2, 3, 4, 5), grade=4)]) == [muted]
    both = warning(muted).warning
    assert (both.grade, both.muted_until) == (4, None) and warning(red).warning.merged_into == muted
    assert both.answer_by is not None and both.answer_by <= now() + timedelta(minutes=30)


def test_a_mute_that_ends_early_wakes_its_warning_to_the_very_second():
    (one,) = fold(look(), [found()])
    actions.mute(one, "王", now().replace(microsecond=500) + HOUR, "庙会")
    end_mute(mutes()[0].id, "王")
    assert warning(one).warning.muted_until is None


def test_what_a_mute_was_meant_for_stays_muted_when_something_milder_is_merged_into_it():
    one, other = fold(look(), [found(extent=grids(1, 2), grade=3), found(extent=grids(4, 5), grade=2)])
    actions.mute(one, "王", now() + 2 * HOUR, "庙会")
    fold(look(), [found(extent=grids(1, 2, 3, 4, 5), grade=3)])
    assert warning(other).warning.merged_into == one and warning(one).warning.muted_until is not None


def test_after_an_undo_the_newest_look_counts_though_an_undone_one_saw_further():
    (one,) = fold(look(NOON + DAY), [found(until=NOON + DAY, observed=20.0)])
    fold(look(NOON), [found(until=NOON, observed=7.0)])
    assert (warning(one).warning.observed, warning(one).warning.until) == (7.0, NOON)


def test_a_muted_rule_raises_silently_in_its_area_and_speaks_when_the_mute_ends():
    mute = mute_rule("counts", "王", now() + 2 * HOUR, "庙会", area_id=TOWN)
    one, other = fold(look(), [found(), found(area="370116002001", extent=("370116002001001",))])
    assert told(one) == [] and told(other) == ["raised"] and [m.id for m in mutes()] == [mute.id]
    assert end_mute(mute.id, "王").ended_by == "王" and mutes() == []
    fold(look(), [found()])
    assert told(one) == ["still_there"] and whats(one) == ["raised", "unmute", "still_there"]


def test_similar_ones_are_of_the_same_matter_nearby_newest_first_with_how_they_ended():
    one = raised(extent=grids(1, 2))
    actions.acknowledge(one.id, "王")
    actions.judge(one.id, "王", False)
    actions.close(one.id, "王")
    near, far = fold(
        look(), [found(extent=grids(1, 2, community=OTHER)), found(area="370116002001", extent=("370116002001001",))]
    )
    new = fold(look(), [found(extent=grids(7, 8, 9))])[0]
    assert [(s.warning.id, s.overlap) for s in similar(new)] == [(near, 0.0), (one.id, 0.0)]
    assert far not in [s.warning.id for s in similar(new)] and similar(new)[1].warning.outcome is False


def test_a_persons_step_between_two_looks_is_never_lost():
    one = raised()
    from threading import Thread

    def looks() -> None:
        for n in range(20):
            fold(look(NOON + n * HOUR), [found(until=NOON + n * HOUR)])

    thread = Thread(target=looks)
    thread.start()
    for n in range(10):
        actions.comment(one.id, "王", f"{n}")
    actions.acknowledge(one.id, "王")
    thread.join()
    kept = warning(one.id)
    assert kept.warning.state == "acknowledged" and kept.warning.seen_count == 21
    assert len(kept.events) == 12
