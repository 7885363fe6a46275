"""Excel: a sheet a table, typed cells under a frozen heading, charts that Excel draws, and what the numbers are of on the first sheet."""

import io
import re
from typing import Any

import xlsxwriter

from reports.document import CHANGE, COUNT, NUMBER, SHARE, TEXT, Chart, Document, Table, numbered, width
from reports.formats.look import AUTHOR, BAR, FONT, LABEL, LINE, QUIET_BAR, SHADE
from ui.words import speaker

FORMATS = {TEXT: "@", COUNT: "#,##0", NUMBER: "#,##0.0", SHARE: "0.0%", CHANGE: "+0.0%;−0.0%;0.0%"}
MOST_WIDE, LONGEST_NAME = 70, 31


def made(document: Document) -> bytes:
    """The file."""
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": document.title, "subject": document.office, "author": AUTHOR})
        cells = _Cells(book)
        _summary(book, cells, document)
        names: set[str] = {speaker(document.lang)("report.sheet_text")}
        for section in document.sections:
            for part in section.parts:
                sheet = book.add_worksheet(_name(part.title, names))
                _table(sheet, cells, part) if isinstance(part, Table) else _chart(book, sheet, cells, part)
    return body.getvalue()


class _Cells:
    """The formats of cells, made once each."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": FONT, "font_size": 10.5, "valign": "top"}
        self.title = book.add_format({**base, "font_size": 18, "bold": True})
        self.heading = book.add_format({**base, "font_size": 13, "bold": True})
        self.text = book.add_format({**base, "text_wrap": True})
        self.label = book.add_format({**base, "font_color": f"#{LABEL}"})
        self.head = book.add_format({**base, "bold": True, "bg_color": f"#{SHADE}", "bottom": 1, "text_wrap": True})
        self.of = {
            kind: book.add_format({**base, "num_format": form, **({"text_wrap": True} if kind == TEXT else {})})
            for kind, form in FORMATS.items()
        }
        self.whole = book.add_format({**base, "num_format": FORMATS[COUNT]})


def _summary(book: xlsxwriter.Workbook, cells: _Cells, document: Document) -> None:
    sheet = book.add_worksheet(speaker(document.lang)("report.sheet_text"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, document.title, cells.title)
    sheet.write_string(1, 0, f"{document.office}　{document.date_line}", cells.label)
    row = 3
    for label, value in document.facts:
        sheet.write_string(row, 0, label, cells.label)
        sheet.write_string(row, 1, value, cells.text)
        row += 1
    for at, section in enumerate(document.sections, 1):
        sheet.write_string(row + 1, 0, numbered(at, section.title, document.lang), cells.heading)
        row += 2
        for sentence in section.sentences:
            sheet.write_string(row, 1, sentence, cells.text)
            row += 1
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _name(title: str, taken: set[str]) -> str:
    """A name that Excel takes, and that no other sheet has."""
    base = re.sub(r"[\[\]:*?/\\]", " ", title).strip()[:LONGEST_NAME] or "1"
    found, number = base, 2
    while found in taken:
        found, number = f"{base[: LONGEST_NAME - 4]} {number}", number + 1
    taken.add(found)
    return found


def _table(sheet: Any, cells: _Cells, part: Table) -> None:
    for at, column in enumerate(part.columns):
        sheet.write_string(0, at, column.title, cells.head)
        longest = max(
            [2 * width(column.title), *(2 * width(str(row[at])) for row in part.rows if column.kind == TEXT)], default=8
        )
        sheet.set_column(at, at, min(MOST_WIDE, max(10, longest + 3)))
    for number, row in enumerate(part.rows, 1):
        for at, (value, column) in enumerate(zip(row, part.columns, strict=True)):
            _write(sheet, cells, number, at, value, column.kind)
    if part.rows:
        sheet.autofilter(0, 0, len(part.rows), len(part.columns) - 1)
    sheet.freeze_panes(1, 1)
    if part.note:
        sheet.write_string(len(part.rows) + 2, 0, part.note, cells.label)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write(sheet: Any, cells: _Cells, row: int, column: int, value: object, kind: str) -> None:
    if value is None or value != value:
        sheet.write_string(row, column, "–", cells.of[TEXT])
    elif kind == TEXT:
        sheet.write_string(row, column, str(value), cells.of[TEXT])
    else:
        is_whole = kind == NUMBER and isinstance(value, int)
        sheet.write_number(row, column, float(value), cells.whole if is_whole else cells.of[kind])


def _chart(book: xlsxwriter.Workbook, sheet: Any, cells: _Cells, part: Chart) -> None:
    sheet.write_string(0, 0, part.title, cells.head)
    sheet.write_string(0, 1, part.unit, cells.head)
    sheet.set_column(0, 0, 24)
    for number, (label, value) in enumerate(zip(part.labels, part.values, strict=True), 1):
        sheet.write_string(number, 0, label, cells.of[TEXT])
        sheet.write_number(number, 1, value, cells.whole)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)
    last = len(part.labels)
    if last:
        drawn = book.add_chart({"type": "column"})
        points = [{"fill": {"color": f"#{QUIET_BAR if part.quiet and part.quiet[at] else BAR}"}} for at in range(last)]
        drawn.add_series(
            {
                "categories": [sheet.name, 1, 0, last, 0],
                "values": [sheet.name, 1, 1, last, 1],
                "points": points,
                "gap": 35,
            }
        )
        drawn.set_title({"name": part.title, "name_font": {"name": FONT, "size": 12}})
        drawn.set_legend({"none": True})
        drawn.set_y_axis(
            {"min": 0, "name": part.unit, "major_gridlines": {"visible": True, "line": {"color": f"#{LINE}"}}}
        )
        drawn.set_size({"width": 900, "height": 360})
        sheet.insert_chart("D2", drawn, {"description": part.title})
