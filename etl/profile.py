"""How one source's exports map to our tables: `data/reference/sources/<name>.toml`, checked when it is read."""

import re
import tomllib
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from etl.limits import Due
from settings import settings
from warehouse.errors import ZhiliError
from warehouse.tables import TABLES, Table

Kind = Literal[
    "areas", "incidents", "teams", "patrols", "mediations", "sensors", "readings", "alarms", "cameras", "camera_states"
]
TABLE_OF_KIND: dict[str, str] = {
    "areas": "area",
    "incidents": "incident",
    "teams": "team_member",
    "patrols": "patrol",
    "mediations": "mediation",
    "sensors": "sensor",
    "readings": "reading",
    "alarms": "alarm",
    "cameras": "camera",
    "camera_states": "camera_state",
}
FILLED_BY_US = {
    "load_id", "source", "located_by", "is_outside", "area_id", "grid_id", "district_id", "area_km2",
    "due_by", "is_paused", "paused_hours",
}  # fmt: skip
"""Columns that no export fills: the load works them out."""
EXTRA_FIELDS: dict[str, set[str]] = {
    # recorded places, finest first wins; and for areas, the levels an export spells out beside each grid
    "incidents": {
        "recorded_grid", "recorded_community", "recorded_town", "urgency", "paused_at", "resumed_at", "extended_until", "extended_days",
    },
    "sensors": {"recorded_grid", "recorded_community", "recorded_town"},
    "cameras": {"recorded_grid", "recorded_community", "recorded_town"},
    "teams": {"recorded_grid"},
    "patrols": {"recorded_grid", "recorded_community", "recorded_town"},
    "mediations": {"recorded_grid", "recorded_community", "recorded_town"},
    "areas": {"area_id", "district_id", "district_name", "town_id", "town_name", "community_id", "community_name"},
}  # fmt: skip
EXTRA_TYPES = {
    "paused_at": "TIMESTAMP[]", "resumed_at": "TIMESTAMP[]", "extended_until": "TIMESTAMP", "extended_days": "INTEGER",
}  # fmt: skip
"""Of the extra fields those that are no text; a list is written with ';' between its parts."""
ON_THIS_CALENDAR = ("Asia/Shanghai", "UTC")
"""Zones of exports whose cases may fall due on the working calendar, which is China's."""


REFERRING = {"patrols": {"member_id": "teams"}, "mediations": {"incident_id": "grid_app"}}
"""Columns that hold another source's numbers, which the profile names under `[refers]`; and which source that usually is."""


class ProfileError(ZhiliError):
    """A profile cannot be read, or does not fit the file it was meant for."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Part):
    """The source's name on screen."""

    zh: str
    en: str


class FileShape(_Part):
    """How the file is written. What is left out is found out from the file itself."""

    format: Literal["csv", "xlsx", "jsonl", "geojson", "shapefile", "parquet"]
    encoding: str = "auto"
    delimiter: str = ","
    header_row: int = Field(1, ge=1, description="1-based row of the column names; rows above it are titles")
    sheet: str | None = None
    fill_down: tuple[str, ...] = Field((), description="their columns whose merged cells repeat the value above")


class Place(_Part):
    """Coordinate system of the file's points or outlines."""

    crs: Literal["WGS84", "CGCS2000", "GCJ-02", "BD-09"] = "WGS84"


class Clock(_Part):
    """How times are written. Formats are DuckDB strptime patterns tried after the usual ones."""

    zone: str = "Asia/Shanghai"
    formats: tuple[str, ...] = ()
    earliest: str = "2000-01-01"
    latest_days_ahead: int = Field(1, description="a time further ahead than this many days is a mistake")


class Correction(_Part):
    """A known upstream error, mended while loading; the load warns when `only_if` matches no row any more."""

    column: str = Field(description="our column that is mended")
    becomes: str = Field(description="SQL expression over the mapped columns")
    only_if: str = Field(description="SQL condition over the mapped columns that says which rows")
    reason: str
    owner: str = ""


