"""The small district, and sources that are as fresh as they were on its day."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analytics import freshness
from operations.migrate import bring_up_to_date
from reports import checks
from tests import small
from tests.homes import living_in


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with living_in(tmp_path_factory.mktemp("reports") / "home") as home:
        small.build()
        bring_up_to_date()
        yield home


@pytest.fixture(autouse=True)
def all_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small district's data are of a day long ago, and its sources stale by now."""
    real = freshness.by_source
    monkeypatch.setattr(checks, "by_source", lambda as_of: [replace(one, state="fresh") for one in real(as_of)])
