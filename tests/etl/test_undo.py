"""Undo: one load is taken back, and exactly what it replaced returns."""

import pytest

from etl.undo import UndoError, undo
from tests.etl.conftest import GRIDS, Site, box, feature, row, write_map
from warehouse.connect import writer
from warehouse.tables import TABLES


def take_back(site: Site, load_id: int) -> str:
    with writer() as connection:
        return undo(connection, load_id)


def state(site: Site) -> list[tuple]:
    columns = ", ".join(name for name in TABLES["incident"].column_names)
    return site.ask(f"select {columns} from incident order by incident_id")


def test_an_undone_load_is_as_if_it_had_never_been(mapped: Site):
    mapped.csv(row(1), row(2))
    before = state(mapped)
    mapped.csv(row(2, 标题="新"), row(3), row(""), name="grid_app_2.csv")
    said = take_back(mapped, 3)
    assert said == "Load 3 (grid_app_2.csv) is undone: 2 rows gone, 1 earlier rows back."
    assert state(mapped) == before
    assert mapped.ask("select status from load where load_id = 3") == [("undone",)]
    assert mapped.one("select count(*) from reject") == 0


def test_undo_walks_past_a_load_that_was_undone_before(mapped: Site):
    mapped.csv(row(1, 标题="一"))
    first = state(mapped)
    mapped.csv(row(1, 标题="二"), name="grid_app_2.csv")
    mapped.csv(row(1, 标题="三"), name="grid_app_3.csv")
    take_back(mapped, 3)
    assert mapped.one("select title from incident") == "三"
    take_back(mapped, 4)
    assert state(mapped) == first


def holders(site: Site) -> list[tuple]:
    return site.ask("select source_no, title, load_id from incident order by source_no")


def test_what_another_load_in_force_brought_too_stays(mapped: Site):
    mapped.csv(row(1), row(2))
    mapped.csv(row(2), row(3), name="grid_app_2.csv")
    said = take_back(mapped, 2)
    assert said.endswith("1 rows gone, 0 earlier rows back. 1 rows stay, since later loads brought them too.")
    assert holders(mapped) == [("2", "垃圾清运", 3), ("3", "垃圾清运", 3)]
    assert mapped.csv(row(2), row(3), name="grid_app_2.csv").attempt is None
    take_back(mapped, 3)
    assert holders(mapped) == [] and mapped.one("select count(*) from duplicate") == 0


@pytest.mark.parametrize("order", [(2, 3, 4), (2, 4, 3), (3, 2, 4), (3, 4, 2), (4, 2, 3), (4, 3, 2)])
def test_a_row_that_three_loads_brought_goes_with_the_last_of_them(mapped: Site, order: tuple[int, ...]):
    for number in range(3):
        mapped.csv(row(1), row(f"own{number}"), name=f"grid_app_{number}.csv")
    for gone, load_id in enumerate(order, 1):
        take_back(mapped, load_id)
        assert mapped.one("select count(*) from incident where source_no = '1'") == (gone < 3)
        assert mapped.one("select count(*) from incident where source_no <> '1'") == 3 - gone


def test_a_replaced_state_comes_back_under_the_load_in_force_that_brought_it_too(mapped: Site):
    mapped.csv(row(1, 标题="一"))
    mapped.csv(row(1, 标题="一"), row(2), name="grid_app_2.csv")
    mapped.csv(row(1, 标题="二"), name="grid_app_3.csv")
    mapped.csv(row(1, 标题="二"), row(3), name="grid_app_4.csv")
    take_back(mapped, 2)
    take_back(mapped, 4)
    assert holders(mapped)[0] == ("1", "二", 5)
    take_back(mapped, 5)
    assert holders(mapped) == [("1", "一", 3), ("2", "垃圾清运", 3)]
    take_back(mapped, 3)
    assert holders(mapped) == []


