"""Files for spreadsheets: in pieces, within what a sheet holds, with a line where they cannot be written."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from warehouse import spreadsheet
from warehouse.spreadsheet import SpreadsheetError, neutral, write


def pieces() -> Iterator[pd.DataFrame]:
    yield pd.DataFrame({"a": [1, 2], "b": ["x", "=1+1"]})
    yield pd.DataFrame({"a": [3], "b": ["y"]})


def test_pieces_become_one_file_with_one_header(tmp_path: Path):
    for name, read in (("r.csv", pd.read_csv), ("r.xlsx", pd.read_excel)):
        assert write(pieces(), tmp_path / name) == 3
        assert read(tmp_path / name).to_dict("list") == {"a": [1, 2, 3], "b": ["x", "'=1+1", "y"]}


@pytest.mark.parametrize("name", [".", "/", "/nonexistent/r.csv", "/nonexistent/r.xlsx", "r.txt"])
def test_a_place_that_cannot_be_written_is_said_in_one_line(name: str):
    with pytest.raises(SpreadsheetError) as caught:
        write(pieces(), Path(name))
    assert name in str(caught.value) and "None" not in str(caught.value)


def test_more_rows_than_a_sheet_holds_are_refused_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    with pytest.raises(SpreadsheetError, match=r"Write a \.csv instead"):
        write(pieces(), tmp_path / "r.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"])
def test_a_cell_that_would_run_gets_an_apostrophe(cell: str):
    assert neutral(cell) == f"'{cell}"
