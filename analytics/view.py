"""What a page is looking at: area, period, category, channel and snapshot, made once from the address line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb

from analytics.answers import newest_snapshot, question
from analytics.area import LEVELS, Area, areas, areas_inside
from analytics.patience import ask_for
from warehouse.errors import WarehouseError

ZONE = ZoneInfo("Asia/Shanghai")
PERIODS = ("today", "7d", "30d", "90d", "year", "all", "custom")
DEFAULT_PERIOD = "30d"
BY_NAME = ("channel", "department", "source")
FILTERS = ("category", *BY_NAME)
"""What incidents can be narrowed by besides area and period."""
ABOVE = ", ".join(f"{level}_id" if level != "grid" else "area_id" for level in LEVELS)
"""An area and everything it lies in, as columns of `area`."""


@dataclass(frozen=True)
class Facts:
    """What bounds every view of one snapshot. Times are UTC without a zone, as in the tables."""

    now: datetime
    first: datetime
    devices_now: datetime
    is_empty: bool
    is_demo: bool
    categories: tuple[str, ...]
    channels: tuple[str, ...]
    departments: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Where:
    """A condition in SQL with named parameters, and their values."""

    sql: str
    values: dict[str, object]


@dataclass(frozen=True)
class View:
    """A chosen area, period, category, channel and snapshot. Times are UTC, half-open; None means no limit.

    `snapshot` is the one that was newest when the view was made, so that its questions need not ask for it again.
    `allowed` are the areas that whoever asks may see; none given: all.
    `now` is the newest time the incidents know, and the end of every period but a custom one. `ignored` names the
    parts of the address that made no sense.
    """

    since: datetime
    until: datetime
    now: datetime
    devices_until: datetime
    period: str = DEFAULT_PERIOD
    previous: tuple[datetime, datetime] | None = None
    area_id: str | None = None
    area_level: str | None = None
    category: str | None = None
    channel: str | None = None
    department: str | None = None
    source: str | None = None
    as_of: int | None = None
    snapshot: int | None = None
    allowed: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: Mapping[str, object] | None, allowed: tuple[str, ...] = ()) -> "View":
        """The view an address asks for. What makes no sense is left out and named in `ignored`; nothing is an error.

        `WarehouseError` if there is no warehouse yet.
        """
        asked = {key: str(value) for key, value in (query or {}).items() if value not in (None, "")}
        ignored: list[str] = []
        as_of = _snapshot(asked.get("as_of"), ignored)
        known = facts(as_of)
        area = areas(as_of).get(asked.get("area", ""))
        if asked.get("area") and area is None:
            ignored.append("area")
        period, since, until, previous = _period(asked, known, ignored)
        return cls(
            since=since,
            until=until,
            now=known.now,
            devices_until=known.devices_now if until > known.now else until,
            period=period,
            previous=previous,
            area_id=area.area_id if area else None,
            area_level=area.level if area else None,
            category=_one_of(asked, "category", known.categories, ignored),
            channel=_one_of(asked, "channel", known.channels, ignored),
            department=_one_of(asked, "department", known.departments, ignored),
            source=_one_of(asked, "source", known.sources, ignored),
            as_of=as_of,
            snapshot=newest_snapshot() if as_of is None else as_of,
            allowed=tuple(sorted(allowed)),
            ignored=tuple(ignored),
        )

    @classmethod
    def from_store(cls, filters: Mapping[str, object] | None) -> "View":
        """The view of the `filters` store: the same as from the address. From here on this thread asks for that browser tab."""
        ask_for(str((filters or {}).get("tab") or ""))
        return cls.from_query(filters)

    def before(self) -> "View | None":
        """The same view one period earlier; None where there is no earlier one."""
        if self.previous is None:
            return None
        since, until = self.previous
        return replace(self, since=since, until=until, devices_until=self.devices_until - (self.until - until))

    def within(self, area: Area) -> "View":
        """The same view of this area."""
        return replace(self, area_id=area.area_id, area_level=area.level)

    def where(self, time: str | None = "reported_at", *, incidents: bool = True) -> Where:
        """Condition on a table with `area_id`: the area, what may be seen, for incidents the other filters too;
        `time` in the period.

        With `time=None` only the end counts, which the caller compares with `$until`.
        """
        parts, values = self._places()
        if incidents:
            for name in FILTERS:
                if (chosen := getattr(self, name)) is not None:
                    parts.append(_chosen(name))
                    values[name] = chosen
        return self._in_period(time, parts, values)

    @property
    def fact_table(self) -> str:
        """The facts in the order in which those of this view are found with least reading."""
        return "incident_fact" if self.category is None else "incident_fact_by_category"

    def facts(self, time: str | None = "reported_at") -> Where:
        """The same condition on the columns of `incident_fact`, where areas and categories are ranges."""
        parts, values = self._ranges()
        for name in BY_NAME:
            if (chosen := getattr(self, name)) is not None:
                parts.append(f"{name} = ${name}::{name}_name")
                values[name] = chosen
        return self._in_period(time, parts, values)

    def _in_period(self, time: str | None, parts: list[str], values: dict[str, object]) -> Where:
        """The parts together, and `time`, where there is one, in the period."""
        if time is not None:
            parts = [*parts, f"{time} >= $since and {time} < $until"]
            values = values | {"since": self.since, "until": self.until}
        return Where(" and ".join(parts) or "true", values)

    def spans(self) -> dict[str, list[tuple[int, int]]]:
        """Of what narrows the view by a range, `area, allowed, category`: first and last numbers in the facts, none where nobody has it."""
        found: dict[str, list[tuple[int, int]]] = {}
        for name, chosen in (("area", (self.area_id,) if self.area_id else ()), ("allowed", self.allowed)):
            if chosen:
                number = numbers(self.as_of, "area")
                spans = [span for area_id in chosen if (span := areas_inside(self.as_of, area_id))]
                found[name] = [(number[first], number[last]) for first, last in spans]
        if self.category is not None:
            inside, number = categories_inside(self.as_of, self.category), numbers(self.as_of, "category")
            found["category"] = [(number[inside[0]], number[inside[-1]])] if inside else []
        return found

    def _ranges(self) -> tuple[list[str], dict[str, object]]:
        values: dict[str, object] = {}
        parts = [_within(name, spans, values) for name, spans in self.spans().items()]
        return parts, values

    def _places(self) -> tuple[list[str], dict[str, object]]:
        parts: list[str] = []
        values: dict[str, object] = {}
        if self.area_id is not None:
            parts.append(_inside(self.area_level))
            values["area"] = self.area_id
        if self.allowed:
            parts.append(f"area_id in (select area_id from area where list_has_any([{ABOVE}], $allowed))")
            values["allowed"] = list(self.allowed)
        return parts, values


def with_used(sql: str, values: dict[str, object]) -> Where:
    """The statement with those of the values that it names; DuckDB refuses others."""
    return Where(sql, {name: value for name, value in values.items() if re.search(rf"\${name}\b", sql)})


def number_column(name: str) -> str:
    """The column whose numbers a range of `View.spans` is of."""
    return "category_no" if name == "category" else "area_no"


def _within(name: str, spans: list[tuple[int, int]], values: dict[str, object]) -> str:
    """Area or category lies in any of the ranges, whose ends become values; in none where there is none."""
    column, parts = number_column(name), []
    for n, (first, last) in enumerate(spans):
        values |= {f"{name}_first{n}": first, f"{name}_last{n}": last}
        parts.append(f"{column} between ${name}_first{n}::uinteger and ${name}_last{n}::uinteger")
    return f"({' or '.join(parts)})" if parts else "false"


def _chosen(name: str) -> str:
    """A category holds what lies below it; the other filters are what they say."""
    return (
        "(category = $category or starts_with(category, $category || '/'))"
        if name == "category"
        else f"{name} = ${name}"
    )


def _inside(level: str | None) -> str:
    if level == "grid" or level not in LEVELS:
        return "area_id = $area"
    return f"area_id in (select area_id from area where {level}_id = $area)"


def categories_inside(as_of: int | None, path: str) -> list[str]:
    """The categories incidents are of at or below `path`, in the facts' order, one after the other."""
    return [used for used in used_categories(as_of) if used == path or used.startswith(path + "/")]


