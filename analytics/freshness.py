"""How old each source's data are, and whether that is fresh, late or stale. Silence is stale, never fresh."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import duckdb
import pandas as pd

from analytics.answers import question

STATES = ("fresh", "late", "stale")


@dataclass(frozen=True)
class Freshness:
    """One source's age. `until` and `since` are UTC; `since` is when the present state began."""

    source: str
    kind: str
    label: dict[str, str] = field(hash=False)
    until: datetime | None
    loaded_at: datetime | None
    state: str
    since: datetime | None


@question
def newest_by_source(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> pd.DataFrame:
    """Each source with the newest time in its data and when it was last loaded."""
    return cursor.execute(
        """select s.source, s.kind, s.label_zh, s.label_en, s.late_after_hours, s.stale_after_hours,
            max(l.data_until) as until, max(l.finished_at) as loaded_at
        from source s left join load l on l.source = s.source and l.status = 'done'
        group by all order by s.kind, s.source"""
    ).df()


@question
def _last_load_at(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> datetime | None:
    row = cursor.execute("select max(finished_at) from load").fetchone()
    return row[0] if row else None


def by_source(as_of: int | None, at: datetime | None = None) -> list[Freshness]:
    """Every source's freshness at the moment `at` (UTC): by default this moment, or for an earlier snapshot its own."""
    at = at or _moment(as_of)
    rows = newest_by_source(as_of).astype(object)
    return [_judge(row, at) for row in rows.where(rows.notna(), None).to_dict("records")]


def _moment(as_of: int | None) -> datetime:
    return (_last_load_at(as_of) if as_of is not None else None) or datetime.now(UTC).replace(tzinfo=None)


def _judge(row: dict, at: datetime) -> Freshness:
    until = row["until"] or row["loaded_at"]
    state, since = _state(until, row["late_after_hours"], row["stale_after_hours"], at)
    return Freshness(
        source=row["source"],
        kind=row["kind"],
        label={"zh": row["label_zh"] or row["source"], "en": row["label_en"] or row["source"]},
        until=until,
        loaded_at=row["loaded_at"],
        state=state,
        since=since,
    )


def _state(
    until: datetime | None, late: float | None, stale: float | None, at: datetime
) -> tuple[str, datetime | None]:
    if until is None:
        return "stale", None
    for state, hours in (("stale", stale), ("late", late)):
        if hours is not None and at >= until + timedelta(hours=hours):
            return state, until + timedelta(hours=hours)
    return "fresh", until


def worst(sources: list[Freshness]) -> str:
    """The worst state among the sources; no source at all is stale."""
    return max((s.state for s in sources), key=STATES.index, default="stale")
