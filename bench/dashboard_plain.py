"""The same questions without the app: replayed on a bare DuckDB connection, and asked of a pandas frame by hand."""

import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from dash import Dash

from bench.process import BenchError

Statement = tuple[str, Any]


class Recorder:
    """A cursor that writes down what is asked."""

    def __init__(self, cursor: Any, heard: list[Statement]) -> None:
        self._cursor, self._heard = cursor, heard

    def execute(self, sql: str, values: Any = None) -> Any:
        """Asks, and remembers."""
        self._heard.append((sql, values))
        return self._cursor.execute(sql, values) if values is not None else self._cursor.execute(sql)

    def __getattr__(self, name: str) -> Any:
        """Everything else is the cursor's."""
        return getattr(self._cursor, name)


def statements(payloads: list[str]) -> list[Statement]:
    """What these requests of the browser ask the warehouse."""
    from analytics import answers

    heard: list[Statement] = []
    whole = answers.cursor
    answers.cursor = lambda as_of: Recorder(whole(as_of), heard)
    client = _app().server.test_client()
    for payload in payloads:
        answer = client.post("/_dash-update-component", data=payload, content_type="application/json")
        if answer.status_code >= 400:
            raise BenchError(f"A replayed request was answered {answer.status_code}: {payload[:200]}")
    answers.cursor = whole
    return heard


@lru_cache(maxsize=1)
def _app() -> Dash:
    """The app in this process: pages register themselves once."""
    from app import build_app

    return build_app()


def replayed_ms(heard: list[Statement], changes: int) -> float:
    """Milliseconds a change of a bare connection with two threads, answers fetched."""
    from warehouse.connect import connect

    connection = connect(read_only=True, threads=2)
    for sql, values in heard[:5]:
        connection.execute(sql, values) if values is not None else connection.execute(sql)
    began = time.perf_counter()
    for sql, values in heard:
        (connection.execute(sql, values) if values is not None else connection.execute(sql)).fetchall()
    return 1000 * (time.perf_counter() - began) / changes


def pandas_ms(home: Path, days: int | None, towns: list[str]) -> float:
    """Milliseconds a change of the overview's questions as somebody would write them over a frame that lies in memory."""
    from warehouse.connect import connect

    columns = "reported_at, closed_at, due_at, settled_level, settled_at, category, area_id"
    frame = connect(read_only=True, threads=2).execute(f"select {columns} from incident").df()
    now = frame["reported_at"].max()
    since = now - pd.Timedelta(days=days) if days else frame["reported_at"].min()
    began = time.perf_counter()
    for town in towns:
        mine = frame[frame["area_id"].str.startswith(town)]
        period = mine[mine["reported_at"] >= since]
        due = mine[(mine["due_at"] >= since) & (mine["due_at"] <= now)]
        settled = mine[mine["settled_at"] >= since]
        is_open = mine["closed_at"].isna()
        _ = (
            len(period),
            is_open.sum(),
            (is_open & (mine["due_at"] < now)).sum(),
            (due["closed_at"] <= due["due_at"]).mean(),
        )
        _ = settled["settled_level"].value_counts(), period.groupby(period["area_id"].str[:12]).size().nlargest(8)
        _ = (
            period["category"].str.split("/").str[1].value_counts().head(8),
            period.groupby(period["reported_at"].dt.date).size(),
        )
    return 1000 * (time.perf_counter() - began) / len(towns)
