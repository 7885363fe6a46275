"""Rows as a file to take away, written piece by piece so that a file of any length needs little memory.

CSV and XLSX are for people: their own words, local times, no cell that runs as a formula. Parquet is for programs: our
names and codes, times with their zone.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import xlsxwriter

from warehouse.spreadsheet import MOST_ROWS, STARTS_A_FORMULA, SpreadsheetError, neutral

FORMATS = ("csv", "xlsx", "parquet")
LONGEST_CELL = 32_767
"""Characters an Excel cell holds; xlsxwriter leaves out what is longer."""
RUNS = "^[" + re.escape("".join(STARTS_A_FORMULA)) + "]"
NARROW, WIDE = 12, 20
PIECES = ".pieces"
"""Ending of the folder beside a workbook in the making that holds what it is put together from."""


@dataclass(frozen=True)
class Speech:
    """What columns and codes are called, where a person reads them, and the zone of the clock on the wall."""

    zone: str
    headers: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class RowsFile(Protocol):
    """A file that takes pieces of rows until it is closed."""

    def add(self, piece: pa.RecordBatch) -> None:
        """Write these rows after the ones before."""

    def close(self) -> None:
        """Write what ends the file."""

    def abandon(self) -> None:
        """Let go of a file that nobody wants any more; whoever made it removes it."""


def rows_file(format: str, path: Path, schema: pa.Schema, speech: Speech) -> RowsFile:
    """A new file of this format; its times come in UTC without a zone."""
    kinds: dict[str, type[CsvFile | WorkbookFile | ParquetFile]] = {
        "csv": CsvFile, "xlsx": WorkbookFile, "parquet": ParquetFile,
    }  # fmt: skip
    return kinds[format](path, schema, speech)


def spoken(piece: pa.RecordBatch, speech: Speech, *, as_text: bool) -> pa.RecordBatch:
    """The piece in a person's words: headers, codes, local times (as text if asked), formulas neutralised."""
    columns = [_spoken(name, piece.column(name), speech, as_text) for name in piece.schema.names]
    return pa.RecordBatch.from_arrays(columns, [str(neutral(speech.headers.get(n, n))) for n in piece.schema.names])


def _spoken(name: str, cells: pa.Array, speech: Speech, as_text: bool) -> pa.Array:
    if pa.types.is_timestamp(cells.type):
        local = pc.local_timestamp(_zoned(cells, speech.zone)).cast(pa.timestamp("s"), safe=False)
        return pc.strftime(local, format="%Y-%m-%d %H:%M:%S") if as_text else local
    if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
        return _neutral(_said(cells.cast(pa.string()), speech.terms.get(name, {})))
    return cells


def _said(cells: pa.Array, words: Mapping[str, str]) -> pa.Array:
    if not words:
        return cells
    places = pc.index_in(cells, pa.array(list(words), pa.string()))
    return pc.coalesce(pa.array(list(words.values()), pa.string()).take(places), cells)


def _neutral(cells: pa.Array) -> pa.Array:
    """As `spreadsheet.neutral`, for a whole column."""
    runs = pc.match_substring_regex(cells, RUNS)
    return pc.if_else(runs, pc.binary_join_element_wise("'", cells, ""), cells)


def _zoned(cells: pa.Array, zone: str) -> pa.Array:
    return pc.assume_timezone(cells, "UTC").cast(pa.timestamp("us", zone))


class CsvFile:
    """UTF-8 with a byte order mark, by which Excel knows that the Chinese is UTF-8."""

    def __init__(self, path: Path, schema: pa.Schema, speech: Speech) -> None:
        self._speech, self._file = speech, path.open("wb")
        self._file.write(b"\xef\xbb\xbf")
        shown = spoken(_empty(schema), speech, as_text=True).schema
        self._writer = pyarrow.csv.CSVWriter(self._file, shown)

    def add(self, piece: pa.RecordBatch) -> None:
        """Write these rows after the ones before."""
        self._writer.write_batch(spoken(piece, self._speech, as_text=True))

    def close(self) -> None:
        """Write what ends the file."""
        self._writer.close()
        self._file.close()

    def abandon(self) -> None:
        """Let go of the file."""
        self._file.close()


class WorkbookFile:
    """One sheet with a header that stays in sight. `SpreadsheetError` past the rows that a sheet holds."""

    def __init__(self, path: Path, schema: pa.Schema, speech: Speech) -> None:
        self._speech, self._row = speech, 0
        self._pieces = path.with_suffix(PIECES)
        self._pieces.mkdir(exist_ok=True)
        self._book = xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": str(self._pieces)})
        self._sheet = self._book.add_worksheet()
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        shown = spoken(_empty(schema), speech, as_text=False).schema
        for place, cell in enumerate(shown):
            self._sheet.set_column(place, place, WIDE if pa.types.is_timestamp(cell.type) else NARROW)
        self._sheet.freeze_panes(1, 0)
        for place, cell in enumerate(shown):
            self._sheet.write_string(0, place, cell.name, self._book.add_format({"bold": True}))

    def add(self, piece: pa.RecordBatch) -> None:
        """Write these rows after the ones before."""
        if self._row + len(piece) > MOST_ROWS:
            raise SpreadsheetError(f"A workbook holds {MOST_ROWS:,} rows, and there are more. Take CSV or Parquet.")
        columns = [column.to_pylist() for column in spoken(piece, self._speech, as_text=False).columns]
        for cells in zip(*columns, strict=True):
            self._row += 1
            for place, cell in enumerate(cells):
                self._write(place, cell)

    def _write(self, place: int, cell: object) -> None:
        if isinstance(cell, str):
            self._sheet.write_string(self._row, place, cell[:LONGEST_CELL])
        elif isinstance(cell, int | float):
            self._sheet.write_number(self._row, place, cell)
        elif cell is not None:
            self._sheet.write_datetime(self._row, place, cell, self._time)

    def close(self) -> None:
        """Write what ends the file."""
        try:
            self._book.close()
        finally:
            shutil.rmtree(self._pieces)

    def abandon(self) -> None:
        """Let go of the rows that wait beside the workbook; putting it together would take as long as writing it."""
        self._book.fileclosed = True
        self._sheet.row_data_fh.close()
        shutil.rmtree(self._pieces)


class ParquetFile:
    """Our own names and codes; times carry their zone, so that no program guesses it."""

    def __init__(self, path: Path, schema: pa.Schema, speech: Speech) -> None:
        self._zone = speech.zone
        self._writer = pyarrow.parquet.ParquetWriter(path, self._typed(_empty(schema)).schema, compression="zstd")

    def _typed(self, piece: pa.RecordBatch) -> pa.RecordBatch:
        columns = [_zoned(c, self._zone) if pa.types.is_timestamp(c.type) else c for c in piece.columns]
        return pa.RecordBatch.from_arrays(columns, piece.schema.names)

    def add(self, piece: pa.RecordBatch) -> None:
        """Write these rows after the ones before."""
        self._writer.write_batch(self._typed(piece))

    def close(self) -> None:
        """Write what ends the file."""
        self._writer.close()

    def abandon(self) -> None:
        """Let go of the file."""
        self._writer.close()


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema)
