"""The mess that real exports come with: each kind of dirty row, how it is made, and what a right loader does with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from etl.demo.export import Mark, Row, csv_line

SHARE_A_KIND = 0.0006
"""Of a source's rows, for each kind: with a score of kinds about one row in a hundred is dirty."""
MOST_DIRTY = 20
"""At most one row in so many, however few rows there are."""
FULL_WIDTH = {
    **{ord("0") + digit: "０１２３４５６７８９"[digit] for digit in range(10)},
    ord(":"): "：",
    ord("-"): "－",
}


@dataclass(frozen=True)
class Layout:
    """What the columns of one export are called; empty where it has no such column.

    `is_over_in_a_day`: nothing that it lists can take longer than a day from reported to closed.
    """

    columns: Sequence[str]
    number: str
    reported: str
    closed: str = ""
    text: str = ""
    code: str = ""
    lon: str = ""
    lat: str = ""
    status: str = ""
    is_csv: bool = True
    is_over_in_a_day: bool = False

    def at(self, name: str) -> int:
        """Position of a column."""
        return list(self.columns).index(name)


@dataclass(frozen=True)
class Kind:
    """One kind of dirty row: `spoil` changes the cells, or returns a broken line; `needs` are columns it must have."""

    name: str
    outcome: str
    needs: tuple[str, ...]
    spoil: Callable[[list, Layout], Row | None]


def _moment(cells: list, layout: Layout, column: str) -> datetime:
    value = cells[layout.at(column)]
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _set(column: str, value: Callable[[list, Layout], object]) -> Callable[[list, Layout], None]:
    def spoil(cells: list, layout: Layout) -> None:
        cells[layout.at(getattr(layout, column))] = value(cells, layout)

    return spoil


def _reported(form: Callable[[datetime], object]) -> Callable[[list, Layout], None]:
    return _set("reported", lambda cells, layout: form(_moment(cells, layout, layout.reported)))


def _serial(moment: datetime) -> float:
    return (moment - datetime(1899, 12, 30)).total_seconds() / 86_400


def _full_width(cells: list, layout: Layout) -> None:
    _reported(lambda moment: f"{moment:%Y-%m-%d %H:%M}".translate(FULL_WIDTH))(cells, layout)
    if layout.code:
        cells[layout.at(layout.code)] = str(cells[layout.at(layout.code)]).translate(FULL_WIDTH)
    if layout.status:
        cells[layout.at(layout.status)] = "　" + cells[layout.at(layout.status)] + "　"


def _point(lon: str | None, lat: str | None) -> Callable[[list, Layout], None]:
    """Other coordinates; without any, the two that are there change places."""

    def spoil(cells: list, layout: Layout) -> None:
        east, north = layout.at(layout.lon), layout.at(layout.lat)
        cells[east], cells[north] = (cells[north], cells[east]) if lon is None else (lon, lat)

    return spoil


def _code(change: Callable[[str], str]) -> Callable[[list, Layout], None]:
    """Another code, and no point that could make up for it."""

    def spoil(cells: list, layout: Layout) -> None:
        cells[layout.at(layout.code)] = change(str(cells[layout.at(layout.code)]))
        if layout.lon:
            _point("", "")(cells, layout)

    return spoil


def old_code(code: str) -> str:
    """The code this place had before 2019."""
    return "371202" + OLD_TOWNS[code[6:9]] + code[9:]


OLD_TOWNS = {
    **{f"00{number}": f"00{number}" for number in range(1, 5)},
    **{"005": "100", "006": "101", "007": "102", "103": "103", "104": "105", "008": "106"},
    **{"106": "107", "107": "108", "108": "109", "109": "110", "110": "111"},
}


def _closed_early(cells: list, layout: Layout) -> None:
    moment = _moment(cells, layout, layout.reported)
    cells[layout.at(layout.closed)] = (
        f"{moment.replace(year=moment.year - 1, day=min(moment.day, 28)):%Y-%m-%d %H:%M:%S}"
    )


def _closed_days_later(cells: list, layout: Layout) -> None:
    later = _moment(cells, layout, layout.reported) + timedelta(days=3)
    cells[layout.at(layout.closed)] = f"{later:%Y-%m-%d %H:%M:%S}"


def _year(year: int) -> Callable[[list, Layout], None]:
    return _reported(lambda moment: f"{moment.replace(year=year, day=min(moment.day, 28)):%Y-%m-%d %H:%M:%S}")


def _stray_quote(cells: list, layout: Layout) -> Row:
    place = layout.at(layout.text)
    parts = [csv_line([cell]) for cell in cells]
    parts[place] = '"' + str(cells[place])[:6].replace('"', "") + '"' + str(cells[place])[6:].replace('"', "")
    return ",".join(parts)


