"""A selection as text: tokens such as `channel:hotline`, joined by semicolons, one for each thing a person can take away.

`area:370116001`, `day:2026-09-01..2026-09-10`, `hour:1-5.8-17` (weekdays, hours), `category:城乡建设/市政设施`,
`department:城管局`, `channel:hotline`, `lasted:24..72` (hours to six digits; the second may be left out). `~` stands for what is not stated.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import unquote

Cell = tuple[int, int]
Days = tuple[date, date]
Hours = tuple[float, float]

UNKNOWN = "~"
LONGEST = 3000
"""Signs of a selection that are read; an address longer than about 4,000 bytes is refused by servers on the way."""
NAMED = {"area": "areas", "category": "categories", "department": "departments", "channel": "channels"}
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2200, 1, 1)
MOST_HOURS = 1e6


def read_tokens(text: object) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The parts of a selection by name, sorted and each once, and the tokens that make no sense."""
    tokens = [token for token in str(text or "")[:LONGEST].split(";") if token]
    parts: dict[str, set | tuple] = {}
    ignored = []
    for token in tokens:
        key, _, value = token.partition(":")
        try:
            _take(parts, key, value)
        except (ValueError, KeyError):
            ignored.append(token[:80])
    return {name: _settled(values) for name, values in parts.items()}, tuple(ignored)


def _take(parts: dict[str, Any], key: str, value: str) -> None:
    if key in NAMED:
        parts.setdefault(NAMED[key], set()).add(_name(value))
    elif key == "hour":
        parts.setdefault("hours", set()).update(_cells(value))
    else:
        name, read = {"day": ("days", _days), "lasted": ("durations", _hours)}[key]
        parts[name] = read(value)


def _settled(values: Any) -> Any:
    return tuple(sorted(values, key=lambda value: (value is None, value))) if isinstance(values, set) else values


def _name(text: str) -> str | None:
    if not text:
        raise ValueError(text)
    return None if text == UNKNOWN else unquote(text)


def _days(text: str) -> Days:
    first, last = (date.fromisoformat(part) for part in text.split(".."))
    if not FIRST_DAY <= first <= last <= LAST_DAY:
        raise ValueError(text)
    return first, last


def _hours(text: str) -> Hours:
    low, high = text.split("..")
    hours = (float(f"{float(low or 0):.6g}"), float(f"{float(high or 'inf'):.6g}"))
    if not 0 <= hours[0] < min(hours[1], MOST_HOURS):
        raise ValueError(text)
    return hours


def _cells(text: str) -> list[Cell]:
    weekdays, hours = text.split(".")
    return [(weekday, hour) for weekday in _run(weekdays, 1, 7) for hour in _run(hours, 0, 23)]


def _run(text: str, lowest: int, highest: int) -> range:
    first, _, last = text.partition("-")
    low, high = int(first), int(last or first)
    if not lowest <= low <= high <= highest:
        raise ValueError(text)
    return range(low, high + 1)


def write_tokens(parts: dict[str, Any]) -> list[str]:
    """The tokens of a selection's parts, always in the same order."""
    tokens = [name_token(key, value) for key, part in NAMED.items() for value in _settled(set(parts[part]))]
    if parts["days"]:
        tokens.append("day:{:%Y-%m-%d}..{:%Y-%m-%d}".format(*parts["days"]))
    tokens += [f"hour:{_written(days)}.{_written(hours)}" for days, hours in blocks(parts["hours"])]
    if parts["durations"]:
        low, high = parts["durations"]
        tokens.append(f"lasted:{low:.6g}..{'' if high == float('inf') else f'{high:.6g}'}")
    return tokens


def name_token(key: str, value: str | None) -> str:
    """The token of one name: `department` and `城管局` give `department:城管局`."""
    if value is None:
        return f"{key}:{UNKNOWN}"
    text = value.replace("%", "%25").replace(";", "%3B")
    return f"{key}:{'%7E' if text == UNKNOWN else text}"


def blocks(cells: Iterable[Cell]) -> list[tuple[Cell, Cell]]:
    """The cells as few blocks of (first and last weekday, first and last hour): the same hours of following days are one."""
    weekdays_of: dict[Cell, list[int]] = {}
    for weekday, cells_of_day in groupby(sorted(set(cells)), key=itemgetter(0)):
        for run in _runs([hour for _, hour in cells_of_day]):
            weekdays_of.setdefault(run, []).append(weekday)
    return sorted((days, run) for run, weekdays in weekdays_of.items() for days in _runs(weekdays))


def _runs(numbers: list[int]) -> list[Cell]:
    """Numbers in order as (first, last) of those that follow each other."""
    starts = [n for n in numbers if n - 1 not in numbers]
    ends = [n for n in numbers if n + 1 not in numbers]
    return list(zip(starts, ends, strict=True))


def _written(run: Cell) -> str:
    return str(run[0]) if run[0] == run[1] else f"{run[0]}-{run[1]}"
