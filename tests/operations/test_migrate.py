"""The store gets its tables at start, whoever starts first, and they are the tables the code knows."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from operations.migrate import bring_up_to_date, configuration
from operations.saved_views import saved, saved_views
from operations.store import engine, url
from operations.tables import Base
from operations.warnings import warnings
from settings import ROOT


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(home: Path):
    bring_up_to_date()
    with engine(url()).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_starting_again_changes_nothing_and_keeps_what_is_there(home: Path):
    bring_up_to_date()
    kept = saved("/explore", "a", "period=7d")
    bring_up_to_date()
    assert saved_views("/explore") == [kept]


def test_the_store_is_sqlite_in_wal_mode(home: Path):
    bring_up_to_date()
    with create_engine(f"sqlite:///{home}/operations.sqlite").connect() as connection:
        assert connection.execute(text("pragma journal_mode")).scalar() == "wal"


def test_several_processes_may_start_at_once(home: Path):
    code = "from operations.migrate import bring_up_to_date; bring_up_to_date()"
    starts = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    assert [(start.communicate()[1], start.returncode) for start in starts] == [(b"", 0)] * 4
    assert saved_views("/explore") == []


def test_a_process_that_is_killed_between_two_tables_leaves_a_store_that_the_next_one_completes(home: Path):
    code = """if True:
        import os
        from sqlalchemy import event
        from operations.migrate import bring_up_to_date
        from operations.store import engine, url
        kill = lambda c, cursor, said, *_: os._exit(9) if "CREATE TABLE mute" in said else None
        event.listen(engine(url()), "before_cursor_execute", kill)
        bring_up_to_date()"""
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 9
    bring_up_to_date()
    assert saved_views("/explore") == [] and warnings() == []


def test_the_steps_can_be_taken_back(home: Path):
    from alembic import command

    bring_up_to_date()
    with engine(url()).begin() as connection:
        command.downgrade(configuration(connection), "base")
    with engine(url()).connect() as connection, pytest.raises(Exception, match="no such table"):
        connection.execute(text("select * from saved_view"))
    bring_up_to_date()
    assert saved_views("/explore") == []