class Profile(_Part):
    """One source: which files it takes and how they become rows of one table."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Kind
    label: Label
    match: tuple[str, ...] = Field(description="file name patterns, e.g. '*网格上报*.csv'")
    late_after_hours: float = 26
    stale_after_hours: float = 74
    file: FileShape
    place: Place = Place()
    time: Clock = Clock()
    key: tuple[str, ...] = Field((), description="our columns that make a row unique within the source")
    columns: dict[str, str | tuple[str, ...]] = Field(
        description="our column = their column; several of theirs are joined by '/' (a category's levels)"
    )
    constants: dict[str, str | int | float | bool] = Field({}, description="our column = the same value in every row")
    values: dict[str, dict[str, str]] = Field({}, description="our column: their value = our value")
    refers: dict[str, str] = Field({}, description="our column = the source whose own numbers it holds")
    areas: Path | None = Field(None, description="CSV old_code,new_code of area codes, relative to this file")
    corrections: tuple[Correction, ...] = ()
    due: Due | None = Field(None, description="limits for cases whose due time the source does not state")
    path: Path = Path()

    @property
    def table(self) -> Table:
        """The table its rows go to."""
        return TABLES[TABLE_OF_KIND[self.kind]]

    def takes(self, file: Path) -> bool:
        """Whether a file of this name is one of this source's exports."""
        return any(fnmatch(file.name, pattern) for pattern in self.match)

    @field_validator("match", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        known = (set(self.table.column_names) - FILLED_BY_US) | EXTRA_FIELDS.get(self.kind, set())
        named = set(self.columns) | set(self.constants) | set(self.values)
        unknown = sorted(named - known)
        if unknown:
            raise ValueError(
                f"{', '.join(unknown)}: no such column for {self.kind} (there are: {', '.join(sorted(known))})"
            )
        return self

    @model_validator(mode="after")
    def _known_references(self) -> Self:
        referring = set(REFERRING.get(self.kind, ()))
        if wrong := sorted(set(self.refers) - referring):
            raise ValueError(f"refers: {', '.join(wrong)} of {self.kind} holds no other source's numbers")
        if silent := sorted((referring & set(self.columns)) - set(self.refers)):
            raise ValueError(
                f"refers: {', '.join(silent)} holds another source's numbers; name that source in [refers]"
            )
        return self

    @model_validator(mode="after")
    def _pauses_are_whole(self) -> Self:
        if ("paused_at" in self.columns) != ("resumed_at" in self.columns):
            raise ValueError("columns: paused_at and resumed_at go together. Name both.")
        if "extended_days" in self.columns and not self.due:
            raise ValueError("columns: extended_days are counted on a calendar. Say which in [due].")
        return self

    @model_validator(mode="after")
    def _due_can_be_told(self) -> Self:
        if self.due is None:
            return self
        if self.kind != "incidents":
            raise ValueError(f"due: {self.kind} fall due at no time. Only incidents have [due].")
        if self.time.zone not in ON_THIS_CALENDAR:
            raise ValueError(
                f"due: runs on China's working calendar, and [time] zone is {self.time.zone}. Leave [due] out."
            )
        needed = [self.due.counted_from, *(column for rule in self.due.rules for column in rule.conditions)]
        if missing := sorted(set(needed) - set(self.columns) - set(self.constants)):
            raise ValueError(f"due: asks for {', '.join(missing)}, which no column fills. Name it in [columns].")
        return self


def read_profile(path: Path) -> Profile:
    """The profile in `path`; `ProfileError` says in one line what is wrong with it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return Profile.model_validate({"name": path.stem, **content, "path": path})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path}: cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "profile"
        raise ProfileError(f"{path}: [{place}] {re.sub(r'^Value error, ', '', first['msg'])}") from error


@lru_cache
def profiles(folder: Path | None = None) -> tuple[Profile, ...]:
    """Every profile of this site, by name."""
    return tuple(read_profile(path) for path in sorted((folder or settings().sources).glob("*.toml")))
