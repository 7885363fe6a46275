"""Cases that wait for somebody else: what their pauses, over or still open, make of their due times."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from working_time.clock import WorkingTime
from working_time.workdays import Times

FIRST = np.datetime64("1990-01-02", "us")
"""The working calendar begins the day before; no limit runs from an earlier time."""
STATED = -1
"""In place of the number of a limit's clock: no limit gave the due time."""
Rows = npt.NDArray[np.intp]


@dataclass
class Cases:
    """Rows of a batch in the making: what is known of each, and its due time; arrays of one length, NaT where unknown."""

    at_row: npt.NDArray[np.int64]
    rule: npt.NDArray[np.int64]
    begun: Times
    closed: Times
    extended_until: Times
    extended_days: npt.NDArray[np.int64]
    due: Times
    by: npt.NDArray[np.object_]
    clock: npt.NDArray[np.int64]
    paused_hours: npt.NDArray[np.float64]
    is_paused: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, found: pa.Table) -> "Cases":
        """The cases of these rows of the stage, with no due times but the stated ones."""
        begun, closed, until, due = (_times(found, name) for name in ("begun", "closed_at", "extended_until", "due_at"))
        begun[begun < FIRST] = np.datetime64("NaT")
        days = found["extended_days"].fill_null(0).to_numpy().astype(np.int64)
        by = np.full(found.num_rows, "source", dtype=object)
        by[np.isnat(due)] = None
        rule, at_row, count = found["rule"].to_numpy().astype(np.int64), found["at_row"].to_numpy(), found.num_rows
        no_clock, hours = np.full(count, STATED), np.zeros(count)
        return cls(at_row, rule, begun, closed, until, days, due, by, no_clock, hours, np.zeros(count, dtype=bool))

    def by_rule(self, rule: int) -> Rows:
        """Which cases the rule gives a due time: those that nothing else gave one, and whose limit has begun to run."""
        return np.flatnonzero((self.rule == rule) & np.isnat(self.due) & ~np.isnat(self.begun))

    def extend(self) -> None:
        """Let a later time that was granted count."""
        later = ~np.isnat(self.extended_until) & ~(self.extended_until <= self.due)
        self.due[later], self.by[later] = self.extended_until[later], "extension"

    def columns(self) -> dict[str, pa.Array]:
        """The columns to lay back."""
        return {
            "at_row": pa.array(self.at_row),
            "due_at": pa.array(self.due),
            "due_by": pa.array(self.by, pa.string()),
            "is_paused": pa.array(self.is_paused),
            "paused_hours": pa.array(self.paused_hours, mask=np.isnat(self.due)),
        }


@dataclass
class Pauses:
    """Pauses of a batch's cases: `of` says whose (a place in `Cases`); one that is open has no `resumed`."""

    of: Rows
    paused: Times
    resumed: Times

    @classmethod
    def of_cases(cls, found: pa.Table, cases: Cases) -> "Pauses":
        """The pauses `found` on the stage. One that is open when its case is closed ends there."""
        order = np.argsort(cases.at_row)
        of = order[np.searchsorted(cases.at_row, found["at_row"].to_numpy(), sorter=order)]
        paused, resumed = _times(found, "paused_at"), _times(found, "resumed_at")
        return cls(of, paused, np.where(np.isnat(resumed), np.maximum(cases.closed[of], paused), resumed))

    def push_back(self, cases: Cases, clock_number: int, clock: WorkingTime) -> None:
        """Move the due times that ran on this clock by the pauses that are over; what was before the limit ran counts not."""
        mine = (cases.clock[self.of] == clock_number) & ~np.isnat(self.resumed)
        of, before = self.of[mine], cases.due.copy()
        begun = cases.begun[of]
        paused, resumed = np.fmax(self.paused[mine], begun), np.fmax(self.resumed[mine], begun)
        cases.due = clock.pushed_back(cases.due, of, paused, resumed)
        moved = np.unique(of)
        cases.paused_hours[moved] = clock.hours_between(before[moved], cases.due[moved])

    def hold(self, cases: Cases) -> int:
        """Take the due time from cases that are paused, unless it had passed before; returns how many are held."""
        is_open = np.isnat(self.resumed)
        of = self.of[is_open]
        cases.is_paused[of] = True
        held = of[self.paused[is_open] < cases.due[of]]
        cases.due[held], cases.by[held] = np.datetime64("NaT"), "paused"
        return len(held)


def _times(rows: pa.Table, name: str) -> Times:
    return np.array(rows[name].to_numpy(), dtype="datetime64[us]")
