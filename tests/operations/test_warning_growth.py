"""A warning that lately became graver or reached further is marked as growing; one that only shrank is not."""

from datetime import timedelta
from pathlib import Path

import pytest

from operations.tables import now
from operations.warning_folding import fold
from operations.warning_growth import growing
from tests.operations.findings import NOON, found, grids, look

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def tables(store: Path) -> None: ...


def later(**more: object) -> int:
    until = NOON + timedelta(hours=1)
    return fold(look(until), [found(until=until, **more)])[0]  # type: ignore[arg-type]


def test_what_became_graver_or_reaches_further_grows():
    (graver,) = fold(look(), [found(extent=grids(1, 2))])
    assert growing([graver], now() - DAY) == set()
    assert later(extent=grids(1, 2), grade=4) == graver
    assert growing([graver], now() - DAY) == {graver}
    assert growing([graver], now() + DAY) == set() == growing([], now() - DAY)


def test_an_extent_grows_only_if_it_becomes_larger():
    (wide,) = fold(look(), [found(extent=grids(1, 2, 3, 4, 5))])
    assert later(extent=grids(1, 2)) == wide
    assert growing([wide], now() - DAY) == set()
    until = NOON + timedelta(hours=2)
    fold(look(until), [found(extent=grids(1, 2, 3, 4, 5), until=until)])
    assert growing([wide], now() - DAY) == {wide}