def _short(cells: list, layout: Layout) -> Row:
    return csv_line(cells[: len(cells) // 2])


def _formula(cells: list, layout: Layout) -> None:
    cells[layout.at(layout.text)] = "=cmd|' /C calc'!A0"


KINDS = (
    Kind("date_slash", "loaded", ("reported",), _reported(lambda m: f"{m.year}/{m.month}/{m.day} {m.hour}:{m:%M}")),
    Kind("date_chinese", "loaded", ("reported",), _reported(lambda m: f"{m.year}年{m.month}月{m.day}日 {m:%H:%M}")),
    Kind("date_excel_serial", "loaded", ("reported",), _reported(lambda m: round(_serial(m), 6))),
    Kind("full_width", "loaded", ("reported",), _full_width),
    Kind("coordinates_swapped", "loaded", ("lon",), _point(None, None)),
    Kind("coordinates_zero", "loaded", ("lon",), _point("0", "0")),
    Kind("coordinates_far_away", "loaded", ("lon",), _point("-70.668512", "-33.448903")),
    Kind("old_area_code", "loaded", ("code",), _code(old_code)),
    Kind("unknown_area_code", "loaded", ("code",), _code(lambda code: code[:6] + "999999999"[: len(code) - 6])),
    Kind("formula_in_text", "loaded", ("text",), _formula),
    Kind("closed_before_reported", "rejected", ("closed",), _closed_early),
    Kind("closed_days_later", "rejected", ("closed", "is_over_in_a_day"), _closed_days_later),
    Kind("missing_number", "rejected", ("number",), _set("number", lambda cells, layout: "")),
    Kind("missing_reported_time", "rejected", ("reported",), _set("reported", lambda cells, layout: "")),
    Kind("year_1899", "rejected", ("reported",), _year(1899)),
    Kind("year_2099", "rejected", ("reported",), _year(2099)),
    Kind("stray_quote", "rejected", ("is_csv", "text"), _stray_quote),
    Kind("short_row", "rejected", ("is_csv",), _short),
)
TWICE, CORRECTED = "same_row_twice", "corrected_row"


def kinds_for(layout: Layout) -> list[str]:
    """Every kind of dirt an export of this layout can have."""
    fitting = [kind.name for kind in KINDS if all(getattr(layout, need) for need in kind.needs)]
    return [*fitting, TWICE, *([CORRECTED] if layout.text else [])]


def chosen(rows: int, eligible: np.ndarray, layout: Layout, rng: np.random.Generator) -> np.ndarray:
    """For each row the kind of dirt it gets, or an empty string: every kind at least once, if there are rows enough."""
    result = np.full(rows, "", dtype=object)
    kinds = kinds_for(layout)
    each = max(1, round(SHARE_A_KIND * rows))
    spare = rng.permutation(np.flatnonzero(eligible))[: min(each * len(kinds), max(1, rows // MOST_DIRTY))]
    for number, row in enumerate(spare):
        result[row] = kinds[number % len(kinds)]
    return result


def dirtied(
    file: str, rows: list[Row], kinds: np.ndarray, layout: Layout, first_line: int, rng: np.random.Generator
) -> tuple[list[Row], list[Mark]]:
    """The rows of one file with their dirt, and a mark for each; `first_line` is the line of the first row."""
    spoiled: list[Row] = []
    notes: list[tuple[int, str, str, str, int | None]] = []
    waiting: list[tuple[int, list, str, int]] = []
    for cells, kind in zip(rows, kinds, strict=True):
        while waiting and waiting[0][0] <= len(spoiled):
            _come_back(waiting.pop(0), spoiled, notes, layout)
        spoiled.append(cells)
        if kind:
            _spoil(kind, spoiled, notes, waiting, layout, rng)
    for late in waiting:
        _come_back(late, spoiled, notes, layout)
    marks = [
        Mark(file, first_line + row, kind, outcome, number, None if same is None else first_line + same)
        for row, kind, outcome, number, same in notes
    ]
    return spoiled, sorted(marks, key=lambda mark: mark.line)


def _spoil(kind: str, spoiled: list, notes: list, waiting: list, layout: Layout, rng: np.random.Generator) -> None:
    row, cells = len(spoiled) - 1, spoiled[-1]
    number = str(cells[layout.at(layout.number)])
    if kind in (TWICE, CORRECTED):
        waiting.append((row + int(rng.integers(1, 40)), list(cells), kind, row))
        waiting.sort(key=lambda late: late[0])
        if kind == CORRECTED:
            notes.append((row, "superseded_row", "duplicate", number, None))
        return
    known = next(each for each in KINDS if each.name == kind)
    broken = known.spoil(cells, layout)
    if broken is not None:
        spoiled[-1] = broken
    notes.append((row, kind, known.outcome, number, None))


def _come_back(late: tuple[int, list, str, int], spoiled: list, notes: list, layout: Layout) -> None:
    """The second copy of a row: the same again, or mended further down."""
    _, cells, kind, first = late
    if kind == CORRECTED:
        cells[layout.at(layout.text)] = str(cells[layout.at(layout.text)]) + "（更正）"
    spoiled.append(cells)
    outcome = "duplicate" if kind == TWICE else "loaded"
    notes.append((len(spoiled) - 1, kind, outcome, str(cells[layout.at(layout.number)]), first))
