"""Where a warning is: which areas its extent touches, and which warnings touch an area."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from operations.warning_tables import WarningAreaRow


def touching(areas: Sequence[str]) -> Select[int]:
    """The numbers of the warnings whose extent touches any of the areas, as a subquery."""
    return select(WarningAreaRow.warning_id).where(WarningAreaRow.area_id.in_(areas))


def touched(store: Session, warning_id: int) -> set[str]:
    """Every area that a warning's extent touches."""
    return set(store.scalars(select(WarningAreaRow.area_id).where(WarningAreaRow.warning_id == warning_id)))


def set_touched(store: Session, warning_id: int, areas: Iterable[str]) -> None:
    """From now on the warning touches these areas and no others."""
    before, wanted = touched(store, warning_id), set(areas)
    if gone := before - wanted:
        store.execute(
            delete(WarningAreaRow).where(WarningAreaRow.warning_id == warning_id, WarningAreaRow.area_id.in_(gone))
        )
    if new := sorted(wanted - before):
        store.execute(insert(WarningAreaRow), [{"warning_id": warning_id, "area_id": area} for area in new])


def overlap(one: Sequence[str], other: Sequence[str]) -> tuple[float, float]:
    """Two shares of two sets of grids: of all of them together (Jaccard), and of the smaller set."""
    a, b = set(one), set(other)
    common = len(a & b)
    return (common / len(a | b), common / min(len(a), len(b))) if a and b else (0.0, 0.0)
