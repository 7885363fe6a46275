"""A warehouse that holds just the incidents a test writes down."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analytics.view import View
from settings import settings
from tests.homes import put

MONDAY = datetime(2026, 3, 1, 16)
"""Monday, 2 March 2026, midnight in Shanghai, in UTC."""


def hours(count: float) -> datetime:
    """So many hours after that Monday began."""
    return MONDAY + timedelta(hours=count)


def view(since: float, until: float, **more: object) -> View:
    """A view of those hours."""
    return View(since=hours(since), until=hours(until), now=hours(until), devices_until=hours(until), **more)


@pytest.fixture(scope="package")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all the warehouses that tests write down here, one after the other."""
    return tmp_path_factory.mktemp("own") / "home"


@pytest.fixture
def hold(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[list[dict]], None]]:
    """Makes incidents the only ones in the warehouse; a column left out is null."""
    monkeypatch.setenv("ZHILI_HOME", str(own_home))
    settings.cache_clear()
    yield _write
    settings.cache_clear()


def _write(incidents: list[dict]) -> None:
    rows = [{"incident_id": f"app:{n}", "source": "app", "area_id": "370116"} | row for n, row in enumerate(incidents)]
    put({"incident": pd.DataFrame(rows)}, instead=True)
