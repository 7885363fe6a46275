"""Excel workbooks: one sheet, titles above the header, merged cells filled down, every cell as text."""

import json
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.containers import check_archive
from etl.header import Header
from etl.profile import Profile
from etl.records import Batch, Batches, SourceError, shortened

ROWS = 100_000
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_CELLS = 40_000_000
"""A sheet is unpacked as the whole box around its cells, 24 bytes and more each: this is about 1 GB, and a full million
rows of 38 columns."""
_STEP, _OVERLAP = 16 << 20, 1 << 10
_FAR_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{2,})([0-9]+)["']|\sr\s*=\s*["']([A-Za-z])?([0-9]{4,})["']""")
"""A cell beyond column Z, or a cell or row beyond 999; so that of most sheets only the rows are looked at."""
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .xls


def read(path: Path, profile: Profile, header: Header) -> Batches:
    """Batches of the columns that `header` asks for; 'lines' are the sheet's row numbers."""
    cells = _cells(path, profile)
    first = profile.file.header_row - 1
    if cells.num_rows <= first:
        raise SourceError(f"{path.name}: there is no row {first + 1} to take the column names from.")
    names = header.take([str(column[first].as_py() or "") for column in cells.columns])
    body = cells.rename_columns(names).slice(first + 1)
    filled = {header.named[name] for name in profile.file.fill_down}
    rows = pa.table({name: _column(body[name], name in filled) for name in header.wanted})
    blank = _is_blank(body)
    numbers = np.flatnonzero(~blank)
    lines = numbers + first + 2
    for start in range(0, max(len(numbers), 1), ROWS):
        part = numbers[start : start + ROWS]
        yield Batch(rows.take(pa.array(part)), lines[start : start + ROWS], _texts(body, part))


def _cells(path: Path, profile: Profile) -> pa.Table:
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise SourceError(f"{path.name}: the file is empty. Export it again.")
    if not head.startswith(_MAGIC):
        what = "a web page" if b"<" in head[:64] else "something else"
        raise SourceError(f"{path.name}: not a workbook but {what} named .xlsx. Open it in Excel and save it as .xlsx.")
    if head.startswith(_MAGIC[0]):
        check_archive(path)
        _check_box(path)
    try:
        book = fastexcel.read_excel(path)
        sheet = profile.file.sheet or 0
        if isinstance(sheet, str) and sheet not in book.sheet_names:
            raise SourceError(f"{path.name}: no sheet '{sheet}' (have: {', '.join(book.sheet_names)}).")
        loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
        return pa.table(loaded.to_arrow())
    except fastexcel.FastExcelError as error:
        raise SourceError(f"{path.name}: the workbook cannot be read ({error}). Save it anew in Excel.") from error


def _check_box(path: Path) -> None:
    """Refuse a workbook where a stray cell far out makes a sheet of a few cells take all memory there is."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if member.lower().endswith(".xml") and "sharedstrings" not in member.lower():
                    with archive.open(member) as sheet:
                        _check_cells(path.name, sheet)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise SourceError(f"{path.name}: the workbook cannot be unpacked ({error}). Save it anew in Excel.") from error


def _check_cells(name: str, sheet: IO[bytes]) -> None:
    rows, columns, tail = 1000, 26, b""
    while data := sheet.read(_STEP):
        for letters, number, letter, far in _FAR_CELL.findall(tail + data):
            rows, columns = max(rows, int((number or far)[:12])), max(columns, _column_number(letters or letter))
            if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
                cell = ((letters or letter) + (number or far))[:20].decode()
                raise SourceError(
                    f"{name}: '{cell}' lies far outside the table: a sheet of {rows:,} rows × {columns:,} columns is too"
                    " large. Delete what lies beyond the table in Excel, and save it anew."
                )
        tail = data[-_OVERLAP:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number


def _column(column: pa.ChunkedArray, fill: bool) -> pa.ChunkedArray:
    text = column.cast(pa.string())
    return pc.fill_null_forward(text) if fill else text


def _is_blank(body: pa.Table) -> np.ndarray:
    """Rows without any cell."""
    blank = np.ones(body.num_rows, dtype=bool)
    for column in body.columns:
        blank &= np.asarray(column.is_null().to_numpy(zero_copy_only=False), dtype=bool)
    return blank


def _texts(body: pa.Table, part: np.ndarray) -> Callable[[int], str]:
    def text(row: int) -> str:
        cells = body.slice(int(part[row]), 1).to_pylist()[0]
        return shortened(json.dumps(cells, ensure_ascii=False))

    return text
