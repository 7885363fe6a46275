"""What happens in the demo district: when, where, what, through which channel, before anybody deals with it."""

import numpy as np
import pandas as pd

from etl.demo.days import SEASONS, SECONDS_A_DAY, Days, busyness
from etl.demo.geography import Geography
from etl.demo.matters import hour_shares
from etl.demo.places import grid_spots, nudged, somewhere
from etl.demo.plan import DUPLICATE_SHARE, HOT_FACTOR, Outbreak, Plan
from etl.demo.trouble import Trouble

HOTLINE_SHARE = 0.17
PETITION_SHARE = 0.0075
_NUMBER = {"grid_app": ("SJ", 5), "hotline": ("RX", 5), "petition": ("XF", 4)}
_CHANNELS = {"网格员": 0.72, "巡查": 0.11, "微信": 0.10, "视频": 0.04, "传感器": 0.03}


def happenings(
    place: Geography, leaves: pd.DataFrame, days: Days, planted: Plan, count: int, seed: int
) -> pd.DataFrame:
    """`count` incidents in order of `reported`: `no`, `source`, `channel`, `leaf`, `grid`, `lon`, `lat`, `outbreak`, `twin`.

    `leaf` and `grid` are row numbers; `outbreak` the planted one it belongs to, or -1; `twin` the row number of the
    same matter's report through another channel, or -1. Times are Shanghai's, to the second; points are WGS84.
    """
    rng = np.random.default_rng([seed, 6])
    leaf = rng.choice(len(leaves), count, p=(leaves["weight"] / leaves["weight"].sum()).to_numpy())
    day = _days(leaves, leaf, days, rng)
    grid = _grids(place, leaves, leaf, planted, rng)
    outbreak = _break_out(planted, leaf, day, grid, rng)
    second = _seconds(leaves, leaf, rng)
    order = np.lexsort((second, day))
    leaf, day, grid, outbreak, second = (each[order] for each in (leaf, day, grid, outbreak, second))
    source = rng.choice(["grid_app", "hotline", "petition"], count, p=_shares()).astype(object)
    source[outbreak >= 0] = np.where(rng.random((outbreak >= 0).sum()) < 0.7, "grid_app", "hotline")
    happened = pd.DataFrame(
        {"reported": days.start + (day * SECONDS_A_DAY + second).astype("timedelta64[s]"), "source": source}
    )
    happened = happened.assign(leaf=leaf, grid=grid, outbreak=outbreak, twin=-1)
    happened[["lon", "lat"]] = somewhere(grid_spots(place, seed), grid, rng)
    happened = _in_trouble(happened, planted, seed)
    happened = _with_twins(happened, days, rng)
    happened["channel"] = rng.choice(list(_CHANNELS), count, p=list(_CHANNELS.values()))
    happened["no"] = _numbers(happened)
    return happened


def _in_trouble(happened: pd.DataFrame, planted: Plan, seed: int) -> pd.DataFrame:
    """The incidents of planted trouble from its sources, from one spot where it says so; `is_chain` marks those of a chain."""
    rng = np.random.default_rng([seed, 32])
    happened["is_chain"] = False
    for index, trouble in enumerate(planted.trouble, len(planted.outbreaks)):
        own = np.flatnonzero(happened["outbreak"] == index)
        happened.loc[own, "source"] = np.resize(np.array(trouble.sources, dtype=object), len(own))
        happened.loc[own, "is_chain"] = trouble.is_chain
        if trouble.is_spot:
            first = np.repeat(happened.loc[own[:1], ["lon", "lat"]].to_numpy(), len(own), axis=0)
            happened.loc[own, ["lon", "lat"]] = nudged(first, 8.0, rng)
    return happened


def _shares() -> list[float]:
    return [1 - HOTLINE_SHARE - PETITION_SHARE, HOTLINE_SHARE, PETITION_SHARE]


def _days(leaves: pd.DataFrame, leaf: np.ndarray, days: Days, rng: np.random.Generator) -> np.ndarray:
    season = leaves["season"].to_numpy()[leaf]
    day = np.empty(len(leaf), dtype=np.int64)
    for name in SEASONS:
        own = season == name
        day[own] = rng.choice(days.count, int(own.sum()), p=busyness(days, name, rng))
    return day


