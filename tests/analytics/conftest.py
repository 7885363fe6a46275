"""The small district in a home of its own, once for all tests of this room."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import settings
from tests import small
from warehouse.connect import Reader


@pytest.fixture(scope="package")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("small") / "home"
    before = os.environ.get("ZHILI_HOME")
    os.environ["ZHILI_HOME"] = str(home)
    settings.cache_clear()
    small.build()
    yield home
    if before is None:
        del os.environ["ZHILI_HOME"]
    else:
        os.environ["ZHILI_HOME"] = before
    settings.cache_clear()


@pytest.fixture
def ask(small_home: Path, monkeypatch: pytest.MonkeyPatch):
    """Asks the small district in SQL of the test's own; the questions under test ask the same home."""
    monkeypatch.setenv("ZHILI_HOME", str(small_home))
    settings.cache_clear()
    reader = Reader()
    yield lambda sql, *values: reader.cursor().execute(sql, list(values)).fetchall()
    reader.close()
    settings.cache_clear()
