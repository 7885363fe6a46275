"""Loading: nothing lost, nothing twice, corrections replace, every row in its area."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.load import in_order
from etl.undo import undo
from tests.etl.conftest import GRIDS, INCIDENTS, Site, box, feature, row, write_csv, write_map
from warehouse.connect import writer

COUNTED = "rows_read, rows_loaded, rows_duplicate, rows_rejected"


def snapshot(site: Site) -> object:
    return site.one("select max(snapshot_id) from wh.snapshots()")


def test_the_same_file_twice_changes_nothing(mapped: Site):
    mapped.csv(row(1), row(2))
    before = snapshot(mapped)
    again = mapped.csv(row(1), row(2))
    assert again.is_good and "already loaded as load 2" in again.said
    assert snapshot(mapped) == before


def test_the_same_rows_in_another_file_are_duplicates(mapped: Site):
    mapped.csv(row(1), row(2))
    attempt = mapped.csv(row(2), row(1), name="grid_app_2.csv").attempt
    assert (attempt.rows_loaded, attempt.rows_duplicate) == (0, 2)


def test_a_corrected_export_replaces_by_key_and_the_old_state_stays_reachable(mapped: Site):
    first = mapped.csv(row(1, 标题="旧"), row(2)).attempt
    second = mapped.csv(row(1, 标题="新"), row(2), name="grid_app_2.csv").attempt
    assert (second.rows_loaded, second.rows_replaced, second.rows_duplicate) == (1, 1, 1)
    title = "select title from incident where source_no = '1'"
    assert mapped.one(title) == "新" and mapped.one(title, as_of=first.snapshot_id) == "旧"


def test_each_load_is_one_snapshot_and_knows_which(mapped: Site):
    before = snapshot(mapped)
    attempt = mapped.csv(row(1)).attempt
    assert snapshot(mapped) == attempt.snapshot_id == before + 1
    assert mapped.one("select commit_message from wh.snapshots() order by snapshot_id desc limit 1").startswith(
        '{"load": 2'
    )


def test_of_the_same_number_twice_in_a_file_the_last_one_counts(mapped: Site):
    attempt = mapped.csv(row(1, 标题="先"), row(1, 标题="后")).attempt
    assert (attempt.rows_loaded, attempt.rows_duplicate) == (1, 1)
    assert mapped.one("select title from incident") == "后"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    rows=st.lists(
        st.one_of(
            st.builds(
                lambda n, title: row(n, 标题=title), st.integers(1, 6), st.sampled_from(["a", '"b', "中", '"x\ny"'])
            ),
            st.sampled_from(
                ["", "1,2,3", row(1, 上报时间="x"), row("", 经度="?"), row(2, 经度="0", 纬度="0"), '"""', "\ufffd"]
            ),
        ),
        max_size=12,
    )
)
def test_every_row_read_is_loaded_duplicate_or_rejected(mapped: Site, rows: list[str]):
    number = len(list(mapped.folder.iterdir()))
    mapped.csv(*rows, name=f"grid_app_{number}.csv")
    assert mapped.one("select count(*) from load where rows_read <> rows_loaded + rows_duplicate + rows_rejected") == 0
    assert mapped.one(
        "select count(*) from load l where rows_rejected <> (select count(*) from reject r where r.load_id = l.load_id)"
    ) == 0  # fmt: skip
    assert mapped.one("select count(*) - count(distinct incident_id) from incident") == 0


def test_an_export_with_a_header_only_is_a_load_of_nothing(mapped: Site):
    attempt = mapped.csv().attempt
    assert attempt.status == "done" and attempt.rows_read == 0


@pytest.mark.parametrize(
    ("cells", "grid", "by", "outside"),
    [
        ({}, "370116001001001", "point", False),
        ({"经度": "117.615"}, "370116001001002", "point", False),
        ({"经度": "36.205", "纬度": "117.605"}, "370116001001001", "point", False),
        ({"经度": "", "纬度": ""}, "370116001001001", "code", False),
        ({"经度": "0", "纬度": "0", "网格编码": "370116001002001"}, "370116001002001", "code", False),
        ({"经度": "", "纬度": "", "网格编码": "371202001001001"}, "370116001001001", "code", False),
        ({"经度": "-70.1", "纬度": "-33.4"}, "370116001001001", "code", False),
        ({"经度": "117.9"}, "370116001001001", "code", True),
        ({"经度": "", "纬度": "", "网格编码": "", "社区": "东升社区居委会"}, None, "name", False),
        ({"经度": "117.9", "网格编码": "", "社区": ""}, None, "none", True),
        ({"经度": "", "纬度": "", "网格编码": "", "社区": "没有的村"}, None, "none", False),
    ],
)
def test_a_row_is_located_by_point_else_code_else_name(
    mapped: Site, cells: dict, grid: str | None, by: str, outside: bool
):
    attempt = mapped.csv(row(1, **cells)).attempt
    assert mapped.ask("select grid_id, located_by, is_outside from incident") == [(grid, by, outside)]
    assert attempt.rows_outside == outside and attempt.rows_unlocated == (by == "none")


def test_a_point_on_a_border_goes_to_one_grid_always_the_same(mapped: Site):
    mapped.csv(*[row(n, 经度="117.61", 纬度="36.205") for n in range(20)])
    assert mapped.ask("select distinct grid_id from incident") == [("370116001001001",)]


def test_coordinates_of_another_system_are_converted(mapped: Site):
    mapped.profile("grid_app", INCIDENTS.replace("WGS84", "GCJ-02") % "csv")
    mapped.csv(row(1, 经度="117.611", 纬度="36.2052"))  # some 500 m east of where it is
    assert mapped.one("select grid_id from incident") == "370116001001001"
    assert mapped.one("select lon < 117.606 from incident") is True


