"""A rule looks at a state of the data once, whatever number of clocks there are; what the office changes is kept."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from operations import warning_runs
from operations.errors import BadEntryError, ChangedMeanwhileError
from operations.store import session
from operations.tables import now
from operations.warning_rules import (
    AS_DELIVERED,
    change_rule,
    change_rule_at_once,
    changed_rules,
    reset_rule,
    rule_history,
)
from operations.warning_runs import (
    Looked,
    begun,
    broken_off,
    finished,
    forget_broken_runs,
    looked,
    run_states,
    still_to_look,
)
from operations.warning_tables import DetectorRunRow
from settings import ROOT
from tests.operations.findings import NOON


@pytest.fixture(autouse=True)
def tables(store: Path) -> None: ...


def earlier(run: int, by: timedelta) -> None:
    with session() as store:
        row = store.get_one(DetectorRunRow, run)
        row.alive_at -= by
        if row.finished_at:
            row.finished_at -= by


def test_a_state_is_looked_at_once():
    run = begun("counts", 7)
    assert run is not None and begun("counts", 7) is None and begun("counts", 8) is not None
    finished(run, "done", Looked(7, NOON, {"h": "1"}))
    assert begun("counts", 7) is None and looked("counts") == Looked(7, NOON, {"h": "1"})
    assert still_to_look({"counts": 7, "cluster": 7}) == ["cluster"]


def test_of_many_processes_one_begins():
    code = "from operations.warning_runs import begun; print(sum(begun(r, 1) is not None for r in 'abcdefgh'))"
    clocks = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) for _ in range(4)]
    assert sum(int(clock.communicate()[0]) for clock in clocks) == 8


def test_what_broke_off_is_begun_again_after_a_while_or_at_once_by_who_knows():
    run = begun("counts", 7, "here")
    earlier(run, timedelta(minutes=16))
    assert begun("counts", 7, "there") == run and begun("counts", 7, "there") is None
    forget_broken_runs("elsewhere")
    assert begun("counts", 7) is None
    forget_broken_runs("there")
    assert begun("counts", 7, "there") == run


def test_what_was_begun_before_the_clock_was_put_back_is_begun_again_and_what_ended_is_not():
    run, other = begun("counts", 7), begun("slow", 7)
    finished(other, "done", Looked(7, NOON, {}))
    broken_off(other)
    earlier(run, -timedelta(days=2))
    assert begun("counts", 7) == run and begun("slow", 7) is None


def test_what_failed_is_tried_a_few_times_with_a_pause_and_no_more():
    run = begun("counts", 7)
    for _ in range(2):
        finished(run, "too long")
        assert begun("counts", 7) is None and still_to_look({"counts": 7}) == []
        earlier(run, timedelta(minutes=6))
        assert still_to_look({"counts": 7}) == ["counts"] and begun("counts", 7) == run
    finished(run, "too long")
    earlier(run, timedelta(minutes=6))
    assert begun("counts", 7) is None and looked("counts") == Looked()


def test_the_runs_say_how_each_rule_fares():
    finished(begun("counts", 7), "done", Looked(7, NOON, {}))
    finished(begun("counts", 8), "no such column")
    (state,) = run_states()
    assert (state.rule, state.snapshot_id, state.is_good, state.outcome) == ("counts", 8, False, "no such column")
    assert state.good_at is not None and state.good_at <= now()


def test_old_runs_are_forgotten_but_each_rules_last():
    old, last = begun("counts", 1), begun("counts", 2)
    with session() as store:
        for run in (old, last):
            store.get_one(DetectorRunRow, run).started_at -= timedelta(days=40)
    warning_runs.forget_old_runs()
    assert [state.snapshot_id for state in run_states()] == [2] and begun("counts", 1) is not None


def test_a_change_of_a_rule_is_kept_with_who_made_it_and_can_go_back():
    first = change_rule("counts", "per_day", 2.5, "王", seen=0)
    change_rule("counts", "limits", {"days": 7}, "李", seen=first.id)
    assert changed_rules() == {"counts": {"per_day": 2.5, "limits": {"days": 7}}}
    change_rule("counts", "per_day", 3, "王")
    assert reset_rule("counts", "per_day", "王").is_default and changed_rules() == {"counts": {"limits": {"days": 7}}}
    history = [(change.field, change.before, change.after, change.changed_by) for change in rule_history("counts")]
    assert (
        history[0] == ("per_day", 3, None, "王") and history[-1] == ("per_day", None, 2.5, "王") and len(history) == 4
    )


def test_of_two_who_change_a_rule_the_second_is_told():
    change_rule("counts", "per_day", 2.5, "王", seen=0)
    with pytest.raises(ChangedMeanwhileError, match="王 has changed per_day"):
        change_rule("counts", "is_on", False, "李", seen=0)
    with pytest.raises(BadEntryError):
        change_rule("counts", "per_day", "x" * 3000, "王")


def test_of_many_who_change_a_rule_in_the_same_moment_one_is_kept_and_the_others_are_told():
    told: list[str] = []
    start = Barrier(8)

    def change(n: int) -> None:
        start.wait()
        try:
            change_rule("counts", "per_day", float(n), f"人{n}", seen=0)
        except ChangedMeanwhileError as error:
            told.append(str(error))

    people = [Thread(target=change, args=(n,)) for n in range(1, 9)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert len(rule_history("counts")) == 1 and len(told) == 7


def test_of_several_fields_at_once_all_are_kept_or_none():
    with pytest.raises(BadEntryError):
        change_rule_at_once("counts", {"per_day": 2.0, "limits": {"days": "x" * 3000}}, "王")
    assert changed_rules() == {}
    assert len(change_rule_at_once("counts", {"per_day": 2.0, "least_observed": 9.0}, "王", seen=0)) == 2
    change_rule_at_once("counts", {"per_day": AS_DELIVERED, "least_observed": 5.0}, "王")
    assert changed_rules() == {"counts": {"least_observed": 5.0}}
