"""Which warnings have lately become graver or reached further: what a list marks as growing."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from operations.store import session
from operations.warning_tables import WarningEventRow

GROWTH = ("graver", "extent", "take_in")
"""Events by which a warning grows; an extent that has become smaller is told by its numbers of grids."""


def growing(ids: Sequence[int], since: datetime) -> set[int]:
    """Those of the warnings that have grown since then (UTC)."""
    asked = select(WarningEventRow.warning_id, WarningEventRow.what, WarningEventRow.detail).where(
        WarningEventRow.warning_id.in_(ids), WarningEventRow.what.in_(GROWTH), WarningEventRow.happened_at >= since
    )
    with session() as store:
        return {number for number, what, detail in store.execute(asked) if what != "extent" or _is_larger(detail)}


def _is_larger(detail: dict) -> bool:
    return int(detail.get("grids", 0)) > int(detail.get("grids_before", 0))