def _grids(
    place: Geography, leaves: pd.DataFrame, leaf: np.ndarray, planted: Plan, rng: np.random.Generator
) -> np.ndarray:
    """More where more people live; some matters belong to the town, some to the country; a few grids are hot."""
    grids = place.grids
    weight = grids["population"].to_numpy() * rng.lognormal(0, 0.3, len(grids))
    weight[planted.hot_grids] *= HOT_FACTOR
    is_urban = (grids["kind"] == "城市").to_numpy()
    lean = {"any": np.ones(len(grids)), "urban": np.where(is_urban, 1.0, 0.3), "rural": np.where(is_urban, 0.04, 1.0)}
    where, grid = leaves["place"].to_numpy()[leaf], np.empty(len(leaf), dtype=np.int64)
    for name, factor in lean.items():
        own = where == name
        grid[own] = rng.choice(len(grids), int(own.sum()), p=weight * factor / (weight * factor).sum())
    return grid


def _break_out(
    planted: Plan, leaf: np.ndarray, day: np.ndarray, grid: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Turn some incidents into those of the planted outbreaks, and after those of the trouble; which each belongs to, or -1."""
    outbreak = np.full(len(leaf), -1)
    rows = rng.permutation(len(leaf))
    events: list[Outbreak | Trouble] = [*planted.outbreaks, *planted.trouble]
    for index, event in enumerate(events):
        own, rows = rows[: event.extra], rows[event.extra :]
        outbreak[own], leaf[own] = index, event.leaf
        day[own] = event.first_day + rng.integers(0, event.days, len(own))
        grid[own] = rng.choice(event.grids, len(own))
    return outbreak


def _seconds(leaves: pd.DataFrame, leaf: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    clock, hour = leaves["hours"].to_numpy()[leaf], np.empty(len(leaf), dtype=np.int64)
    for name in np.unique(clock):
        own = clock == name
        hour[own] = rng.choice(24, int(own.sum()), p=hour_shares(name))
    return hour * 3600 + rng.integers(0, 3600, len(leaf))


def _with_twins(happened: pd.DataFrame, days: Days, rng: np.random.Generator) -> pd.DataFrame:
    """Some hotline tickets become calls about what a grid worker reported hours before, steps away."""
    calls = np.flatnonzero((happened["source"] == "hotline") & (happened["outbreak"] < 0))
    reports = np.flatnonzero((happened["source"] == "grid_app") & (happened["outbreak"] < 0))
    count = min(len(reports), max(3, round(DUPLICATE_SHARE * len(calls))), len(calls))
    call, report = rng.choice(calls, count, replace=False), rng.choice(reports, count, replace=False)
    happened.loc[call, ["leaf", "grid"]] = happened.loc[report, ["leaf", "grid"]].to_numpy()
    happened.loc[call, ["lon", "lat"]] = nudged(happened.loc[report, ["lon", "lat"]].to_numpy(), 3.0, rng)
    later = happened["reported"].to_numpy()[report] + rng.integers(900, 72_000, count).astype("timedelta64[s]")
    happened.loc[call, "reported"] = np.minimum(later, days.until - np.timedelta64(1, "s"))
    happened.loc[call, "twin"], happened.loc[report, "twin"] = report, call
    order = np.argsort(happened["reported"].to_numpy(), kind="stable")
    place_now = np.empty(len(order), dtype=np.int64)
    place_now[order] = np.arange(len(order))
    happened = happened.iloc[order].reset_index(drop=True)
    happened["twin"] = np.where(happened["twin"] >= 0, place_now[happened["twin"].clip(lower=0)], -1)
    return happened


def _numbers(happened: pd.DataFrame) -> np.ndarray:
    """The source's own number: its letters, the day and a serial of that day."""
    day = happened["reported"].to_numpy().astype("datetime64[D]")
    serial = happened.groupby(["source", pd.Series(day, name="day")]).cumcount().to_numpy() + 1
    stamp = np.char.replace(day.astype(str), "-", "")
    parts = zip(happened["source"], stamp, serial, strict=True)
    return np.array(
        [f"{_NUMBER[source][0]}{text}{number:0{_NUMBER[source][1]}d}" for source, text, number in parts], dtype=object
    )
