"""Reading: every format, encoding and mess that exports come in, each record read once or rejected with its line."""

import gzip
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl import framing
from etl.framing import frame_of, frames
from tests.etl.conftest import HEADER, INCIDENTS, Site, row, write_csv


def titles(site: Site) -> list[str]:
    return [title for (title,) in site.ask("select title from incident order by source_no")]


def rejects(site: Site) -> list[tuple[int, str, str]]:
    return [tuple(r) for r in site.ask("select line, text, array_to_string(reasons, ';') from reject order by line")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_of_the_place_is_told_from_the_bytes(here: Site, encoding: str):
    outcome = here.csv(row(1, 标题="垃圾清运不及时,两天了".replace(",", "，")), row(2, 标题="㐂㙟"), encoding=encoding)
    assert outcome.is_good, outcome.said
    assert titles(here) == ["垃圾清运不及时，两天了", "㐂㙟"]


def test_quoted_line_ends_quotes_and_commas_stay_in_their_cell(here: Site):
    here.csv(row(1, 标题='"两行\n文字, ""引号"""'), row(2))
    assert titles(here) == ['两行\n文字, "引号"', "垃圾清运"]
    assert not rejects(here)


def test_a_quote_amid_text_is_just_a_quote(here: Site):
    here.csv(row(1, 标题='5" 水管'), row(2))
    assert titles(here) == ['5" 水管', "垃圾清运"]


def test_a_stray_quote_costs_its_own_line_and_no_other(here: Site):
    here.csv(row(1), row(2, 标题='"没有关'), *[row(n) for n in range(3, 3000)])
    ((line, text, reason),) = rejects(here)
    assert line == 3 and '"没有关' in text and "引号不成对" in reason
    assert here.one("select count(*) from incident") == 2998


@pytest.mark.parametrize(("one", "other"), [(3, 4), (3, 9), (2, 21), (20, 21)])
def test_two_stray_quotes_cost_their_own_lines_and_none_between(here: Site, one: int, other: int):
    here.csv(*[row(n, 标题='"没有关' if n in (one, other) else "x") for n in range(1, 22)])
    assert [line for line, _, _ in rejects(here)] == [one + 1, other + 1]
    assert here.one("select count(*) from incident") == 19


def test_a_text_of_several_lines_may_hold_as_many_commas_as_a_row(here: Site):
    text = "来信,内容,如下\n一,二,三,四,五,六,七,八\n再,见"
    here.csv(row(1, 标题=f'"{text}"'), row(2))
    assert titles(here) == [text, "垃圾清运"] and not rejects(here)


def test_too_few_columns_are_rejected_with_both_numbers(here: Site):
    here.csv(row(1), "2,2026-10-01 08:00:00", row(3))
    ((line, text, reason),) = rejects(here)
    assert (line, text) == (3, "2,2026-10-01 08:00:00") and "2 columns instead of 8" in reason


def test_bytes_that_are_no_text_cost_their_own_record(here: Site):
    path = here.folder / "grid_app.csv"
    lines = [HEADER, row(1), row(2, 标题="坏XX"), row(3)]
    path.write_bytes("\n".join(lines).encode("gb18030").replace(b"XX", b"\xff\xff"))
    here.load(path)
    ((line, _, reason),) = rejects(here)
    assert line == 3 and "not gb18030" in reason
    assert here.one("select count(*) from incident") == 2


def test_line_numbers_count_the_lines_inside_quotes_and_blank_ones(here: Site):
    here.csv(row(1, 标题='"一\n二\n三"'), "", row("", 标题="没有编号"))
    ((line, _, _),) = rejects(here)
    assert line == 6


def test_a_gzipped_or_zipped_export_is_read_like_a_plain_one(here: Site):
    plain = write_csv(here.folder / "grid_app.csv", [row(1)]).read_bytes()
    (here.folder / "grid_app_a.csv.gz").write_bytes(gzip.compress(plain))
    with zipfile.ZipFile(here.folder / "grid_app_b.csv.zip", "w") as archive:
        archive.writestr("x.csv", plain.replace(b"1,", b"2,", 1))
    assert here.load(here.folder / "grid_app_a.csv.gz").attempt.rows_loaded == 1
    assert here.load(here.folder / "grid_app_b.csv.zip").attempt.rows_loaded == 1


def test_a_workbook_with_title_merged_cells_and_serial_days(here: Site):
    here.profile("teams", """
kind = "incidents"
label = { zh = "热线", en = "Hotline" }
match = "hotline*"
[file]
format = "xlsx"
header_row = 2
fill_down = ["社区"]
[columns]
source_no = "编号"
reported_at = "时间"
recorded_community = "社区"
""")  # fmt: skip
    book = xlsxwriter.Workbook(here.folder / "hotline.xlsx")
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 2, "工单导出")
    sheet.write_row(1, 0, ["社区", "编号", "时间"])
    sheet.merge_range(2, 0, 3, 0, "东升社区")
    sheet.write_row(2, 1, [1001, "2026年9月28日 09:05"])
    sheet.write_row(3, 1, [1002, 46293.378472])
    sheet.write_row(5, 0, ["杨庄村", "", "2026/9/28 9:05"])
    book.close()
    outcome = here.load(here.folder / "hotline.xlsx")
    assert outcome.is_good, outcome.said
    assert here.ask(
        "select source_no, strftime(reported_at, '%m-%d %H:%M'), recorded_area from incident order by 1"
    ) == [
        ("1001", "09-28 01:05", "东升社区"),
        ("1002", "09-28 01:05", "东升社区"),
    ]
    assert rejects(here)[0][0] == 6


