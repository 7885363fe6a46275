"""Tables as files that people open in a spreadsheet: CSV or XLSX, in which no cell can run as a formula."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pandas as pd

from warehouse.errors import ZhiliError

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

MOST_ROWS = 2**20 - 1
"""Rows of an Excel sheet below its header."""


class SpreadsheetError(ZhiliError):
    """A table cannot be written where it was asked for."""


def neutral(cell: object) -> object:
    """The cell, with an apostrophe before text that a spreadsheet would run as a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell


def neutralised(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of `frame` whose texts and column names cannot run as formulas."""
    safe = frame.copy()
    for position, name in enumerate(frame.columns):
        if not pd.api.types.is_numeric_dtype(frame.dtypes.iloc[position]):
            safe[name] = frame[name].map(neutral)
    return safe.rename(columns=neutral)


def write(pieces: Iterable[pd.DataFrame], path: Path) -> int:
    """Write these rows to a .csv (UTF-8 with BOM, as Excel likes it) or .xlsx file, formulas neutralised; how many.

    There is at least one piece, which may be empty. A CSV takes them one by one; a workbook is made of all of them at once.
    """
    ending = path.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        raise SpreadsheetError(f"{path}: write to a file that ends in .csv or .xlsx.")
    draft = path.with_name(f".{path.name}.part")
    safe = (neutralised(piece) for piece in pieces)
    try:
        rows = _write_csv(safe, draft) if ending == ".csv" else _write_workbook(safe, path, draft)
        draft.replace(path)
        return rows
    except OSError as error:
        raise SpreadsheetError(f"{path}: cannot be written ({error.strerror or error}).") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _write_csv(pieces: Iterable[pd.DataFrame], draft: Path) -> int:
    rows = 0
    with draft.open("w", encoding="utf-8-sig", newline="") as file:
        for number, piece in enumerate(pieces):
            piece.to_csv(file, index=False, header=number == 0)
            rows += len(piece)
    return rows


def _write_workbook(pieces: Iterable[pd.DataFrame], path: Path, draft: Path) -> int:
    held, rows = [], 0
    for piece in pieces:
        held.append(piece)
        rows += len(piece)
        if rows > MOST_ROWS:
            raise SpreadsheetError(
                f"{path}: a workbook holds {MOST_ROWS:,} rows, and there are more. Write a .csv instead."
            )
    frame = pd.concat(held, ignore_index=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(draft, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        frame.to_excel(book, index=False)
    return rows
