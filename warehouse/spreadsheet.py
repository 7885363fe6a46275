"""Tables as files that people open in a spreadsheet: CSV or XLSX, in which no cell can run as a formula."""

from pathlib import Path

import pandas as pd

from warehouse.errors import ZhiliError

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


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


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write `frame` to a .csv (UTF-8 with BOM, as Excel likes it) or .xlsx file, formulas neutralised."""
    safe = neutralised(frame)
    draft = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() == ".csv":
            safe.to_csv(draft, index=False, encoding="utf-8-sig")
        elif path.suffix.lower() == ".xlsx":
            _write_workbook(safe, draft)
        else:
            raise SpreadsheetError(f"{path.name}: write to a file that ends in .csv or .xlsx.")
        draft.replace(path)
    except OSError as error:
        raise SpreadsheetError(f"{path}: cannot be written ({error.strerror or error}).") from error
    finally:
        draft.unlink(missing_ok=True)


def _write_workbook(frame: pd.DataFrame, path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        frame.to_excel(book, index=False)