def test_json_lines_keep_every_record_or_say_why_not(here: Site):
    lines = ['{"id":"A","time":"2026-10-01T08:00:00Z","value":1}', "{nonsense", '["a list"]',
             '{"id":"A","time":"2026-10-01T08:05:00+08:00","value":"2.5"}', '{"id":"A","time":"2026-10-01 08:10"}']  # fmt: skip
    (here.folder / "readings.jsonl").write_text("\n".join(lines))
    here.load(here.folder / "readings.jsonl")
    assert here.ask("select strftime(measured_at, '%H:%M'), value from reading order by 1") == [
        ("00:05", 2.5),
        ("08:00", 1.0),
    ]
    assert [(line, text) for line, text, _ in rejects(here)] == [(2, lines[1]), (3, lines[2]), (5, lines[4])]


def test_parquet_is_read_typed_or_not(here: Site):
    here.profile("grid_app", INCIDENTS % "parquet")
    frame = pd.DataFrame({"编号": [1, 2], "上报时间": pd.to_datetime(["2026-10-01 08:00", "2026-10-01 09:00"])})
    frame = frame.assign(
        **{"结案时间": pd.NaT, "标题": "a", "网格编码": None, "社区": None, "经度": 117.6, "纬度": 36.2}
    )
    frame.to_parquet(here.folder / "grid_app.parquet")
    outcome = here.load(here.folder / "grid_app.parquet")
    assert outcome.is_good, outcome.said
    assert here.ask("select source_no, strftime(reported_at, '%H:%M') from incident order by 1") == [
        ("1", "00:00"),
        ("2", "01:00"),
    ]


def test_a_single_json_line_needs_no_line_end(here: Site):
    (here.folder / "readings.jsonl").write_text('{"id": "S1", "time": "2026-10-01 08:00", "value": 1.5}')
    assert here.load(here.folder / "readings.jsonl").attempt.rows_loaded == 1


@pytest.mark.parametrize("ending", ["geojson", "shp"])
def test_points_of_a_map_file_are_sensors(here: Site, ending: str):
    form = {"geojson": "geojson", "shp": "shapefile"}[ending]
    here.profile("bins", f"""
kind = "sensors"
label = {{ zh = "桶", en = "Bins" }}
match = "bins*.{ending}"
[file]
format = "{form}"
[columns]
sensor_id = "id"
lon = "@lon"
lat = "@lat"
[constants]
kind = "bin"
""")  # fmt: skip
    points = gpd.GeoDataFrame({"id": ["B1", "B2"]}, geometry=[shapely.Point(117.6, 36.2), None], crs=4326)
    points.to_file(here.folder / f"bins.{ending}")
    outcome = here.load(here.folder / f"bins.{ending}")
    assert outcome.is_good, outcome.said
    assert here.ask("select sensor_id, lon, kind from sensor order by 1") == [("B1", 117.6, "bin"), ("B2", None, "bin")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(
    data=st.binary(max_size=200).map(lambda raw: bytes(b'\n",ab\r'[byte % 6] for byte in raw)), block=st.integers(1, 50)
)
def test_however_the_blocks_fall_the_records_are_the_same(data: bytes, block: int, monkeypatch: pytest.MonkeyPatch):
    import io

    monkeypatch.setattr(framing, "BLOCK_BYTES", 1 << 20)
    whole = [frame.raw(i) for frame in frames(io.BytesIO(data)) for i in range(len(frame.starts))]
    monkeypatch.setattr(framing, "BLOCK_BYTES", block)
    pieces = [frame.raw(i) for frame in frames(io.BytesIO(data)) for i in range(len(frame.starts))]
    assert pieces == whole


@given(cells=st.lists(st.lists(st.text(alphabet='ab",\n中', max_size=6), min_size=2, max_size=2), max_size=8))
def test_properly_quoted_records_are_framed_as_they_were_written(cells: list[list[str]]):
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(cells)
    frame = frame_of(out.getvalue().encode(), 1)
    read = [next(csv.reader(io.StringIO(frame.raw(i).decode(), newline=""))) for i in range(len(frame.starts))]
    assert read == cells and not frame.rejects


def test_a_file_larger_than_a_block_is_read_whole(here: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(framing, "BLOCK_BYTES", 1000)
    here.csv(*[row(n, 标题='"一\n二"' if n % 7 == 0 else "x") for n in range(500)])
    assert here.ask("select count(*), count(*) filter (title = '一\n二') from incident") == [(500, 72)]


def test_the_text_of_a_reject_is_the_record_as_it_stood(here: Site):
    line = row("", 标题='"a ""b"""')
    here.csv(row(1), line)
    assert rejects(here)[0][1] == line


def test_columns_that_nothing_maps_may_be_anything(here: Site):
    path: Path = here.folder / "grid_app.csv"
    path.write_text(f"{HEADER},多余,多余\n{row(1)},x,y\n")
    assert here.load(path).attempt.rows_loaded == 1
    assert json.loads(json.dumps(titles(here))) == ["垃圾清运"]
