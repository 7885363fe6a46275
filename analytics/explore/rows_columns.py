"""Which columns the rows of a selection have, and the SQL of each; everything here that names one is written by us.

`i` is an incident beside the names of its town, community and grid. Texts that people wrote are masked on the way out,
also where a site chose to load them unmasked.
"""

from dataclasses import dataclass
from typing import Literal

from warehouse.masking import masked

Kind = Literal["text", "free", "choice", "number", "time"]
"""`free` is a text that people wrote, `choice` one of few codes; times are UTC."""

PLACE = """select a.area_id, t.name as town, c.name as community, case when a.level = 'grid' then a.name end as grid
    from area a left join area t on t.area_id = a.town_id left join area c on c.area_id = a.community_id"""
HOURS = "round(epoch_us(i.closed_at - i.reported_at) / 3600000000.0, 2)"
DUE_STATE = """case when i.due_at is null then null when i.closed_at <= i.due_at then 'on_time'
    when i.closed_at is not null then 'late' when i.due_at < $now then 'overdue' else 'running' end"""
"""Closed by its due time, closed after it, open past it, or open and not yet due, at the newest time known, `$now`."""


@dataclass(frozen=True)
class RowColumn:
    """One column: its name, its kind, what it is made of, and what it says."""

    name: str
    kind: Kind
    raw: str
    is_listed: bool = True

    @property
    def sql(self) -> str:
        """What is shown, sorted and taken away."""
        return masked(self.raw) if self.kind == "free" else self.raw


def _columns(*columns: RowColumn) -> dict[str, RowColumn]:
    return {column.name: column for column in columns}


def _own(name: str, kind: Kind, *, is_listed: bool = True) -> RowColumn:
    return RowColumn(name, kind, f"i.{name}", is_listed)


COLUMNS = _columns(
    _own("reported_at", "time"),
    _own("source", "choice"),
    _own("title", "free"),
    _own("category", "text"),
    _own("department", "choice"),
    _own("channel", "choice"),
    _own("status", "choice"),
    _own("town", "text"),
    _own("community", "text"),
    _own("grid", "text"),
    _own("settled_level", "choice"),
    _own("due_at", "time"),
    _own("closed_at", "time"),
    RowColumn("hours_to_close", "number", HOURS),
    RowColumn("due_state", "choice", DUE_STATE),
    _own("satisfaction", "choice"),
    _own("incident_id", "text"),
    _own("accepted_at", "time", is_listed=False),
    _own("dispatched_at", "time", is_listed=False),
    _own("settled_at", "time", is_listed=False),
    _own("verified_at", "time", is_listed=False),
    _own("reopened_count", "number", is_listed=False),
    _own("description", "free", is_listed=False),
    _own("reply", "free", is_listed=False),
)
"""Every column there is to sort, sift and take away, in the order they are shown."""
LISTED = tuple(column for column in COLUMNS.values() if column.is_listed)
CHOICES = {
    "status": ("reported", "accepted", "dispatched", "settled", "verified", "closed"),
    "settled_level": ("grid", "community", "town", "district"),
    "due_state": ("on_time", "late", "overdue", "running"),
    "satisfaction": ("satisfied", "neutral", "dissatisfied"),
}
"""The codes of columns that have the same ones everywhere; sources, departments and channels are asked of the data."""