@question
def used_categories(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> tuple[str, ...]:
    """The categories incidents are of, in the facts' order: what lies below one follows it."""
    return tuple(_names(cursor, "category"))


@question
def numbers(cursor: duckdb.DuckDBPyConnection, _as_of: int | None, kind: str) -> dict[str, int]:
    """The number of each name of areas or categories in the facts, where what lies below one follows it."""
    return {name: number for number, name in enumerate(_enumerated(cursor, kind))}


@question
def facts(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> Facts:
    """What the data of a snapshot span, where they come from, and which categories and channels they have."""
    row = cursor.execute(
        """select max(data_until) filter (kind = 'incidents'), min(data_from) filter (kind = 'incidents'),
            max(data_until) filter (kind in ('readings', 'camera_states')), count(*), coalesce(bool_or(is_demo), false)
        from load where status = 'done'"""
    ).fetchone() or (None, None, None, 0, False)
    chosen = _values(cursor)
    now = row[0] or row[2] or datetime.now(UTC).replace(tzinfo=None)
    return Facts(
        now=now,
        first=row[1] or now,
        devices_now=max(now, row[2] or now),
        is_empty=row[3] == 0,
        is_demo=row[4],
        categories=tuple(sorted({prefix for path in chosen["category"] for prefix in _prefixes(path)})),
        channels=chosen["channel"],
        departments=chosen["department"],
        sources=chosen["source"],
    )


def _values(cursor: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """What there is to choose of each filter."""
    return {name: tuple(sorted(_names(cursor, name))) for name in FILTERS}


def _names(cursor: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    """Every value of a column of names that can be chosen, in the facts' order."""
    return [name for name in _enumerated(cursor, column) if name]


def _enumerated(cursor: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    """Every value of a column of names in the facts' order, an empty one too."""
    row = cursor.execute(f"select enum_range(null::{column}_name)").fetchone()
    return list(row[0]) if row else []


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def _one_of(asked: dict[str, str], key: str, known: tuple[str, ...], ignored: list[str]) -> str | None:
    if asked.get(key) in known:
        return asked[key]
    if asked.get(key):
        ignored.append(key)
    return None


def _snapshot(text: str | None, ignored: list[str]) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:18]) <= newest_snapshot():
        ignored.append("as_of")
        return None
    try:
        facts(int(text))
    except (WarehouseError, duckdb.Error):
        ignored.append("as_of")
        return None
    return int(text)


Span = tuple[datetime, datetime]


def _period(asked: dict[str, str], known: Facts, ignored: list[str]) -> tuple[str, datetime, datetime, Span | None]:
    name = asked.get("period", DEFAULT_PERIOD)
    if name == "custom":
        days = _custom_days(asked)
        if days is None:
            ignored.append("period")
            name = DEFAULT_PERIOD
        else:
            since, end = start_of(days[0]), start_of(days[1] + timedelta(days=1))
            until = min(end, known.now + timedelta(seconds=1))  # nothing is known of what lies after
            return name, since, until, (since - (end - since), until - (end - since))
    if name not in PERIODS:
        ignored.append("period")
        name = DEFAULT_PERIOD
    until = known.now + timedelta(seconds=1)
    today = local_day(known.now)
    if name == "all":
        return name, min(known.first, until), until, None
    if name == "year":
        since = start_of(today.replace(month=1, day=1))
        last = start_of(date(today.year - 1, 1, 1))
        return name, since, until, (last, last + (until - since))
    count = 1 if name == "today" else int(name.rstrip("d"))
    since = start_of(today - timedelta(days=count - 1))
    return name, since, until, (since - timedelta(days=count), until - timedelta(days=count))


def _custom_days(asked: dict[str, str]) -> tuple[date, date] | None:
    try:
        first, last = date.fromisoformat(asked.get("from", "")), date.fromisoformat(asked.get("to", ""))
    except ValueError:
        return None
    return (first, last) if date(1990, 1, 1) <= first <= last <= date(2200, 1, 1) else None


def start_of(day: date) -> datetime:
    """The UTC moment at which a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC).replace(tzinfo=None)


def local(moment: datetime) -> datetime:
    """A UTC moment of the tables on the local clock."""
    return moment.replace(tzinfo=UTC).astimezone(ZONE).replace(tzinfo=None)


def local_day(moment: datetime) -> date:
    """The local day of a UTC moment."""
    return local(moment).date()
