"""What came in and what did not: the answers of `status` and `rejects`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from settings import Settings
from warehouse.connect import Reader

NEWEST = 15
"""So many loads are shown."""
VECTORS = 50
"""A piece of an answer, in DuckDB's vectors of 2,048 rows."""


def loads(newest: int | None = NEWEST) -> pd.DataFrame:
    """Loads, newest first, with their counts."""
    return (
        Reader()
        .cursor()
        .execute("select * exclude (findings, file_hash) from load order by load_id desc limit ?", [newest or 2**31])
        .df()
    )


def sources() -> pd.DataFrame:
    """Every source with the age of its newest data in hours and its state: fresh, late or stale."""
    return (
        Reader()
        .cursor()
        .execute(
            """select s.source, s.kind, s.label_zh, max(l.data_until) as data_until,
            round(epoch(? - coalesce(max(l.data_until), max(l.finished_at))) / 3600, 1) as age_hours,
            case when age_hours >= any_value(s.stale_after_hours) then 'stale'
                when age_hours >= any_value(s.late_after_hours) then 'late' else 'fresh' end as state
            from source s join load l on l.source = s.source and l.status = 'done' group by all order by s.source""",
            [datetime.now(UTC).replace(tzinfo=None)],
        )
        .df()
    )


def clock(site: Settings) -> dict[str, Any]:
    """What the clock process last wrote about itself; empty if it has never run."""
    try:
        content = json.loads((site.home / "clock.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def reject_count(load_id: int | None) -> int:
    """How many records were rejected, of one load or of all in force."""
    where, values = _of(load_id)
    row = Reader().cursor().execute(f"select count(*) from reject where {where}", values).fetchone()
    return int(row[0]) if row else 0


def rejects(load_id: int | None, first: int | None = None) -> Iterator[pd.DataFrame]:
    """Rejected records in pieces, at least one: load, file, line, reasons and text; of one load or of all in force."""
    where, values = _of(load_id)
    answer = (
        Reader()
        .cursor()
        .execute(
            f"""select load_id, file, line, array_to_string(reasons, '; ') as reasons, text from reject
        where {where} order by load_id, line limit ?""",
            [*values, 2**62 if first is None else first],
        )
    )
    yield (piece := answer.fetch_df_chunk(VECTORS))
    while len(piece):
        yield (piece := answer.fetch_df_chunk(VECTORS))


def _of(load_id: int | None) -> tuple[str, list[int]]:
    return ("load_id = ?", [load_id]) if load_id is not None else ("true", [])
