"""The facts that pages count are those of the snapshot that is shown, whatever is loaded, undone or asked as of."""

import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from settings import settings
from tests import small
from warehouse import fact_reader, facts
from warehouse.connect import ATTACHED_AT_MOST, writer
from warehouse.errors import WarehouseError
from warehouse.fact_reader import FactReader

NEW = "insert into incident by name select * replace ('new:' || incident_id as incident_id) from incident limit ?"
COLUMNS = "reported_at, closed_at, due_at, area_id, category, department, channel, source, settled_level, status"


@pytest.fixture
def reader(home: Path):
    small.build()
    reader = FactReader()
    yield reader
    reader.close()


def _counts(reader: FactReader, as_of: int | None = None) -> tuple[int, int]:
    cursor = reader.cursor(as_of)
    lake, fact = (
        cursor.execute(f"select count(*) from {table}").fetchone()[0] for table in ("incident", "incident_fact")
    )
    return lake, fact


def _add(rows: int) -> None:
    with writer() as connection:
        connection.execute(NEW, [rows])


def test_every_row_and_every_name_is_there(reader: FactReader):
    cursor = reader.cursor()
    as_text = ", ".join(f"{name}::varchar as {name}" for name in COLUMNS.split(", "))
    missing = cursor.execute(
        f"""select count(*) from (select {as_text} from incident except all select {as_text} from incident_fact)"""
    ).fetchone()
    assert missing == (0,) and _counts(reader)[0] == _counts(reader)[1] > 100


def test_what_is_loaded_is_seen_at_once_and_what_was_known_before_stays(reader: FactReader):
    before, (rows, _) = reader.snapshot_id(), _counts(reader)
    _add(7)
    assert reader.snapshot_id() > before
    assert _counts(reader) == (rows + 7, rows + 7)
    assert _counts(reader, before) == (rows, rows)


def test_a_change_that_is_none_of_the_incidents_makes_no_new_facts(reader: FactReader):
    reader.cursor()
    made = list((settings().home / "facts").glob("*.duckdb"))
    with writer() as connection:
        connection.execute(
            "insert into reading select * replace (now()::timestamp as measured_at) from reading limit 3"
        )
    assert _counts(reader)[0] == _counts(reader)[1]
    assert list((settings().home / "facts").glob("*.duckdb")) == made


def test_deleting_and_correcting_rows_are_seen(reader: FactReader):
    rows, _ = _counts(reader)
    with writer() as connection:
        connection.execute("begin")
        connection.execute(
            "delete from incident where department is not distinct from (select min(department) from incident)"
        )
        connection.execute("update incident set closed_at = null")
        connection.execute("commit")
    lake, fact = _counts(reader)
    assert lake == fact < rows
    assert reader.cursor().execute("select count(*) from incident_fact where open_until < '9000-01-01'").fetchone() == (
        0,
    )


def test_an_area_with_what_lies_in_it_and_a_category_with_its_own_are_ranges(reader: FactReader):
    cursor = reader.cursor()
    for column, name, below in (("area_id", "area_name", "starts_with"), ("category", "category_name", "starts_with")):
        names = [n for (n,) in cursor.execute(f"select unnest(enum_range(null::{name}))::varchar").fetchall()]
        for at, first in enumerate(names):
            inside = [n for n in names if n == first or n.startswith(first + ("/" if column == "category" else ""))]
            assert names[at : at + len(inside)] == inside, (column, first, below)


def test_beside_every_area_and_category_stands_its_number_in_that_order(reader: FactReader):
    cursor = reader.cursor()
    for column, kind in (("area_id", "area"), ("category", "category")):
        wrong = cursor.execute(
            f"""with name as (select unnest(enum_range(null::{kind}_name))::varchar as name, unnest(range(100000)) as number limit 100000)
            select count(*) from incident_fact left join name on name.name = {column}::varchar
            where {kind}_no is distinct from number"""
        ).fetchone()
        known = cursor.execute(f"select count(*) from incident_fact where {column} is not null").fetchone()
        assert wrong == (0,) and known > (100,)