def test_rows_loaded_before_the_map_find_their_grids_when_it_comes(here: Site):
    here.csv(row(1), row(2, 经度="", 纬度=""), row(3, 经度="117.9", 网格编码="", 社区=""))
    assert here.ask("select distinct located_by, is_outside from incident") == [("none", None)]
    here.load(write_map(here.folder / "grids.geojson"))
    assert here.ask("select grid_id, located_by, is_outside from incident order by source_no") == [
        ("370116001001001", "point", False), ("370116001001001", "code", False), (None, "none", True),
    ]  # fmt: skip


def test_a_new_map_moves_the_rows_and_takes_the_old_grids_away(mapped: Site):
    mapped.csv(row(1), row(2, 经度="117.615"))
    features = [feature(code, box(*GRIDS[code])) for code in list(GRIDS)[:1]]
    features.append(feature("370116001001009", box(*GRIDS["370116001001002"])))
    outcome = mapped.load(write_map(mapped.folder / "grids_2.geojson", features))
    assert outcome.is_good, outcome.said
    assert mapped.ask("select grid_id from incident order by source_no") == [("370116001001001",), ("370116001001009",)]
    assert mapped.one("select count(*) from area where level = 'grid'") == 2


def test_what_is_wrong_with_a_map_is_found_and_kept_with_the_load(here: Site):
    features = [feature(code, box(*corner)) for code, corner in GRIDS.items()] + [feature("370116001001003", None)]
    here.load(write_map(here.folder / "grids.geojson", features))
    assert '"what": "empty"' in str(here.one("select findings from load"))


def test_a_folder_is_loaded_areas_first(here: Site):
    write_csv(here.folder / "grid_app.csv", [row(1)])
    (here.folder / "readings.jsonl").write_text('{"id":"A","time":"2026-10-01","value":1}')
    write_map(here.folder / "grids.geojson")
    (here.folder / "truth.json").write_text("{}")
    assert [file.name for file, _ in in_order([here.folder])] == ["grids.geojson", "grid_app.csv", "readings.jsonl"]


def test_two_profiles_for_one_file_are_refused(here: Site):
    here.profile("grid_app_too", INCIDENTS % "csv")
    outcome = here.csv(row(1))
    assert not outcome.is_good and "both grid_app and grid_app_too take this file" in outcome.said


def test_a_profile_put_right_loads_the_same_file_again(here: Site):
    here.csv(row(1), row(2))
    assert here.csv(row(1), row(2)).attempt is None
    here.profile("grid_app", (INCIDENTS % "csv") + "\n# put right\n")
    again = here.csv(row(1), row(2))
    assert again.attempt is not None and again.attempt.rows_duplicate == 2


def test_area_codes_put_right_load_the_same_file_again(mapped: Site):
    old = row(1, 经度="", 纬度="", 网格编码="371203001001001", 社区="")
    mapped.csv(old)
    assert mapped.one("select grid_id from incident") is None
    (mapped.settings.sources / "old_codes.csv").write_text("old_code,new_code\n371203001,370116001\n")
    mapped.csv(old)
    assert mapped.one("select grid_id from incident") == "370116001001001"


def test_a_map_of_another_place_is_refused_unless_the_old_one_is_undone(mapped: Site):
    far = write_map(mapped.folder / "grids_far.geojson", [feature("370116001001001", box(121.4, 31.2))])
    outcome = mapped.load(far)
    assert not outcome.is_good and "km from the one in force (load 1)" in outcome.said
    with writer() as connection:
        undo(connection, 1)
    assert mapped.load(far).is_good


def test_a_file_name_cannot_write_lines_of_its_own(here: Site):
    outcome = here.csv(row(1), name="grid_app\nerror: FAKE.csv")
    assert "\n" not in outcome.said and "\\nerror" in outcome.said


def test_a_pipe_is_not_waited_for(here: Site):
    os.mkfifo(here.folder / "grid_app.csv")
    outcome = here.load(here.folder / "grid_app.csv")
    assert not outcome.is_good and "no regular file" in outcome.said


def test_what_comes_from_the_demo_says_so(mapped: Site):
    mapped.profile("grid_app", (INCIDENTS % "csv").replace('"grid_app*"', '"*grid_app*"'))
    mapped.csv(row(1), name="演示_grid_app.csv")
    assert mapped.one("select is_demo from load where load_id = 2") is True


def test_a_load_knows_how_fresh_its_data_are(mapped: Site):
    mapped.csv(row(1), row(2, 上报时间="2026-10-05 08:00:00", 结案时间=""))
    assert mapped.ask("select data_from::varchar, data_until::varchar from load where load_id = 2") == [
        ("2026-10-01 00:00:00", "2026-10-05 00:00:00")
    ]


def test_a_correction_mends_and_warns_when_it_has_nothing_left_to_mend(mapped: Site):
    mapped.profile("grid_app", (INCIDENTS % "csv") + """
[[corrections]]
column = "title"
only_if = "title = '坏'"
becomes = "'好'"
reason = "a known slip"
""")  # fmt: skip
    mapped.csv(row(1, 标题="坏"))
    assert mapped.one("select title from incident") == "好"
    assert "a known slip" in str(mapped.one("select message from load where load_id = 2"))
    mapped.csv(row(2), name="grid_app_2.csv")
    assert "matched no row" in str(mapped.one("select message from load where load_id = 3"))


def test_a_map_split_from_its_folder_still_loads(mapped: Site, tmp_path: Path):
    copy = tmp_path / "grids_copy.geojson"
    shutil.copy(mapped.folder / "grids.geojson", copy)
    assert "already loaded" in mapped.load(copy).said
