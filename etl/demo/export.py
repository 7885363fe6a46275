"""Rows as a source platform exports them, before and after the mess: what writers share."""

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

Row = list[Any] | str
"""Cells in order of the columns, or a whole line that is broken on purpose."""


@dataclass(frozen=True)
class Mark:
    """One row that is wrong on purpose, and what a right loader does with it."""

    file: str
    line: int
    kind: str
    outcome: str
    number: str
    same_as_line: int | None = None

    def as_truth(self) -> dict[str, Any]:
        """The mark for `truth.json`."""
        truth = {
            "file": self.file,
            "line": self.line,
            "kind": self.kind,
            "outcome": self.outcome,
            "number": self.number,
        }
        return truth if self.same_as_line is None else {**truth, "same_as_line": self.same_as_line}


def clock(moments: pd.Series | np.ndarray) -> np.ndarray:
    """Times as text, `2026-09-28 09:05:00`; nothing where there is none."""
    values = np.asarray(moments, dtype="datetime64[s]")
    if not len(values):
        return np.array([], dtype=object)
    text = np.char.replace(np.datetime_as_string(values, unit="s"), "T", " ").astype(object)
    text[np.isnat(values)] = ""
    return text


def pauses_of(cases: pd.DataFrame) -> list[np.ndarray]:
    """When cases were paused and when they went on, the second pair behind the first with ';' between them."""
    cells = []
    for name in ("paused", "resumed"):
        first, second = clock(cases[name]), clock(cases[f"{name}_2"])
        cells.append(first + np.where(second == "", "", ";" + second))
    return cells


def degrees(values: np.ndarray) -> np.ndarray:
    """Degrees as text with six decimals."""
    return np.char.mod("%.6f", values).astype(object)


def rows_of(columns: dict[str, Any]) -> list[Row]:
    """The columns as rows of cells."""
    return [list(cells) for cells in zip(*columns.values(), strict=True)]


def csv_bytes(header: Sequence[str], rows: Iterable[Row], encoding: str) -> bytes:
    """A CSV file as Windows tools write it: quotes only where needed, lines ended by CR LF."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        if isinstance(row, str):
            text.write(row + "\r\n")
        else:
            writer.writerow(row)
    return text.getvalue().encode(encoding)


def csv_line(cells: Sequence[Any]) -> str:
    """One CSV line without its end."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def gzipped(content: bytes) -> bytes:
    """The content as gzip without a time stamp, so that the same content gives the same bytes."""
    return gzip.compress(content, compresslevel=1, mtime=0)


def write_sheet(path: Path, sheet_name: str, title: str, header: Sequence[str], rows: Iterable[Row]) -> None:
    """A workbook of one sheet: a title merged across, the header below it, then the rows; times as real date cells."""
    book = workbook(path, constant_memory=True)
    sheet = book.add_worksheet(sheet_name)
    day = book.add_format({"num_format": "yyyy/m/d h:mm"})
    sheet.merge_range(0, 0, 0, len(header) - 1, title)
    sheet.write_row(1, 0, header)
    for number, cells in enumerate(rows, 2):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(number, column, cell)
            elif isinstance(cell, datetime):
                sheet.write_datetime(number, column, cell, day)
            else:
                sheet.write_number(number, column, cell)
    book.close()


def workbook(path: Path, constant_memory: bool = False) -> xlsxwriter.Workbook:
    """A workbook whose bytes depend on its content alone."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": constant_memory, "strings_to_formulas": False})
    book.set_properties({"created": datetime(2020, 1, 1), "comments": "演示数据 / demo data"})
    return book
