"""How one step of a warning's life is written: the state, the event beside it, and the notice, all or nothing."""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from operations.errors import (
    BadEntryError,
    NoSuchWarningError,
    OperationsError,
    WarningActionError,
    WroteMeanwhileError,
)
from operations.notices import enqueue
from operations.store import session
from operations.tables import HIGHEST_ID, now
from operations.warning_life import OUTCOMES, Grade, State, Step, after, steps_from
from operations.warning_tables import LONGEST_COMMENT, LONGEST_WHO, WarningEventRow, WarningRow
from warehouse.masking import masked_text

MOMENTS = {
    State.acknowledged: "acknowledged_at",
    State.judged_true: "judged_at",
    State.judged_false: "judged_at",
    State.dispatched: "dispatched_at",
    State.settled: "settled_at",
    State.closed: "closed_at",
}
DEFAULT_MINUTES = 1440


@contextmanager
def changing() -> Iterator[Session]:
    """One transaction that changes warnings; `WroteMeanwhileError` if another changed one of them first, and nothing is kept."""
    try:
        with session() as store:
            yield store
    except OperationsError as error:
        if isinstance(error.__cause__, StaleDataError):
            raise WroteMeanwhileError(
                "changed", "Somebody else has just changed this warning: look at it again, then decide."
            ) from error
        raise


def there(store: Session, id: int) -> WarningRow:
    """The warning of this number; `NoSuchWarningError`."""
    row = store.get(WarningRow, id) if 0 < id <= HIGHEST_ID else None
    if row is None:
        raise NoSuchWarningError(id)
    return row


def take(
    store: Session,
    row: WarningRow,
    step: Step,
    who: str | None,
    *,
    what: str | None = None,
    comment: str = "",
    detail: dict | None = None,
    is_told: bool = False,
) -> WarningEventRow:
    """The event of a step now taken; `WarningActionError` if it cannot be taken from where the warning stands.

    `who` is None for the clock. `what` names the event if not as the step; `is_told` sends notices out.
    """
    before = State(row.state)
    to = after(before, step)
    if to is None:
        can = ", ".join(steps_from(before))
        raise WarningActionError("step", f"{last_step(store, row)} It cannot {step} now; what can be done: {can}.")
    if to is not before:
        _enter(row, to)
    return record(store, row, what or step, who, before, comment=comment, detail=detail, is_told=is_told)


def record(
    store: Session,
    row: WarningRow,
    what: str,
    who: str | None,
    before: State | None,
    *,
    comment: str = "",
    detail: dict | None = None,
    is_told: bool = False,
) -> WarningEventRow:
    """The event of what has been done with a warning, written with it, and its notices if it `is_told`."""
    event = WarningEventRow(
        warning_id=row.id,
        what=what,
        who=who,
        comment=comment,
        from_state=before,
        to_state=row.state,
        grade=row.grade,
        is_told=is_told,
        detail=detail or {},
    )
    store.add(event)
    row.change_count += what != Step.comment
    store.flush()
    if is_told:
        row.told_at = row.told_at or now()
        enqueue(store, row, event)
    return event


def last_step(store: Session, row: WarningRow) -> str:
    """One sentence on where a warning stands, and who brought it there when."""
    asked = select(WarningEventRow).where(WarningEventRow.warning_id == row.id, WarningEventRow.what != Step.comment)
    last = store.scalar(asked.order_by(WarningEventRow.id.desc()).limit(1))
    if last is None:
        return f"Warning {row.id} is {row.state}."
    local = last.happened_at + timedelta(hours=8)
    return f"Warning {row.id} is {row.state} ({last.what} by {last.who or 'the clock'}, {local:%m-%d %H:%M})."


def start_timer(row: WarningRow, at: datetime) -> None:
    """Whoever is at its level has so long to answer from `at`, or from the end of its mute, by the rule and the grade."""
    row.answer_by = due(row.answer_within_minutes, row.grade, row.muted_until, at)


def due(within_minutes: Mapping[str, int], grade: int, muted_until: datetime | None, at: datetime) -> datetime:
    """By when a warning must be answered whose time begins at `at`, or at the end of its mute."""
    minutes = int(within_minutes.get(Grade(grade).name, DEFAULT_MINUTES))
    return max(at, muted_until or at) + timedelta(minutes=minutes)


def is_muted(row: WarningRow, at: datetime) -> bool:
    """Whether nobody is to be told anything about it at this moment."""
    return row.muted_until is not None and row.muted_until > at


def checked_who(name: str) -> str:
    """The name of who acts, without needless blanks and a telephone number; `BadEntryError`."""
    clean = " ".join(_seen(name).split())
    if not clean or len(clean) > LONGEST_WHO:
        raise BadEntryError("who", f"Say who you are, in at most {LONGEST_WHO} characters.")
    return masked_text(clean)[:LONGEST_WHO]


def checked_comment(text: str, *, needed: bool = False) -> str:
    """The text with personal data masked; `BadEntryError` if it is too long, or `needed` and empty."""
    clean = _seen(text).strip()
    if needed and not clean:
        raise BadEntryError("comment_empty", "Say why, in a few words.")
    if len(clean) > LONGEST_COMMENT:
        raise BadEntryError(
            "comment_long", f"A comment has at most {LONGEST_COMMENT} characters; this has {len(clean)}."
        )
    return masked_text(clean) if clean else ""


def _seen(text: str) -> str:
    """Without signs that nobody can see; line breaks stay."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(
        sign for sign in normal if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co")
    )


def _enter(row: WarningRow, state: State) -> None:
    at = now()
    row.state = state
    if state in OUTCOMES:
        row.outcome = OUTCOMES[state]
    if state in MOMENTS:
        setattr(row, MOMENTS[state], at)
    if state is State.raised:
        _begin_again(row, at)
    else:
        row.answer_by, row.is_overdue = None, False
    if state is State.acknowledged and row.answered_minutes is None:
        row.answered_minutes = minutes_between(row.raised_at, at)


def _begin_again(row: WarningRow, at: datetime) -> None:
    row.outcome, row.merged_into = None, None
    row.level, row.is_overdue = row.area_level, False
    for moment in set(MOMENTS.values()):
        setattr(row, moment, None)
    start_timer(row, at)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from `start` to `end`, negative if that comes first."""
    return int((end - start).total_seconds() // 60)
