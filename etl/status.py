"""What came in and what did not: the answers of `status` and `rejects`."""

import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from settings import Settings
from warehouse.connect import Reader

NEWEST = 15
"""So many loads are shown."""


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


def rejects(load_id: int | None) -> pd.DataFrame:
    """Rejected records, of one load or of all in force: load, file, line, reasons and text."""
    where, values = ("load_id = ?", [load_id]) if load_id is not None else ("true", [])
    return (
        Reader()
        .cursor()
        .execute(
            f"""select load_id, file, line, array_to_string(reasons, '; ') as reasons, text from reject
            where {where} order by load_id, line""",
            values,
        )
        .df()
    )
