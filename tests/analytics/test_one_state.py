"""All parts of one answer are of one state of the data, whatever is loaded meanwhile."""

from contextvars import copy_context
from pathlib import Path

from analytics.answers import newest_snapshot, question, reader, see_one_state
from tests import small
from warehouse.connect import writer


@question
def _areas(cursor, _as_of: int | None) -> int:
    return cursor.execute("select count(*) from area").fetchone()[0]


def test_an_answer_that_has_begun_sees_nothing_of_what_is_loaded_meanwhile(home: Path):
    small.build()
    begun, before = copy_context(), newest_snapshot()
    begun.run(see_one_state)
    with writer() as connection:
        connection.execute("delete from area where level = 'grid'")
    after = newest_snapshot()
    assert after > before and begun.run(newest_snapshot) == before
    assert begun.run(_areas, None) - _areas(None) == len(small.GRIDS)
    assert reader().snapshot_id() == after


def test_without_a_warehouse_there_is_nothing_to_see(home: Path):
    copy_context().run(see_one_state)
