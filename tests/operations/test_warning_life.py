"""No sequence of actions leads outside a warning's life, and every change leaves an event."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from operations import warning_actions as actions
from operations.errors import (
    BadEntryError,
    ChangedMeanwhileError,
    NoSuchWarningError,
    OperationsError,
    WarningActionError,
)
from operations.tables import now
from operations.warning_folding import fold
from operations.warning_life import ENDED, LIVE, NEXT, OPEN, OUTCOMES, State, Step, after, level_above, steps_from
from operations.warning_timers import escalate_unanswered
from operations.warnings import Kept, warning, warnings
from tests.operations.findings import TOWN, found, look
from tests.operations.locks import locked

DO: dict[Step, Callable[[int], object]] = {
    Step.acknowledge: lambda number: actions.acknowledge(number, "王"),
    Step.judge_true: lambda number: actions.judge(number, "王", True),
    Step.judge_false: lambda number: actions.judge(number, "王", False),
    Step.dispatch: lambda number: actions.dispatch(number, "王", "环卫一队"),
    Step.settle: lambda number: actions.settle(number, "王"),
    Step.close: lambda number: actions.close(number, "王"),
    Step.reopen: lambda number: actions.reopen(number, "王", "again"),
    Step.assign: lambda number: actions.assign(number, "王", "李"),
    Step.comment: lambda number: actions.comment(number, "王", "seen"),
    Step.mute: lambda number: actions.mute(number, "王", now() + timedelta(hours=1), "fair"),
    Step.unmute: lambda number: actions.unmute(number, "王"),
    Step.merge: lambda number: actions.merge(number, other_than(number), "王"),
}


@pytest.fixture(autouse=True)
def tables(hasty: None, store: Path) -> None: ...


def raised(**given: object) -> Kept:
    (number,) = fold(look(), [found(**given)])
    return warning(number).warning


def other_than(number: int) -> int:
    return next((one.id for one in warnings() if one.id != number), number)


def last(number: int) -> str:
    return warning(number).events[-1].what


def test_a_warning_goes_its_whole_way_and_every_step_is_kept_with_who_and_why():
    number = raised().id
    actions.acknowledge(number, "王")
    actions.judge(number, "王", True, "确有其事", confirmed_at=now() + timedelta(minutes=90))
    actions.dispatch(number, "李", "环卫一队")
    actions.settle(number, "李")
    assert actions.close(number, "王").state == "closed"
    kept = warning(number)
    assert [(event.what, event.who, event.to_state) for event in kept.events] == [
        ("raised", None, "raised"),
        ("acknowledge", "王", "acknowledged"),
        ("judge_true", "王", "judged_true"),
        ("dispatch", "李", "dispatched"),
        ("settle", "李", "settled"),
        ("close", "王", "closed"),
    ]
    assert kept.events[2].comment == "确有其事" and kept.warning.outcome is True and kept.warning.closed_at is not None
    assert all(before.to_state == event.from_state for before, event in zip(kept.events, kept.events[1:], strict=False))


def test_a_false_one_is_closed_directly_and_stays_false():
    number = raised().id
    actions.acknowledge(number, "王")
    actions.judge(number, "王", False)
    assert actions.close(number, "王").outcome is False


def test_a_judgement_is_corrected_until_something_has_been_done_about_it():
    number = raised().id
    actions.acknowledge(number, "王")
    actions.judge(number, "王", False)
    assert actions.judge(number, "李", True).outcome is True
    actions.dispatch(number, "李")
    with pytest.raises(WarningActionError, match=r"dispatched \(dispatch by 李"):
        actions.judge(number, "王", False)


def test_whatever_the_state_each_step_leads_where_the_table_says_or_nowhere():
    for step in Step:
        for state in State:
            to = after(state, step)
            assert to is None or to in State
            assert (to is not None) == (state in NEXT[step])
    assert set(OPEN) | set(ENDED) == set(State) and set(LIVE) < set(OPEN)
    assert {level_above(level) for level in ("grid", "community", "town")} == {"community", "town", "district"}
    assert level_above("district") is None


@with_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from([*DO, "escalate", "found", "graver"]), max_size=12))
def test_no_sequence_of_actions_leads_outside_the_life_and_every_change_leaves_an_event(steps: list):
    subject = f"s{now().timestamp()}{len(warnings(states=()))}"
    one = raised(subject=subject).id
    raised(subject=subject + "b")
    for step in steps:
        before, events = warning(one).warning, len(warning(one).events)
        allowed = step in DO and after(State(before.state), step) is not None
        try:
            _take(step, one, subject)
        except WarningActionError:
            assert not allowed or step in (Step.unmute, Step.merge)
            assert warning(one).warning == before and len(warning(one).events) == events
        kept = warning(one)
        assert_sound(kept.warning)
        if kept.warning.state != before.state:
            assert kept.events[-1].to_state == kept.warning.state and len(kept.events) > events
            assert kept.events[-1].from_state == before.state
        if (kept.warning.state, kept.warning.grade, kept.warning.level, kept.warning.assignee) != (
            before.state, before.grade, before.level, before.assignee,
        ):  # fmt: skip
            assert len(kept.events) > events


def _take(step: Step | str, number: int, subject: str) -> None:
    if step == "escalate":
        escalate_unanswered(now() + timedelta(days=2))
    elif step in ("found", "graver"):
        fold(look(), [found(subject=subject, grade=2 if step == "found" else 4)])
    else:
        DO[Step(step)](number)


def assert_sound(kept: Kept) -> None:
    state = State(kept.state)
    if state in OUTCOMES:
        assert kept.outcome is OUTCOMES[state]
    if state in (State.raised, State.acknowledged):
        assert kept.outcome is None
    assert (kept.answer_by is not None) == (state is State.raised)
    assert not kept.is_overdue or (state is State.raised and kept.level == "district")
    assert (kept.merged_into is not None) == (state is State.merged)
    assert kept.steps == steps_from(state)


def test_of_two_people_at_once_the_second_is_told_in_one_line_and_nothing_is_lost():
    seen = raised()
    actions.acknowledge(seen.id, "王", seen=seen.change_count)
    with pytest.raises(ChangedMeanwhileError, match=r"acknowledged \(acknowledge by 王.*Look at it again") as caught:
        actions.assign(seen.id, "李", "李", seen=seen.change_count)
    assert "\n" not in str(caught.value) and caught.value.reason == "changed"
    with pytest.raises(WarningActionError, match=r"It cannot acknowledge now"):
        actions.acknowledge(seen.id, "李")
    assert [event.who for event in warning(seen.id).events] == [None, "王"]


def test_many_who_do_the_same_in_the_same_moment_are_one_who_did_it_and_others_who_are_told():
    number = raised().id
    said: list[str] = []

    def try_it(name: str) -> None:
        try:
            actions.acknowledge(number, name)
            said.append("done")
        except WarningActionError as error:
            said.append(str(error))

    threads = [Thread(target=try_it, args=(f"人{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("done") == 1 and len(said) == 8
    assert [event.what for event in warning(number).events] == ["raised", "acknowledge"]


def test_comments_said_at_once_are_all_kept_and_what_the_clock_saw_does_not_disturb_anybody():
    seen = raised()
    fold(look(), [found()])
    threads = [Thread(target=actions.comment, args=(seen.id, "王", f"comment {n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(warning(seen.id).events) == 9
    assert actions.acknowledge(seen.id, "王", seen=seen.change_count).state == "acknowledged"


def test_a_warning_that_got_graver_since_it_was_looked_at_is_looked_at_again():
    seen = raised(grade=2)
    fold(look(), [found(grade=4)])
    with pytest.raises(ChangedMeanwhileError, match="graver by the clock"):
        actions.acknowledge(seen.id, "王", seen=seen.change_count)


def test_a_merged_warning_goes_on_in_the_other_and_can_be_taken_out_again():
    one, other = raised(subject="a", grade=4).id, raised(subject="b", grade=2).id
    with pytest.raises(BadEntryError):
        actions.merge(one, one, "王")
    assert actions.merge(one, other, "王").grade == 4
    assert warning(one).warning.state == "merged" and warning(other).merged == (one,)
    assert (last(one), last(other)) == ("merge", "take_in")
    with pytest.raises(WarningActionError):
        actions.merge(other, one, "王")
    assert actions.reopen(one, "王", "not the same").state == "raised" and warning(other).merged == ()


def test_nobody_acts_without_a_name_and_personal_data_in_comments_are_masked():
    number = raised().id
    for name in ("", " \u200b", "x" * 81):
        with pytest.raises(BadEntryError):
            actions.acknowledge(number, name)
    with pytest.raises(BadEntryError):
        actions.comment(number, "王", " ")
    with pytest.raises(BadEntryError):
        actions.comment(number, "王", "x" * 1001)
    actions.comment(number, "王", "请回电13800138000")
    assert "13800138000" not in warning(number).events[-1].comment


@pytest.mark.parametrize("number", [0, -1, 7, 10**12])
def test_a_warning_that_is_not_there_is_said_so(number: int):
    with pytest.raises(NoSuchWarningError, match="no warning"):
        actions.acknowledge(number, "王")


def test_unanswered_it_goes_up_level_by_level_and_is_overdue_at_the_district():
    number, start = raised(grade=4).id, now()
    levels = []
    for n in range(1, 5):
        escalate_unanswered(start + timedelta(minutes=31 * n))
        levels.append((warning(number).warning.level, warning(number).warning.is_overdue))
    assert levels == [("town", False), ("district", False), ("district", True), ("district", True)]
    assert [event.what for event in warning(number).events][1:] == ["escalate", "escalate", "overdue"]
    assert actions.acknowledge(number, "王").is_overdue is False


def test_a_telephone_number_given_as_a_name_is_masked():
    kept = actions.assign(raised().id, "王 13800138000", "13900139000")
    assert "139" not in (kept.assignee or "") and "138" not in (warning(kept.id).events[-1].who or "")


@pytest.mark.parametrize("back", [timedelta(hours=2), timedelta(days=1), timedelta(days=400)])
def test_a_clock_that_is_put_back_gives_nobody_more_time_than_the_grade_does(back: timedelta):
    number = raised(grade=4).id
    then = now() - back
    assert escalate_unanswered(then) == []
    assert warning(number).warning.answer_by == then + timedelta(minutes=30)
    assert [event.what for event in warning(number).events] == ["raised"]
    assert escalate_unanswered(then + timedelta(minutes=31)) == [number]


def test_after_a_day_off_each_goes_up_one_level_and_has_its_time_anew():
    number = raised(grade=4).id
    later = now() + timedelta(days=1)
    assert escalate_unanswered(later) == [number] and escalate_unanswered(later) == []
    assert warning(number).warning.level == "town"


def test_while_another_process_holds_the_store_nothing_is_half_done(store: Path):
    number = raised(grade=4).id
    with locked(store):
        with pytest.raises(OperationsError, match="locked"):
            actions.acknowledge(number, "王")
        with pytest.raises(OperationsError, match="locked"):
            escalate_unanswered(now() + timedelta(minutes=31))
        assert warning(number).warning.state == "raised", "who reads never waits"
    assert [event.what for event in warning(number).events] == ["raised"]
    assert actions.acknowledge(number, "王").state == "acknowledged"


def test_a_warning_is_merged_into_an_open_one_only():
    one, other = raised(subject="a").id, raised(subject="b").id
    actions.merge(other, one, "王")
    with pytest.raises(BadEntryError, match="has ended"):
        actions.merge(one, other, "王")


def test_what_is_answered_or_muted_does_not_go_up_and_the_timer_begins_at_the_mutes_end():
    one, other = raised(subject="a", grade=4).id, raised(subject="b", grade=4).id
    actions.acknowledge(one, "王")
    actions.mute(other, "王", now() + timedelta(hours=2), "fair")
    assert escalate_unanswered(now() + timedelta(minutes=119)) == []
    assert escalate_unanswered(now() + timedelta(minutes=149)) == []
    assert escalate_unanswered(now() + timedelta(minutes=151)) == [other]


@pytest.mark.parametrize("hours", [-1, 0, 24 * 91])
def test_a_mute_has_an_end_that_is_neither_past_nor_far(hours: int):
    number = raised().id
    with pytest.raises(BadEntryError, match="A mute ends"):
        actions.mute(number, "王", now() + timedelta(hours=hours), "fair")
    assert last(number) == "raised"


def test_the_lists_filters_are_area_rule_grade_and_state_and_the_gravest_stands_first():
    low, high = raised(subject="a", grade=1).id, raised(subject="b", grade=4).id
    assert [one.id for one in warnings()] == [high, low]
    assert [one.id for one in warnings(grades=[1])] == [low] and warnings(rules=["other"]) == []
    assert len(warnings(areas=[TOWN])) == 2 and warnings(areas=["370116002"]) == []
    actions.acknowledge(low, "王")
    assert [one.id for one in warnings(states=["acknowledged"])] == [low]
