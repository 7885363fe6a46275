"""The demo district goes all the way in, and what is rejected is exactly what truth.json says was spoilt."""

from collections import Counter
from pathlib import Path

import pytest

from etl.load import in_order, load_file
from etl.profile import profiles
from tests.etl.demos import MadeDemo
from warehouse.connect import Reader, writer


@pytest.fixture
def loaded(home: Path, made_demo: MadeDemo) -> tuple[dict, Reader]:
    profiles.cache_clear()
    with writer() as connection:
        outcomes = [load_file(connection, path, profile) for path, profile in in_order([made_demo.folder])]
    assert all(outcome.is_good for outcome in outcomes), [o.said for o in outcomes if not o.is_good]
    return made_demo.truth, Reader()


def test_the_demo_is_loaded_and_rejected_row_by_row_as_its_truth_says(loaded: tuple[dict, Reader]):
    truth, reader = loaded
    said = {(mark["file"], mark["line"]) for mark in truth["dirty_rows"] if mark["outcome"] == "rejected"}
    found = set(reader.cursor().execute("select file, line from reject").fetchall())
    assert found - said == set() and said - found == set()
    expected = Counter(mark["file"] for mark in truth["dirty_rows"] if mark["outcome"] == "duplicate")
    counted = dict(reader.cursor().execute("select file, rows_duplicate from load where rows_duplicate > 0").fetchall())
    assert counted == dict(expected)
    areas = dict(reader.cursor().execute("select level, count(*) from area group by level").fetchall())
    assert areas == {"district": 1, "town": 15, "community": 861, "grid": 1251}
    assert reader.cursor().execute("select bool_and(is_demo) from load").fetchone() == (True,)
    _due_times_are_of_every_kind(reader)


def _due_times_are_of_every_kind(reader: Reader) -> None:
    told = reader.cursor().execute(
        "select source, split_part(due_by, ':', 1), count(*), count(due_at) from incident group by all"
    )
    kinds = {(source, by): (count, due) for source, by, count, due in told.fetchall()}
    assert {(source, by) for source, by in kinds if by} >= {
        ("grid_app", "source"), ("hotline", "source"), ("hotline", "rule"), ("hotline", "extension"), ("petition", "rule"),
    }  # fmt: skip
    assert all(due == (0 if by in (None, "paused") else count) for (_, by), (count, due) in kinds.items())
    assert reader.cursor().execute("select count(*) > 0 from incident where paused_hours > 0").fetchone() == (True,)
