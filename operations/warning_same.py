"""Does another rule's warning tell of the same matter already? One outbreak is one warning, whichever of its rules saw it first.

Rules of one family (`Look.siblings`) count the same reports in other ways: by day or week, grid or town. What a finding says is told
if a sibling's warning, as grave, holds half of its grids; one that ended lately tells it only at the very place. A finding
that reaches further takes in those inside it that nobody has answered yet.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from operations.warning_areas import overlap
from operations.warning_life import LIVE, OPEN, State
from operations.warning_raised import NEAR_JACCARD, Raised
from operations.warning_tables import WarningRow

HELD, EVERYWHERE = 0.5, 4


def of_siblings(store: Session, rules: Iterable[str], since: datetime) -> list[WarningRow]:
    """The warnings of these rules that are open, or were closed after `since` (UTC)."""
    alive = or_(WarningRow.state.in_(OPEN), (WarningRow.state == State.closed) & (WarningRow.closed_at > since))
    return list(
        store.scalars(select(WarningRow).where(WarningRow.rule.in_(list(rules)), alive).order_by(WarningRow.id))
    )


def told_by(rows: Iterable[WarningRow], raised: Raised) -> WarningRow | None:
    """The sibling's warning that tells of what was found, the gravest of them; None if it is news."""
    same = [row for row in rows if row.grade >= raised.grade and _is_same_matter(row, raised) and _tells(row, raised)]
    return max(same, key=lambda row: (row.grade, -row.id), default=None)


def inside(rows: Iterable[WarningRow], raised: Raised) -> list[WarningRow]:
    """The siblings' warnings, unanswered and no graver, that lie in what was found."""
    return [
        row
        for row in rows
        if row.state == State.raised and row.grade <= raised.grade and _is_same_matter(row, raised)
        and _held(row.grids, raised.grids) >= HELD
    ]  # fmt: skip


def seen_later(rows: Iterable[WarningRow], raised: Raised) -> WarningRow | None:
    """A sibling's warning inside what a look back found, seen by a later look: the past adds nothing to what is known by now."""
    return next((row for row in inside(rows, raised) if row.until > raised.until), None)


def _is_same_matter(row: WarningRow, raised: Raised) -> bool:
    """One kind of thing by name, or by the name of what it belongs to: a category and one below it.

    What the whole district has says nothing of where, so it neither tells of a place in it nor takes one in.
    """
    if row.subject_kind != raised.subject_kind or _is_everywhere(row, raised):
        return False
    one, other = sorted((row.subject, raised.subject), key=len)
    return one == other or other.startswith(f"{one}/")


def _is_everywhere(row: WarningRow, raised: Raised) -> bool:
    extents = ((row.area_level, len(row.grids)), (raised.path[0][0], len(raised.grids)))
    (_, small), (level, large) = sorted(extents, key=lambda extent: extent[1])
    return level == "district" and large > EVERYWHERE * small


def _tells(row: WarningRow, raised: Raised) -> bool:
    if row.state in LIVE:
        return _held(raised.grids, row.grids) >= HELD
    return overlap(row.grids, raised.grids)[0] >= NEAR_JACCARD


def _held(grids: Sequence[str], by: Sequence[str]) -> float:
    return len({*grids} & {*by}) / len(grids) if grids else 0.0
