"""A document before it has a format: sections of sentences, tables and charts, their values still numbers."""

import re
from dataclasses import dataclass
from typing import Any

from ui.components.numbers import MINUS

TEXT, COUNT, NUMBER, SHARE, CHANGE = "text", "count", "number", "share", "change"
"""What a column holds: words; whole numbers; numbers, whole or with one decimal; shares of one, written in per cent; such with their sign."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading and what it holds."""

    title: str
    kind: str = TEXT


@dataclass(frozen=True)
class Table:
    """Rows of raw values, as many as there are columns; None where nothing is known."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """One row of columns or bars, from nought; `quiet` marks those that stand back (weekends)."""

    title: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    unit: str
    quiet: tuple[bool, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A numbered part: sentences first, then what they rest on."""

    title: str
    sentences: tuple[str, ...] = ()
    parts: tuple[Table | Chart, ...] = ()


@dataclass(frozen=True)
class Document:
    """`date_line` says its days, `dated` the last of them, which stands at its end. `name` is of its files, without the ending; `facts` are label and value of period, area, as-of, sources and open quality issues; they stand in every format. `has_contents`: a table of contents. `values`: the measures by name, as written."""

    kind: str
    name: str
    lang: str
    title: str
    office: str
    date_line: str
    dated: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    has_contents: bool = False
    values: tuple[tuple[str, str], ...] = ()

    @property
    def about(self) -> str:
        """What, of whom, of when: for the head or foot of every page."""
        return f"{self.title}　{self.office}　{self.date_line}"


def written(value: Any, kind: str) -> str:
    """A value of a table in words: `1,234`, `6.4`, `78.9%`, `−3`, or a dash where nothing is known."""
    if value is None or value != value:
        return "–"
    if kind == TEXT:
        return str(value)
    if kind in (SHARE, CHANGE):
        return f"{100 * value:{'+' if kind == CHANGE else ''}.1f}%".replace("-", MINUS)
    is_whole = kind == COUNT or isinstance(value, int)
    return f"{value:,.{0 if is_whole else 1}f}".replace("-", MINUS)


UNBROKEN = re.compile(r"[^\s\u2e80-\uffff]+")
"""What is not broken at the end of a line: words and numbers, while Chinese breaks after any sign."""
CELL = 1.8
"""The room on both sides of a cell, in Chinese signs."""


def width(text: str) -> float:
    """How wide a text is, in Chinese signs."""
    return sum(1.0 if ord(sign) > 0x2E7F else 0.55 for sign in text)


def widths(table: Table, most: float = 40.0, wide: float = 48.0) -> list[float]:
    """The share of a table's width for each column; together one.

    No column is narrower than its longest word or number, which must not be broken; what is left of the width, `wide` Chinese signs,
    goes to those with more to say.
    """
    texts = [[column.title, *(written(row[at], column.kind) for row in table.rows)] for at, column in enumerate(table.columns)]  # fmt: skip
    asked = [min(most, max(4.0, *map(width, column))) + CELL for column in texts]
    least = [
        max([3.0, *(width(part) for text in column for part in UNBROKEN.findall(text))]) + CELL for column in texts
    ]
    least = [min(one) for one in zip(least, asked, strict=True)]
    spare, wish = wide - sum(least), sum(asked) - sum(least)
    if 0 < spare < wish:
        asked = [low + spare * (full - low) / wish for low, full in zip(least, asked, strict=True)]
    elif spare <= 0:
        asked = least
    return [one / sum(asked) for one in asked]


CHINESE = "一二三四五六七八九十"


def numbered(at: int, title: str, lang: str) -> str:
    """A section's heading with its number, as official documents number them (一、二、三、)."""
    if lang == "en":
        return f"{at}. {title}"
    number = CHINESE[at - 1] if at <= 10 else f"十{CHINESE[at - 11]}"
    return f"{number}、{title}"
