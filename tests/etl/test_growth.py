"""A warehouse made before a column was described opens all the same, and gets the column when it is next written to."""

from dataclasses import replace

import pytest

from etl.undo import undo
from tests.etl.conftest import Site, row
from warehouse.connect import connect, writer
from warehouse.growth import grow
from warehouse.tables import TABLES

LATER = {"due_by", "is_paused", "paused_hours"}


@pytest.fixture
def old(mapped: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with two loads, the second of which replaced a row, by a Zhili that did not know the later columns."""
    known = tuple(column for column in TABLES["incident"].columns if column.name not in LATER)
    with monkeypatch.context() as patch:
        patch.setitem(TABLES, "incident", replace(TABLES["incident"], columns=known))
        with writer() as connection:
            for name in LATER:
                connection.execute(f"alter table incident drop column {name}")
        assert mapped.csv(row(1, 标题="旧"), row(2)).is_good
        assert mapped.csv(row(1, 标题="新"), name="grid_app_2.csv").attempt.rows_replaced == 1
    return mapped


def columns(site: Site, as_of: int | None = None) -> set[str]:
    return {name for name, *_ in site.ask("describe incident", as_of)}


def test_an_older_warehouse_opens_and_gets_the_missing_columns_with_the_next_load(old: Site):
    assert not columns(old) & LATER and old.one("select count(*) from incident") == 2
    before = old.one("select max(snapshot_id) from wh.snapshots()")
    assert old.csv(row(3), name="grid_app_3.csv").is_good
    assert columns(old) >= LATER and not columns(old, as_of=before) & LATER
    assert old.ask("select count(*), count(due_by) from incident") == [(3, 0)]


def test_rows_from_before_do_not_differ_by_what_was_not_recorded_then(old: Site):
    attempt = old.csv(row(1, 标题="新"), row(2), name="grid_app_3.csv").attempt
    assert (attempt.rows_duplicate, attempt.rows_replaced) == (2, 0)


def test_a_load_from_before_can_be_undone(old: Site):
    with writer() as connection:
        undo(connection, 3)
    assert old.ask("select title, due_by from incident order by source_no") == [("旧", None), ("垃圾清运", None)]


def test_a_warehouse_that_has_everything_is_not_touched(mapped: Site):
    before = mapped.one("select max(snapshot_id) from wh.snapshots()")
    with writer() as connection:
        assert grow(connection, "wh") == []
    assert mapped.one("select max(snapshot_id) from wh.snapshots()") == before


def test_reading_adds_nothing(old: Site):
    connect(read_only=True).close()
    assert not columns(old) & LATER
