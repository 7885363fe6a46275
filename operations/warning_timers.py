"""Who is asked next when nobody answers in time: a warning goes up one level at a time, and at the district it is overdue."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from operations.errors import WroteMeanwhileError
from operations.store import session
from operations.tables import now
from operations.warning_life import State, Step, level_above
from operations.warning_steps import changing, due, start_timer, take
from operations.warning_tables import WarningRow


def escalate_unanswered(at: datetime | None = None) -> list[int]:
    """The warnings that nobody answered in time by the moment `at` (now), by number; each is now one level up, or overdue."""
    moment = at or now()
    for number in _longer_than_any(moment):
        _begin_anew(number, moment)
    with session() as store:
        ids = list(store.scalars(select(WarningRow.id).where(*_is_due(moment)).order_by(WarningRow.answer_by)))
    return [number for number in ids if _escalate(number, moment)]


def _is_due(moment: datetime):  # type: ignore[no-untyped-def]
    silent = WarningRow.muted_until > moment
    return (
        WarningRow.state == State.raised,
        WarningRow.answer_by <= moment,
        WarningRow.is_overdue.is_(False),
        or_(WarningRow.muted_until.is_(None), ~silent),
    )


def _longer_than_any(moment: datetime) -> list[int]:
    """The warnings with more time left than their grade gives: the machine's clock was put back, or the office gives less now."""
    columns = (WarningRow.id, WarningRow.answer_by, WarningRow.answer_within_minutes, WarningRow.grade, WarningRow.muted_until)  # fmt: skip
    running = (WarningRow.state == State.raised, WarningRow.answer_by > moment, WarningRow.is_overdue.is_(False))
    with session() as store:
        rows = store.execute(select(*columns).where(*running)).all()
    return [
        row.id for row in rows if row.answer_by > due(row.answer_within_minutes, row.grade, row.muted_until, moment)
    ]


def _begin_anew(id: int, moment: datetime) -> None:
    """Its time begins now, unless somebody has just done something with it."""
    with suppress(WroteMeanwhileError), changing() as store:
        row = store.get(WarningRow, id)
        if row is not None and row.state == State.raised:
            start_timer(row, moment)


def _escalate(id: int, moment: datetime) -> bool:
    """Whether it was this process that did it: somebody may answer, or another clock be quicker, at the same moment."""
    try:
        with changing() as store:
            row = store.scalar(select(WarningRow).where(WarningRow.id == id, *_is_due(moment)))
            if row is not None:
                _one_up(store, row, moment)
            return row is not None
    except WroteMeanwhileError:
        return False


def _one_up(store: Session, row: WarningRow, moment: datetime) -> None:
    before, above = row.level, level_above(row.level)
    if above is None:
        row.is_overdue = True
        take(store, row, Step.escalate, None, what="overdue", detail={"level": before}, is_told=True)
        return
    row.level = above
    start_timer(row, moment)
    take(store, row, Step.escalate, None, detail={"level_before": before, "level": above}, is_told=True)
