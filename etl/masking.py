"""Personal data never reach a table: cells of columns that hold persons leave a rejected record. Texts: `warehouse.masking`."""

import csv
import json
import re

SHIFTED = 2
OF_PERSONS = re.compile(
    r"人(?![口员民数工大社])|姓名|名字|电话|手机|号码|身份证|证件|联系|住址|住所|地址"
    r"|phone|mobile|(?<![a-z])tel|caller|reporter|address|name of",
    re.IGNORECASE,
)
"""Columns that hold persons; nothing maps them, and a rejected record does not show them."""


def without_persons(text: str, columns: list[str], delimiter: str) -> str:
    """The text of a rejected record without the cells of columns that hold persons.

    Where the record has too many or too few cells, those up to two places beside such a column may be meant.
    """
    for cell in _of_persons(*_cells(text, columns, delimiter)):
        if cell and len(cell) > 1:
            text = text.replace(cell, cell[0] + "**")
    return text


def _of_persons(columns: list[str], cells: list[str]) -> list[str]:
    beside = 0 if len(columns) == len(cells) else SHIFTED
    personal = [number for number, name in enumerate(columns) if OF_PERSONS.search(name)]
    places = {number + step for number in personal for step in range(-beside, beside + 1)}
    return [cell for number, cell in enumerate(cells) if number in places]


def _cells(text: str, columns: list[str], delimiter: str) -> tuple[list[str], list[str]]:
    """The names and the cells of a record; none if it cannot be taken apart."""
    if text.startswith("{"):
        try:
            named = json.loads(text).items()
        except (ValueError, AttributeError):
            return [], []
        return [str(name) for name, _ in named], ["" if cell is None else str(cell) for _, cell in named]
    try:
        return columns, next(csv.reader([text.replace("\n", " ")], delimiter=delimiter), [])
    except csv.Error:
        return [], []
