"""The small district in a home of its own, once for all tests of this room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import settings
from tests import small
from tests.homes import living_in
from warehouse.connect import Reader


@pytest.fixture(scope="package")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with living_in(tmp_path_factory.mktemp("small") / "home") as home:
        small.build()
        yield home


@pytest.fixture
def ask(small_home: Path, monkeypatch: pytest.MonkeyPatch):
    """Asks the small district in SQL of the test's own; the questions under test ask the same home."""
    monkeypatch.setenv("ZHILI_HOME", str(small_home))
    settings.cache_clear()
    reader = Reader()
    yield lambda sql, *values: reader.cursor().execute(sql, list(values)).fetchall()
    reader.close()
    settings.cache_clear()
