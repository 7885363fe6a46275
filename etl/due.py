"""When is each case due? As its source says, else by its profile's limits; and what pauses and extensions make of it.

docs/decisions/due-times.md says why. Only rows that need it are taken off the stage, reckoned with and laid back.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa

from etl.cleaning import literal
from etl.limits import Limit, Rule, site_pauses
from etl.pauses import STATED, Cases, Pauses
from etl.profile import EXTRA_TYPES, Profile
from etl.staging import STAGE
from working_time.clock import WorkingTime

STAGED = ("urgency", "paused_at", "resumed_at", "extended_until", "extended_days")


def staged_columns(profile: Profile) -> dict[str, str]:
    """Name and type of the columns that only due times ask for, where the source has them."""
    return {name: EXTRA_TYPES.get(name, "VARCHAR") for name in STAGED if name in {*profile.columns, *profile.constants}}


class DueTimes:
    """Settles `due_at`, `due_by`, `is_paused` and `paused_hours` of the batches on the stage; counts what it did."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, profile: Profile) -> None:
        self._connection, self._profile, self._due = connection, profile, profile.due
        self._staged = staged_columns(profile)
        self.counts = Counter[str]()

    def settle(self, batch: int) -> None:
        """Settle one batch's rows."""
        if not self._needs:
            return
        found = self._connection.execute(self._sql, {"batch": batch}).to_arrow_table()
        if not found.num_rows:
            return
        cases = Cases.of(found)
        self._reckon(cases)
        if "paused_at" in self._staged:
            self._pause(cases, self._pauses(cases, batch))
        else:
            cases.extend()
        self.counts["unknown"] += sum(self._unknown(cases, at) for at in range(len(self._limits)))
        self._lay_back(cases, batch)

    def notes(self) -> Iterator[str]:
        """What is worth knowing about the due times of this load."""
        counts = {name: f"{count:,}" for name, count in self.counts.items() if count}
        if n := counts.get("ruled"):
            yield f"{n} 行时限按规则推算 / {n} due times by rule ({self._due.basis if self._due else ''})"
        if n := counts.get("unknown"):
            yield f"{n} 行时限落在未公布节假日的年份,仅按周末计 / {n} due times reach years of unknown holidays: weekends only"
        if n := counts.get("waiting"):
            yield f"{n} 行暂停中,时限未定 / {n} cases are paused, without a due time for now"
        if n := counts.get("not_begun"):
            yield f"{n} 行期限尚未起算 / {n} cases whose limit has not begun to run"

    @cached_property
    def _needs(self) -> str:
        """Which rows there is something to reckon for."""
        needs = ["due_at is null"] if self._due else []
        needs += [f"{name} is not null" for name in ("paused_at", "extended_until") if name in self._staged]
        return " or ".join(needs)

    @cached_property
    def _sql(self) -> str:
        begun = self._due.counted_from if self._due else "reported_at"
        extra = [
            name if name in self._staged else f"null::{EXTRA_TYPES[name]} as {name}"
            for name in ("extended_until", "extended_days")
        ]
        return f"""select rowid as at_row, {self._rule_sql()} as rule, {begun} as begun, due_at, closed_at, {", ".join(extra)}
            from {STAGE}.row where batch = $batch and ({self._needs})"""

    def _rule_sql(self) -> str:
        whens = [
            f"when {_holds(rule)} then {at}" for at, (rule, _) in enumerate(self._limits) if isinstance(rule, Rule)
        ]
        rest = len(whens) if len(self._limits) > len(whens) else -1
        return f"case {' '.join(whens)} else {rest} end" if whens else str(rest)

    @cached_property
    def _limits(self) -> list[tuple[Limit, WorkingTime]]:
        """Every limit with its calendar, in the order in which they are tried; the default last."""
        if self._due is None:
            return []
        limits = [*self._due.rules, *([self._due] if self._due.is_set else [])]
        return [(limit, self._due.working_time(limit, self._site_pauses)) for limit in limits]

    @cached_property
    def _usual_clock(self) -> WorkingTime:
        return self._due.working_time(self._due, self._site_pauses) if self._due else WorkingTime()

    @cached_property
    def _site_pauses(self) -> tuple[tuple[datetime, datetime], ...]:
        if self._due is None or self._due.pauses is None:
            return ()
        path = self._profile.path.parent / self._due.pauses
        return site_pauses(path.read_text(encoding="utf-8"), path)

    def _reckon(self, cases: Cases) -> None:
        """Due times by rule, with the days granted on top, then those granted by date."""
        for at, (limit, clock) in enumerate(self._limits):
            mine = cases.by_rule(at)
            due = _after(clock, cases.begun[mine], limit)
            more = cases.extended_days[mine] > 0
            due[more] = clock.due_after_days(due[more], cases.extended_days[mine][more])
            cases.due[mine], cases.clock[mine] = due, at
            cases.by[mine] = np.where(more, "extension", self._due.said(limit) if self._due else "")
            self.counts["ruled"] += len(due)
        self.counts["not_begun"] += int((np.isnat(cases.begun) & (cases.rule >= 0) & np.isnat(cases.due)).sum())

    def _pause(self, cases: Cases, pauses: Pauses) -> None:
        """Move due times by the pauses that are over, then count what was granted by date, then hold what is still paused."""
        for at, (_, clock) in enumerate(self._limits):
            pauses.push_back(cases, at, clock)
        if self._due and not self._due.stated_includes_pauses:
            pauses.push_back(cases, STATED, self._usual_clock)
        cases.extend()
        self.counts["waiting"] += pauses.hold(cases)

    def _pauses(self, cases: Cases, batch: int) -> Pauses:
        rows = self._connection.execute(
            f"""select * from (select rowid as at_row, unnest(paused_at) as paused_at, unnest(resumed_at) as resumed_at
            from {STAGE}.row where batch = $batch and paused_at is not null) where paused_at is not null""",
            {"batch": batch},
        ).to_arrow_table()
        return Pauses.of_cases(rows, cases)

    def _unknown(self, cases: Cases, at: int) -> int:
        """How many due times lie in years whose holidays are not known; hours around the clock ask for none."""
        limit, clock = self._limits[at]
        if clock.is_natural and limit.hours:
            return 0
        mine = (cases.clock == at) & ~np.isnat(cases.due)
        return int((~clock.is_known(cases.begun[mine], cases.due[mine])).sum())

    def _lay_back(self, cases: Cases, batch: int) -> None:
        self._connection.register("due", pa.table(cases.columns()))
        pauses = ", is_paused = due.is_paused, paused_hours = due.paused_hours" if "paused_at" in self._staged else ""
        self._connection.execute(
            f"""update {STAGE}.row r set due_at = due.due_at, due_by = due.due_by{pauses}
            from due where r.batch = $batch and r.rowid = due.at_row""",
            {"batch": batch},
        )
        self._connection.unregister("due")


def _after(clock: WorkingTime, begun: np.ndarray, limit: Limit) -> np.ndarray:
    return clock.due_after_hours(begun, limit.hours) if limit.hours else clock.due_after_days(begun, limit.days or 1)


def _holds(rule: Rule) -> str:
    """SQL that says whether a case is one of the rule's."""
    parts = []
    for column, value in rule.conditions.items():
        below = f" or starts_with({column}, {literal(value + '/')})" if column == "category" else ""
        parts.append(f"({column} = {literal(value)}{below})")
    return " and ".join(parts)
