"""Which durations does a file of cases, or of what happened to them, hold? Read by DuckDB, counted by duration.

Three kinds are told apart by their columns; every file has `dataset`, and may have `category`:
- cases: `opened, closed, snapshot`; a case without `closed`, or closed after its snapshot, is open at the snapshot;
- durations: `hours, event` (1 closed, 0 still open after so many hours); they win where a file has both;
- events: `case_id, action, ts, snapshot`, the action being open, close or reopen. A dataset X of these gives three:
  `X_first_close`, from opening to the first close; `X_final_close`, to the last close, open if it is open at the snapshot;
  `X_working_time`, the hours it was open altogether. What came after the snapshot is not known yet.
"""

import csv
import re
from pathlib import Path

import duckdb
import pandas as pd

from analytics.timeliness import case_events
from analytics.timeliness.case_checks import CASES, DURATIONS, EVENTS, TIMES, refuse
from analytics.timeliness.errors import TimelinessError

READ = """read_csv($path, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    nullstr = ['', 'NaT'], columns = $columns)"""
_AT_LINE = re.compile(r"on Line: (\d+)")
_WHY = re.compile(
    r"^(Expected Number of Columns.*|Invalid unicode.*?detected|Value with unterminated quote found)", re.M
)


def case_counts(path: Path) -> pd.DataFrame:
    """`dataset, category, hours, closed, open`: how many cases lasted how long. `category` is null in a file without.

    `TimelinessError` names file, line and column of the first record that makes no sense.
    """
    if not path.is_file():
        raise TimelinessError(f"{path}: no such file. Give the path of a CSV file of cases or events.")
    columns = _columns(path)
    kind = _kind(path, columns)
    with duckdb.connect() as connection:
        try:
            read = {"path": str(path), "columns": dict.fromkeys(columns, "varchar")}
            connection.execute(_record_sql(columns), read)
        except duckdb.Error as error:
            raise TimelinessError(_said(path, str(error))) from None
        refuse(connection, path, columns, kind)
        return connection.execute(_COUNTS[kind]).df()


def _columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        names = next(csv.reader(file), [])
    columns = [name.strip().lower() or f"unnamed_{number}" for number, name in enumerate(names)]
    twice = [name for name in columns if columns.count(name) > 1]
    if twice:
        raise TimelinessError(f"{path}: column {twice[0]!r} is there twice. Mend the first line.")
    return columns


def _said(path: Path, error: str) -> str:
    """DuckDB's many lines about a file that is no CSV, in one."""
    line, why = _AT_LINE.search(error), _WHY.search(error)
    where = f"{path}, line {line[1]}" if line else str(path)
    return f"{where}: not CSV in UTF-8 ({why[1] if why else error.splitlines()[0]}). Mend it, or save the file anew."


def _kind(path: Path, columns: list[str]) -> tuple[str, ...]:
    kinds = (DURATIONS, CASES, EVENTS)
    for kind in kinds:
        if {"dataset", *kind} <= set(columns):
            return kind
    nearest = max(kinds, key=lambda kind: len(set(kind) & set(columns)))
    missing = ", ".join(repr(name) for name in ("dataset", *nearest) if name not in columns)
    have = ", ".join(columns[:10])
    raise TimelinessError(f"{path}: no column {missing} (have: {have}). Name the columns so in the first line.")


def _record_sql(columns: list[str]) -> str:
    known = [name for name in dict.fromkeys((*DURATIONS, *CASES, *EVENTS, "dataset", "category")) if name in columns]
    texts = ", ".join(f'"{name}" as {name}_text' for name in known)
    times = ", ".join(f'try_cast("{name}" as timestamp_ns) as {name}' for name in known if name in TIMES)
    category = '"category"' if "category" in columns else "null::varchar"
    return f"""create table record as select row_number() over () + 1 as line, {texts}, "dataset" as dataset, {category} as category
        {f", {times}" if times else ""} from {READ}"""


_COUNT = "count(*) filter (is_closed) as closed, count(*) filter (not is_closed) as open"
_COUNTS = {
    DURATIONS: f"""
        select dataset, category, hours_text::double as hours, {_COUNT}
        from (select *, event_text::double = 1 as is_closed from record) group by all order by all""",
    CASES: f"""
        select dataset, category, (epoch_ns(least(closed, snapshot)) - epoch_ns(opened)) / 3600000000000.0 as hours, {_COUNT}
        from (select *, coalesce(closed <= snapshot, false) as is_closed from record) group by all order by all""",
    EVENTS: case_events.COUNTS,
}
