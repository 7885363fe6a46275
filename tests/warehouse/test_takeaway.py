"""Files to take away: what a person opens in Excel and what a program reads, written in pieces."""

import csv
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse import takeaway
from warehouse.spreadsheet import STARTS_A_FORMULA, SpreadsheetError, neutral
from warehouse.takeaway import FORMATS, Speech, rows_file, spoken

SCHEMA = pa.schema(
    [("name", pa.string()), ("channel", pa.string()), ("at", pa.timestamp("us")), ("hours", pa.float64())]
)
SPEECH = Speech("Asia/Shanghai", {"name": "名称", "at": "时间", "channel": "渠道"}, {"channel": {"hotline": "热线"}})
ROWS = [
    {"name": "=1+1", "channel": "hotline", "at": datetime(2026, 10, 1, 17, 0, 30), "hours": 1.5},
    {"name": '一行\n两行,"引号"', "channel": "pigeon", "at": None, "hours": None},
    {"name": None, "channel": None, "at": datetime(2026, 10, 2), "hours": -2.0},
]


def write(format: str, path: Path, rows: list[dict], schema: pa.Schema = SCHEMA) -> Path:
    file = rows_file(format, path, schema, SPEECH)
    for row in rows:
        file.add(pa.RecordBatch.from_pylist([row], schema))
    file.close()
    return path


def test_csv_opens_in_excel_with_its_chinese_and_local_times(tmp_path: Path):
    raw = write("csv", tmp_path / "r.csv", ROWS).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    assert lines[0] == ["名称", "渠道", "时间", "hours"]
    assert lines[1] == ["'=1+1", "热线", "2026-10-02 01:00:30", "1.5"]
    assert lines[2][:3] == ['一行\n两行,"引号"', "pigeon", ""] and lines[3] == ["", "", "2026-10-02 08:00:00", "-2"]


def test_a_workbook_holds_times_as_times_numbers_as_numbers_and_no_formula(tmp_path: Path):
    frame = pd.read_excel(write("xlsx", tmp_path / "r.xlsx", ROWS))
    assert list(frame["名称"])[:2] == ["'=1+1", '一行\n两行,"引号"'] and list(frame["渠道"])[:2] == ["热线", "pigeon"]
    assert frame["时间"][0] == datetime(2026, 10, 2, 1, 0, 30) and frame["hours"][0] == 1.5


def test_parquet_keeps_names_codes_and_the_moment(tmp_path: Path):
    frame = pd.read_parquet(write("parquet", tmp_path / "r.parquet", ROWS))
    assert (
        list(frame) == ["name", "channel", "at", "hours"]
        and frame["channel"][0] == "hotline"
        and frame["name"][0] == "=1+1"
    )
    assert str(frame["at"].dt.tz) == "Asia/Shanghai" and frame["at"][0] == pd.Timestamp("2026-10-01T17:00:30Z")


@pytest.mark.parametrize("format", FORMATS)
def test_no_rows_are_a_file_with_a_header(tmp_path: Path, format: str):
    path = write(format, tmp_path / f"r.{format}", [])
    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[format]
    assert len(read(path)) == 0 and len(read(path).columns) == 4


@given(
    cells=st.lists(
        st.none() | st.text(max_size=6) | st.sampled_from(STARTS_A_FORMULA).map(lambda sign: sign + "1"), max_size=20
    )
)
def test_a_whole_column_is_neutralised_as_one_cell_is(cells: list[str | None]):
    piece = pa.RecordBatch.from_arrays([pa.array(cells, pa.string())], ["=name"])
    told = spoken(piece, Speech("UTC"), as_text=True)
    assert told.column(0).to_pylist() == [neutral(cell) for cell in cells] and told.schema.names == ["'=name"]


def test_a_workbook_past_its_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(takeaway, "MOST_ROWS", 2)
    with pytest.raises(SpreadsheetError, match="Take CSV or Parquet"):
        write("xlsx", tmp_path / "r.xlsx", ROWS)


def test_a_cell_longer_than_excel_takes_is_cut_and_not_lost(tmp_path: Path):
    long = {**ROWS[0], "name": "长" * 40_000}
    assert len(pd.read_excel(write("xlsx", tmp_path / "r.xlsx", [long]))["名称"][0]) == 32_767


@pytest.mark.parametrize("format", FORMATS)
def test_an_abandoned_file_leaves_nothing_beside_it(tmp_path: Path, format: str):
    path = tmp_path / f"r.{format}"
    file = rows_file(format, path, SCHEMA, SPEECH)
    file.add(pa.RecordBatch.from_pylist(ROWS, SCHEMA))
    file.abandon()
    path.unlink(missing_ok=True)
    assert list(tmp_path.iterdir()) == []
