"""What people do with a warning. Each returns the warning as it then stands; the event is written with it, or neither is.

`seen` is the `Kept.change_count` that the person looked at: if the warning has moved on since, nothing is done and
`ChangedMeanwhileError` says so in one line; without it only the state decides. `WarningActionError` where a step cannot be taken, `BadEntryError` for a name, comment
or time that cannot be kept, `NoSuchWarningError`. Personal data in comments are masked on the way in.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from operations.errors import BadEntryError, ChangedMeanwhileError, WarningActionError, WroteMeanwhileError
from operations.tables import now
from operations.warning_areas import set_touched, touched
from operations.warning_life import ENDED, State, Step
from operations.warning_mutes import end_mutes_of, mute_for
from operations.warning_steps import (
    changing,
    checked_comment,
    checked_who,
    is_muted,
    last_step,
    minutes_between,
    start_timer,
    take,
    there,
)
from operations.warning_tables import WarningRow
from operations.warnings import Kept, kept

MOST_TRIES = 4
Change = Callable[[Session, WarningRow], dict]
"""What a step does besides changing the state; returns what the event keeps of it."""


def acknowledge(id: int, by: str, comment: str = "", seen: int | None = None) -> Kept:
    """Somebody has seen it and answers for it: the timer stops."""
    return _done(id, Step.acknowledge, by, comment, seen)


def judge(
    id: int, by: str, is_true: bool, comment: str = "", seen: int | None = None, confirmed_at: datetime | None = None
) -> Kept:
    """It is a real matter, or a false alarm. `confirmed_at`: when the matter itself came to light, for the lead time."""
    step = Step.judge_true if is_true else Step.judge_false

    def judged(_store: Session, row: WarningRow) -> dict:
        row.judged_minutes = minutes_between(row.raised_at, now())
        row.confirmed_at = confirmed_at if is_true else None
        row.lead_minutes = minutes_between(row.raised_at, confirmed_at) if is_true and confirmed_at else None
        return {"confirmed_at": confirmed_at.isoformat()} if row.confirmed_at and confirmed_at else {}

    return _done(id, step, by, comment, seen, judged)


def dispatch(id: int, by: str, comment: str = "", seen: int | None = None) -> Kept:
    """Somebody has been sent; the comment says who and what for."""
    return _done(id, Step.dispatch, by, comment, seen)


def settle(id: int, by: str, comment: str = "", seen: int | None = None) -> Kept:
    """What was to be done on the spot is done."""
    return _done(id, Step.settle, by, comment, seen)


def close(id: int, by: str, comment: str = "", seen: int | None = None) -> Kept:
    """The matter is over, and so is the warning."""
    return _done(id, Step.close, by, comment, seen)


def reopen(id: int, by: str, comment: str, seen: int | None = None) -> Kept:
    """It begins anew, with a reason: unanswered, unjudged, at its own level."""
    checked_comment(comment, needed=True)
    return _done(id, Step.reopen, by, comment, seen, is_told=True)


def assign(id: int, by: str, to: str, comment: str = "", seen: int | None = None) -> Kept:
    """Somebody is to see to it; with an empty `to` nobody is any more."""
    name = checked_who(to) if to.strip() else None

    def assigned(_store: Session, row: WarningRow) -> dict:
        before, row.assignee = row.assignee, name
        return {"assignee_before": before, "assignee": name}

    return _done(id, Step.assign, by, comment, seen, assigned)


def comment(id: int, by: str, text: str) -> Kept:
    """Something is said about it; whatever else happens meanwhile, it is kept."""
    return _done(id, Step.comment, by, checked_comment(text, needed=True), None)


def mute(id: int, by: str, until: datetime, reason: str, seen: int | None = None) -> Kept:
    """No notice and no timer until then, for this matter up to its present grade; a graver one breaks through."""

    def muted(store: Session, row: WarningRow) -> dict:
        mute_for(store, row, by=checked_who(by), until=until, reason=checked_comment(reason, needed=True))
        row.muted_until, row.muted_grade = until.replace(microsecond=0), row.grade  # as the mute that is kept ends
        if row.state == State.raised:
            start_timer(row, now())
        return {"until": until.isoformat()}

    return _done(id, Step.mute, by, reason, seen, muted)


def unmute(id: int, by: str, comment: str = "", seen: int | None = None) -> Kept:
    """Notices and timers begin again."""

    def unmuted(store: Session, row: WarningRow) -> dict:
        if not is_muted(row, now()):
            raise WarningActionError("not_muted", f"Warning {row.id} is not muted: there is nothing to end.")
        end_mutes_of(store, row, checked_who(by))
        row.muted_until, row.muted_grade = None, None
        if row.state == State.raised:
            start_timer(row, now())
        return {}

    return _done(id, Step.unmute, by, comment, seen, unmuted)


def merge(id: int, into: int, by: str, comment: str = "", seen: int | None = None) -> Kept:
    """It is the same matter as another open one: that one goes on for both, and is returned."""
    if id == into:
        raise BadEntryError("merge_self", "A warning cannot be merged into itself: choose another one.")
    who, text = checked_who(by), checked_comment(comment)

    def merged(store: Session) -> WarningRow:
        row, other = _looked_at(store, id, seen), there(store, into)
        if State(other.state) in ENDED:
            raise BadEntryError("merge_ended", f"Warning {into} has ended: choose one that is open.")
        take_in(store, other, row, who, text)
        return other

    return _in_turn(merged)


def take_in(store: Session, into: WarningRow, row: WarningRow, who: str | None, comment: str = "") -> None:
    """Both events of a merge: `row` ends, `into` reaches as far, is as grave, and began as early as both."""
    set_touched(store, into.id, touched(store, into.id) | touched(store, row.id))
    into.grids = sorted({*into.grids, *row.grids})
    into.told_grids = sorted({*into.told_grids, *row.told_grids})
    into.since = min(into.since, row.since)
    into.seen_count += row.seen_count
    _take_grade(into, row)
    if row.answer_by and into.state == State.raised:
        into.answer_by = min(into.answer_by or row.answer_by, row.answer_by)
    row.merged_into = into.id
    take(store, into, Step.take_in, who, comment=comment, detail={"merged": row.id})
    take(store, row, Step.merge, who, comment=comment, detail={"into": into.id})


def _take_grade(into: WarningRow, row: WarningRow) -> None:
    """As grave as the other: with its time to answer, and no longer under a mute that was meant for something milder."""
    if row.grade <= into.grade:
        return
    into.grade = row.grade
    if row.grade > (into.muted_grade or 0) and not is_muted(row, now()):
        into.muted_until, into.muted_grade = None, None
    if into.state == State.raised and into.answer_by is not None:
        due = into.answer_by
        start_timer(into, now())
        into.answer_by = min(due, into.answer_by)


def _done(
    id: int, step: Step, by: str, comment: str, seen: int | None, change: Change | None = None, *, is_told: bool = False
) -> Kept:
    who, text = checked_who(by), checked_comment(comment)

    def done(store: Session) -> WarningRow:
        row = _looked_at(store, id, seen)
        detail = change(store, row) if change else {}
        take(store, row, step, who, comment=text, detail=detail, is_told=is_told and not is_muted(row, now()))
        return row

    return _in_turn(done)


def _in_turn(do: Callable[[Session], WarningRow]) -> Kept:
    """What was done, tried anew if the clock or somebody else wrote at the same moment: what was seen is then looked at anew too."""
    for _ in range(MOST_TRIES - 1):
        try:
            with changing() as store:
                return kept(do(store))
        except WroteMeanwhileError:
            continue
    with changing() as store:
        return kept(do(store))


def _looked_at(store: Session, id: int, seen: int | None) -> WarningRow:
    row = there(store, id)
    if seen is not None and seen != row.change_count:
        raise ChangedMeanwhileError("changed", f"{last_step(store, row)} Look at it again, then decide.")
    return row