def test_a_row_whose_key_is_two_columns_stays_too(here: Site):
    one, two = (f'{{"id":"A","time":"2026-10-01 0{hour}:00:00","value":1}}' for hour in (1, 2))
    for name, lines in (("readings.jsonl", [one, two]), ("readings_2.jsonl", [two])):
        (here.folder / name).write_text("".join(f"{line}\n" for line in lines))
        assert here.load(here.folder / name).is_good
    take_back(here, 1)
    assert here.ask("select measured_at::varchar, load_id from reading") == [("2026-09-30 18:00:00", 2)]


def test_a_warehouse_from_before_duplicates_were_written_down_lets_the_file_be_loaded_again(mapped: Site):
    mapped.csv(row(1), row(2))
    mapped.csv(row(2), row(3), name="grid_app_2.csv")
    with writer() as connection:
        connection.execute("drop table wh.duplicate")
    take_back(mapped, 2)
    assert [number for number, *_ in holders(mapped)] == ["3"]
    assert mapped.csv(row(2), row(3), name="grid_app_2.csv").attempt.rows_loaded == 1


def test_a_map_that_another_has_replaced_can_be_put_in_force_again(mapped: Site):
    first = [feature(code, box(*corner)) for code, corner in GRIDS.items()]
    mapped.load(write_map(mapped.folder / "grids_2.geojson", first[:3]))
    assert mapped.one("select count(*) from area where level = 'grid'") == 3
    assert mapped.load(write_map(mapped.folder / "grids.geojson")).attempt is not None
    assert mapped.one("select count(*) from area where level = 'grid'") == 4


def test_rows_that_a_later_load_replaced_are_left_to_it(mapped: Site):
    mapped.csv(row(1, 标题="一"), row(2, 标题="一"))
    mapped.csv(row(1, 标题="二"), name="grid_app_2.csv")
    take_back(mapped, 2)
    assert mapped.ask("select source_no, title from incident") == [("1", "二")]


def test_an_undone_load_can_be_loaded_again(mapped: Site):
    mapped.csv(row(1))
    before = state(mapped)
    take_back(mapped, 2)
    assert mapped.one("select count(*) from incident") == 0
    assert mapped.csv(row(1)).attempt.rows_loaded == 1
    assert [line[:-1] for line in state(mapped)] == [line[:-1] for line in before]


def test_an_undone_map_brings_the_old_one_back_and_the_rows_with_it(mapped: Site):
    mapped.csv(row(1))
    before = state(mapped)
    other = [feature("370116001001777", box(*GRIDS["370116001001001"]))]
    mapped.load(write_map(mapped.folder / "grids_2.geojson", other))
    assert mapped.one("select grid_id from incident") == "370116001001777"
    take_back(mapped, 3)
    assert state(mapped) == before
    assert mapped.one("select count(*) from area where level = 'grid'") == 4


def test_the_undone_state_stays_reachable_as_of_its_snapshot(mapped: Site):
    attempt = mapped.csv(row(1)).attempt
    take_back(mapped, 2)
    assert mapped.one("select count(*) from incident", as_of=attempt.snapshot_id) == 1


@pytest.mark.parametrize("twice", [False, True])
def test_what_cannot_be_undone_says_why(mapped: Site, twice: bool):
    mapped.csv(row(1))
    if twice:
        take_back(mapped, 2)
    with pytest.raises(UndoError, match="there is nothing to undo" if twice else "There is no load 9"):
        take_back(mapped, 2 if twice else 9)


def test_expired_snapshots_are_said_plainly_and_nothing_changes(mapped: Site):
    mapped.csv(row(1))
    mapped.csv(row(1, 标题="新"), name="grid_app_2.csv")
    with writer() as connection:
        newest = connection.execute("select id from wh.current_snapshot()").fetchone()[0]
        connection.execute(f"call ducklake_expire_snapshots('wh', versions => {list(range(1, newest))})")
    with pytest.raises(UndoError, match="has been expired"):
        take_back(mapped, 3)
    assert mapped.ask("select title, load.status from incident, load where load.load_id = 3") == [("新", "done")]