def test_after_a_large_load_the_state_before_is_shown_until_the_facts_are_there(reader, monkeypatch):
    monkeypatch.setattr(fact_reader, "SMALL_ROWS", 0)
    before, (rows, _) = reader.snapshot_id(), _counts(reader)
    go_on, make = threading.Event(), facts.make
    monkeypatch.setattr(facts, "make", lambda state, at: (go_on.wait(10), make(state, at))[1])
    _add(5)
    assert reader.snapshot_id() == before
    assert _counts(reader) == (rows, rows), "the tables beside the facts are of the same state"
    go_on.set()
    reader._making.join(10)
    assert reader.snapshot_id() > before and _counts(reader) == (rows + 5, rows + 5)


def test_facts_that_cannot_be_made_leave_the_state_before_on_screen_and_are_tried_again(reader, monkeypatch, caplog):
    monkeypatch.setattr(fact_reader, "SMALL_ROWS", 0)
    monkeypatch.setattr(fact_reader, "TRY_AGAIN_SECONDS", 0.0)
    before = reader.snapshot_id()

    def full(*_: object) -> None:
        raise WarehouseError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(facts, "make", full)
        _add(1)
        assert reader.snapshot_id() == before
        reader._making.join(10)
        assert "no space left" in caplog.text
    assert reader.snapshot_id() == before  # starts the next try
    reader._making.join(10)
    assert reader.snapshot_id() > before


def test_two_who_ask_at_once_make_the_facts_once(reader, monkeypatch):
    made, make = [], facts._make
    monkeypatch.setattr(facts, "_make", lambda *about: (made.append(about), make(*about))[1])
    others = [FactReader(threads=1) for _ in range(3)]
    threads = [threading.Thread(target=other.cursor) for other in others]
    _add(3)
    [thread.start() for thread in threads]
    [thread.join(20) for thread in threads]
    assert len(made) == 1
    assert {_counts(other) for other in others} == {_counts(reader)}
    [other.close() for other in others]


def test_many_loads_leave_few_files_and_few_open(reader: FactReader):
    for _ in range(ATTACHED_AT_MOST + 3):
        _add(1)
        reader.cursor()
    assert len(list((settings().home / "facts").glob("*.duckdb"))) <= facts.KEPT_FILES
    assert len(reader._attached) <= ATTACHED_AT_MOST
    first = 2
    assert _counts(reader, first)[0] == _counts(reader, first)[1], "an old state is made anew when it is asked for"


def test_a_file_that_was_damaged_is_made_anew(reader: FactReader, caplog: pytest.LogCaptureFixture):
    state = facts.state_at(reader.cursor(), reader.snapshot_id())
    state.path(settings()).write_bytes(b"nothing")
    fresh = FactReader()
    assert _counts(fresh) == _counts(reader)
    assert "made anew" in caplog.text
    fresh.close()


def test_open_on_a_day_is_what_was_reported_and_not_closed_by_then(reader: FactReader):
    cursor = reader.cursor()
    for days in (0, 3, 10, 30):
        at = datetime(2026, 10, 20) - timedelta(days=days)
        asked = "select count(*) from {} where reported_at < $at and {}"
        want = cursor.execute(
            asked.format("incident", "(closed_at is null or closed_at >= $at)"), {"at": at}
        ).fetchone()
        assert cursor.execute(asked.format("incident_fact", "open_until >= $at"), {"at": at}).fetchone() == want


def test_a_folder_that_takes_no_facts_leaves_the_state_before_on_screen(reader: FactReader, caplog, monkeypatch):
    monkeypatch.setattr(fact_reader, "TRY_AGAIN_SECONDS", 0.0)
    before, counts = reader.snapshot_id(), _counts(reader)
    folder = settings().home / "facts"
    folder.rename(folder.with_name("kept"))
    folder.write_text("a file where the folder should be")
    _add(4)
    assert reader.snapshot_id() == before and _counts(reader) == counts
    assert "cannot be made" in caplog.text
    folder.unlink()
    time.sleep(fact_reader.LOOKED_SECONDS)
    assert reader.snapshot_id() > before and _counts(reader) == (counts[0] + 4, counts[1] + 4)


def test_the_newest_states_file_stays_however_often_older_ones_are_asked_for(reader: FactReader):
    for _ in range(5):
        _add(1)
        reader.cursor()
    newest = facts.state_at(reader.cursor(), reader.snapshot_id()).path(settings())
    for snapshot in range(2, reader.snapshot_id()):
        _counts(reader, snapshot)
    assert newest.exists()
