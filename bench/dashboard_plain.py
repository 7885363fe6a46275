"""The pages' questions without the app: asked by hand of a plain DuckDB table, and of a pandas frame that lies in memory."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd

from bench.dashboard_questions import EARLIER, QUESTIONS

Change = tuple[str, str]
NARROW = {
    "area": "area_id in (select area_id from area where town_id = $value)",
    "category": "(category = $value or starts_with(category, $value || '/'))",
}
THREADS = 2
WINDOW = timedelta(days=90)
SHOWN = """incident_id, title, source, category, department, channel, status, settled_level, area_id,
    reported_at, accepted_at, dispatched_at, settled_at, verified_at, closed_at, due_at"""


class Plain:
    """A DuckDB file with one table of incidents, in the order of their report, and one of areas."""

    def __init__(self, home: Path) -> None:
        from warehouse.connect import connect

        file = home.parent / "plain.duckdb"
        lake = connect(read_only=True, threads=THREADS, memory="6GB")
        lake.execute("set preserve_insertion_order = false")
        lake.execute(f"attach '{file}' as plain")
        lake.execute(f"create or replace table plain.incident as select {SHOWN} from incident order by reported_at")
        lake.execute("create or replace table plain.area as select * exclude (geometry) from area")
        lake.close()
        self.connection = duckdb.connect(str(file), read_only=True, config={"threads": THREADS})
        self.first, self.now = self.connection.execute(
            "select min(reported_at), max(reported_at) from incident"
        ).fetchone()

    def milliseconds(self, page: str, window: str, changes: list[Change]) -> list[float]:
        """What each change's questions of a page take, answers fetched."""
        self._ask(page, window, changes[-1])  # what is on disk is in memory then, as it is for the app
        return [self._ask(page, window, change) for change in changes]

    def _ask(self, page: str, window: str, change: Change) -> float:
        values = self._values(window, change[1])
        asked = QUESTIONS[page] + (EARLIER[page] if window == "90d" else [])
        began = time.perf_counter()
        for text in asked:
            sql = text.replace("{narrow}", NARROW[change[0]])
            used = {name: value for name, value in values.items() if f"${name}" in sql}
            self.connection.execute(sql, used).fetchall()
        return 1000 * (time.perf_counter() - began)

    def _values(self, window: str, value: str) -> dict[str, datetime | str]:
        until = self.now + timedelta(seconds=1)
        since = until - WINDOW if window == "90d" else self.first
        return {"value": value, "since": since, "until": until, "earlier": since - WINDOW}

    def pandas_milliseconds(self, window: str, changes: list[Change]) -> list[float]:
        """What the overview's questions take over a frame, as somebody would write them by hand."""
        columns = "reported_at, closed_at, due_at, settled_level, settled_at, category, area_id"
        frame = self.connection.execute(f"select {columns} from incident").df()
        since = self.now - WINDOW if window == "90d" else self.first
        return [_by_hand(frame, since, self.now, change) for change in changes]


def _by_hand(frame: pd.DataFrame, since: datetime, now: datetime, change: Change) -> float:
    began = time.perf_counter()
    mine = frame[frame["area_id" if change[0] == "area" else "category"].str.startswith(change[1])]
    period = mine[mine["reported_at"] >= since]
    due = mine[(mine["due_at"] >= since) & (mine["due_at"] <= now)]
    _ = (due["closed_at"] <= due["due_at"]).mean()
    _ = ((mine["due_at"] < now) & mine["closed_at"].isna()).sum(), mine["closed_at"].isna().sum()
    _ = period.groupby((period["reported_at"] + pd.Timedelta(hours=8)).dt.date).size()
    _ = period.groupby("area_id").size(), period.groupby("category").size()
    _ = mine.loc[mine["settled_at"] >= since, "settled_level"].value_counts(normalize=True)
    return 1000 * (time.perf_counter() - began)
