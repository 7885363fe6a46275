"""When everything in an area falls silent together, that is one fault and one finding, not a hundred."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from analytics.area import LEVELS, Area
from analytics.early_warning.extent import holding

FEWEST_TOGETHER, SHARE_TOGETHER = 3, 0.9
TOGETHER_HOURS = 12.0


@dataclass(frozen=True)
class Group:
    """What fell silent together: the area, the devices (rows of the frame), and since when; `owner` if they share only that."""

    area_id: str
    rows: tuple[int, ...]
    since: datetime
    owner: str = ""


def folded(devices: pd.DataFrame, known: Mapping[str, Area]) -> tuple[list[Group], list[int]]:
    """Groups that are silent as a whole, the widest first, and the rows of silent devices that stand for themselves.

    `devices` has `area_id, is_silent, since` and perhaps `owner`, all devices that could have fallen silent. A group is nine in
    ten of those in an area (or of one owner), three at least, that fell silent within twelve hours of one another.
    """
    groups: list[Group] = []
    left = set(devices.index[devices["is_silent"]])
    for level in LEVELS[:-1]:
        inside = _inside(devices, known, level)
        groups += _together(devices, inside, left, known, is_owner=False)
    if "owner" in devices:
        groups += _together(devices, devices["owner"], left, known, is_owner=True)
    return groups, sorted(left)


def _inside(devices: pd.DataFrame, known: Mapping[str, Area], level: str) -> pd.Series:
    depth = LEVELS.index(level)
    above = {area_id: area.path[depth] for area_id, area in known.items() if len(area.path) > depth}
    return devices["area_id"].map(above)


def _together(
    devices: pd.DataFrame, inside: pd.Series, left: set[int], known: Mapping[str, Area], *, is_owner: bool
) -> list[Group]:
    groups = []
    for name, rows in devices.groupby(inside).groups.items():
        silent = [int(row) for row in rows if row in left]
        enough = max(FEWEST_TOGETHER, SHARE_TOGETHER * len(rows))
        if len(silent) >= enough and _at_once(devices.loc[silent, "since"], enough):
            area = holding(known, _areas(devices, silent)) if is_owner else str(name)
            since = devices.loc[silent, "since"].max().to_pydatetime()
            groups.append(Group(area, tuple(silent), since, str(name) if is_owner else ""))
            left.difference_update(silent)
    return groups


def _at_once(since: pd.Series, enough: float) -> bool:
    """Whether so many of them fell silent within twelve hours of the middle one."""
    apart = (since - since.sort_values().iloc[len(since) // 2]).abs()
    return bool((apart <= timedelta(hours=TOGETHER_HOURS)).sum() >= enough)


def _areas(devices: pd.DataFrame, rows: Sequence[int]) -> list[str]:
    return [str(area_id) for area_id in devices.loc[list(rows), "area_id"].dropna()]
