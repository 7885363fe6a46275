"""One writer, many readers, every snapshot reachable."""

import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

import pytest

from settings import ROOT, settings
from warehouse.connect import Reader, connect, writer
from warehouse.errors import WarehouseError, WriterBusyError

READER = """
import sys, time
from warehouse.connect import Reader
reader = Reader()
seen, until = [], time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    loads, rows = reader.cursor().execute(
        "select count(distinct load_id), count(*) from reading").fetchone()
    assert rows == loads * 50, f"half a load is visible: {loads} loads, {rows} rows"
    seen.append(rows)
assert seen == sorted(seen), "a reader went back in time"
print(len(seen), seen[-1])
"""


def insert_load(connection, load_id: int, rows: int = 50) -> None:
    connection.execute("begin")
    for half in (0, 1):  # two statements, so that a reader could see half a load if a transaction leaked
        connection.execute(
            "insert into reading select 's' || i, 'test', timestamp '2026-01-01' + ? * interval 1 hour, i, 'm', ? "
            "from range(?, ?) r(i)",
            [load_id, load_id, half * rows // 2, (half + 1) * rows // 2],
        )
    connection.execute("commit")


def test_readers_in_other_processes_see_whole_loads_only_while_a_writer_writes(home: Path):
    with writer() as connection:
        insert_load(connection, 1)
        readers = [
            subprocess.Popen([sys.executable, "-c", READER, "5"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        load_id = 1
        while any(reader.poll() is None for reader in readers):
            load_id += 1
            insert_load(connection, load_id)
            time.sleep(0.05)
    answers = [reader.communicate()[0].split() for reader in readers]
    assert all(reader.returncode == 0 for reader in readers)
    assert all(int(asked) > 5 and int(last) > 50 for asked, last in answers), answers


def _try_to_write(outcome: "multiprocessing.Queue[str]") -> None:
    try:
        with writer():
            outcome.put("wrote")
    except WriterBusyError as error:
        outcome.put(str(error))


def test_a_second_writer_is_told_that_another_load_is_running(home: Path):
    outcome: multiprocessing.Queue[str] = multiprocessing.get_context("spawn").Queue()
    with writer():
        other = multiprocessing.get_context("spawn").Process(target=_try_to_write, args=(outcome,))
        other.start()
        assert "Another load is running" in outcome.get(timeout=30)
        other.join()


def test_a_reader_asks_the_newest_snapshot_or_an_earlier_one(home: Path):
    with writer() as connection:
        insert_load(connection, 1)
        reader = Reader()
        before = reader.snapshot_id()
        insert_load(connection, 2)
    count = "select count(*) from reading"
    assert reader.snapshot_id() == before + 1
    assert reader.cursor().execute(count).fetchone() == (100,)
    assert reader.cursor(as_of=before).execute(count).fetchone() == (50,)
    assert reader.cursor().execute(count).fetchone() == (100,)


def test_a_snapshot_that_does_not_exist_is_named(home: Path):
    with writer():
        pass
    with pytest.raises(WarehouseError, match="no snapshot 999"):
        Reader().cursor(as_of=999)


def test_without_a_warehouse_a_reader_is_told_to_load_something(home: Path):
    with pytest.raises(WarehouseError, match="python -m etl load"):
        connect(read_only=True)


def test_opening_a_warehouse_again_makes_no_snapshot(home: Path):
    for _ in range(2):
        with writer() as connection:
            snapshot = connection.execute("from wh.current_snapshot()").fetchone()
    assert snapshot == (1,)


def test_a_home_that_was_moved_elsewhere_still_opens(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with writer() as connection:
        insert_load(connection, 1, rows=2000)  # more than stay inlined: there are files
    moved = home.rename(tmp_path / "moved")
    monkeypatch.setenv("ZHILI_HOME", str(moved))
    settings.cache_clear()
    with writer() as connection:
        insert_load(connection, 2, rows=2000)
    assert Reader().cursor().execute("select count(*) from reading").fetchone() == (4000,)
    assert list((moved / "lake" / "files").rglob("*.parquet"))


def test_a_catalog_that_is_no_catalog_is_named(home: Path):
    (home / "lake").mkdir(parents=True)
    (home / "lake" / "catalog.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(WarehouseError, match="cannot be opened"):
        Reader()
