"""How warnings stood at a moment that is over: read from what happened up to then, so that a report of a day says the same whenever it is made.

Times are UTC without a zone.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from operations.store import session
from operations.warning_areas import touching
from operations.warning_life import OPEN, State
from operations.warning_tables import DetectorRunRow, WarningEventRow, WarningRow
from operations.warnings import Kept, kept


def open_then(moment: datetime, areas: Sequence[str] = ()) -> list[Kept]:
    """Those open at the moment, with the state and grade of then, the gravest first, then those that waited longest.

    `areas`: whose extent touches any of these; empty lets all through. All else of a warning is as it is now.
    """
    event = WarningEventRow
    last = select(func.max(event.id)).where(event.happened_at <= moment).group_by(event.warning_id)
    asked = (
        select(WarningRow, event.to_state, event.grade)
        .join(event, event.warning_id == WarningRow.id)
        .where(event.id.in_(last), event.to_state.in_(OPEN))
        .order_by(event.grade.desc(), WarningRow.raised_at, WarningRow.id)
    )
    if areas:
        asked = asked.where(WarningRow.id.in_(touching(areas)))
    with session() as store:
        return [replace(kept(row), state=state, grade=grade) for row, state, grade in store.execute(asked)]


def watched_since() -> datetime | None:
    """When a rule first looked, as far as is known: of what was before that nobody can say whether a warning stood."""
    with session() as store:
        first = (store.scalar(select(func.min(column))) for column in (DetectorRunRow.started_at, WarningRow.raised_at))
        return min((moment for moment in first if moment is not None), default=None)


def raised_between(since: datetime, until: datetime, areas: Sequence[str] = ()) -> list[Kept]:
    """Those raised from `since` to before `until`, whatever became of them; what was merged into another counts as that one only."""
    asked = select(WarningRow).where(
        WarningRow.raised_at >= since, WarningRow.raised_at < until, WarningRow.state != State.merged
    )
    if areas:
        asked = asked.where(WarningRow.id.in_(touching(areas)))
    with session() as store:
        return [kept(row) for row in store.scalars(asked)]
