"""Which record of a file of cases makes no sense, and what to do about it? In SQL, on the read records."""

import csv
from itertools import islice
from pathlib import Path

import duckdb

from analytics.timeliness import case_events
from analytics.timeliness.errors import TimelinessError

CASES = ("opened", "closed", "snapshot")
DURATIONS = ("hours", "event")
EVENTS = case_events.COLUMNS
TIMES = ("opened", "closed", "snapshot", "ts")


def refuse(connection: duckdb.DuckDBPyConnection, path: Path, columns: list[str], kind: tuple[str, ...]) -> None:
    """Raise `TimelinessError` for the first record that breaks one of the promises of its kind of file."""
    questions = [f"select line, {_first_of(_broken(columns, kind))} as trouble from record"]
    if kind == EVENTS:
        questions += [case_events.CLOSED_FIRST, case_events.NOT_YET_OPENED]
    for question in questions:
        sql = f"select line, trouble from ({question}) where trouble is not null order by line limit 1"
        row = connection.execute(sql).fetchone()
        if row:
            raise TimelinessError(f"{path}, line {_line_of(path, row[0])}: {row[1]}")


def _line_of(path: Path, record: int) -> int:
    """The line in the file of a record, the head being the first; blank lines and lines within quotes count."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        numbers = (rows.line_num for row in rows if row)
        return next(islice(numbers, record - 1, None))


def _first_of(broken: list[tuple[str, str]]) -> str:
    return f"case {' '.join(f'when {holds} then {says}' for holds, says in broken)} end"


def _broken(columns: list[str], kind: tuple[str, ...]) -> list[tuple[str, str]]:
    """Conditions that must not hold, and what to say if they do, both SQL."""
    needed = [name for name in ("dataset", *kind) if name != "closed"]
    looked_at = set(kind) | (set() if kind == EVENTS else set(CASES) & set(columns))
    empty = [(f"{name}_text is null", f"'column {name} is empty. Fill it in.'") for name in needed]
    unreadable = [
        (f"{name}_text is not null and {name} is null", _unreadable(name, "a time", "2026-09-28 09:05:00"))
        for name in TIMES
        if name in looked_at
    ]
    return [*empty, *unreadable, *((fails, says) for of, fails, says in _PROMISES if looked_at >= set(of))]


def _unreadable(name: str, what: str, example: str) -> str:
    return f"'column {name}: ''' || left({name}_text, 40) || ''' is not {what}. Write it like {example}.'"


def _swapped(name: str, first: str) -> str:
    shown = f"'column {name}: ' || {name}_text || ' is before {first} (' || {first}_text || ')"
    return f"{shown}. Mend one of the two, or leave the case out.'"


_PROMISES = (
    (("opened", "closed"), "closed < opened", _swapped("closed", "opened")),
    (("opened", "snapshot"), "snapshot < opened", _swapped("snapshot", "opened")),
    (
        ("hours",),
        "coalesce(try_cast(hours_text as double), -1) not between 0 and 1e9",
        _unreadable("hours", "a duration in hours (nought or more)", "12.5"),
    ),
    (
        ("event",),
        "coalesce(try_cast(event_text as double), -1) not in (0, 1)",
        _unreadable("event", "0 (still open) or 1 (closed)", "1"),
    ),
    (
        ("action",),
        f"lower(trim(action_text)) not in {case_events.ACTIONS}",
        _unreadable("action", "open, close or reopen", "close"),
    ),
)
"""Columns it is about, what must not be, and what to say if it is."""
