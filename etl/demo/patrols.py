"""Patrols of the demo's grid teams, as the grid platform exports them: GB18030 CSV by quarter, of the last months only."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from etl.demo import words
from etl.demo.days import SECONDS_A_DAY, Days
from etl.demo.dirt import Layout, chosen, dirtied
from etl.demo.export import Mark, Row, clock, csv_bytes, rows_of
from etl.demo.geography import Geography

COLUMNS = [
    "巡查编号", "开始时间", "结束时间", "网格编码", "网格名称", "所属社区", "所属镇街", "工号", "巡查人", "联系电话",
    "巡查方式", "巡查里程(米)", "发现事件数", "巡查情况",
]  # fmt: skip
LAYOUT = Layout(COLUMNS, "巡查编号", "开始时间", "结束时间", "巡查情况", code="网格编码", is_over_in_a_day=True)
A_GRID_A_DAY = 0.685
"""Patrols to be expected of a grid on any day of the year; says how many days so many patrols fill."""
FEWEST_DAYS = 14
SELDOM_GRIDS, SELDOM_FACTOR = 12, 0.08
"""Planted: so many grids are patrolled so much less often than they would be."""
_DAY_OFF, _TWICE = 0.23, 0.06
_TURNS = {"专职网格员": 6.0, "兼职网格员": 3.0, "网格长": 1.5, "网格警员": 0.8, "社会力量": 0.5}
"""How often each role goes, one against another."""
_HOURS = np.array([0, 0, 0, 0, 0, 0, 2, 9, 17, 18, 11, 4, 3, 6, 14, 16, 10, 5, 4, 3, 1, 0, 0, 0], dtype=float)
_METRES_A_MINUTE = {"步行": 45.0, "电动车": 110.0, "汽车": 240.0}
_MEANS = {"城市": (0.8, 0.19, 0.01), "农村": (0.5, 0.45, 0.05), "山区": (0.4, 0.3, 0.3)}
FOUND_A_PATROL = 0.42


def seldom(place: Geography, seed: int) -> np.ndarray:
    """Row numbers of the grids that are hardly ever patrolled."""
    rng = np.random.default_rng([seed, 19])
    return np.sort(rng.choice(len(place.grids), SELDOM_GRIDS, replace=False))


def patrolled(place: Geography, posts: pd.DataFrame, days: Days, count: int, seed: int) -> pd.DataFrame:
    """Some `count` patrols up to the end, in order of `started`: `no`, `grid`, `post` (row numbers), `ended`, `means` and so on.

    They fill as many of the last days as so many patrols take, though no fewer than `FEWEST_DAYS`. Times are Shanghai's.
    """
    rng = np.random.default_rng([seed, 20])
    length = int(np.clip(round(count / (A_GRID_A_DAY * len(place.grids))), FEWEST_DAYS, days.count))
    day, grid = _rounds(place, days, length, seldom(place, seed), rng)
    second = rng.choice(24, len(day), p=_HOURS / _HOURS.sum()) * 3600 + rng.integers(0, 3600, len(day))
    order = np.lexsort((second, day))
    day, grid, second = day[order], grid[order], second[order]
    minutes = np.clip(rng.lognormal(4.0, 0.45, len(day)), 8, 300)
    started = days.start + (day * SECONDS_A_DAY + second).astype("timedelta64[s]")
    ended = np.minimum(started + (60 * minutes).astype(np.int64).astype("timedelta64[s]"), days.until - 1)
    patrols = pd.DataFrame({"started": started, "ended": ended, "grid": grid})
    patrols["post"] = _who(posts, grid, started, rng)
    patrols["means"] = _by_what(place.grids["kind"].to_numpy()[grid], rng)
    pace = patrols["means"].map(_METRES_A_MINUTE).to_numpy() * rng.lognormal(0, 0.25, len(day))
    patrols["distance_m"] = np.round(minutes * pace, -1).astype(int)
    patrols["found"] = rng.poisson(FOUND_A_PATROL, len(day))
    return patrols.assign(no=_numbers(started))


def _rounds(
    place: Geography, days: Days, length: int, seldom: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Day and grid of each patrol: most grids on most workdays, fewer on days off, now and then twice a day."""
    often = rng.beta(18, 3, len(place.grids))
    often[seldom] *= SELDOM_FACTOR
    number = np.arange(days.count - length, days.count)
    chance = np.where(days.is_workday[number], 1.0, _DAY_OFF)[:, None] * often
    goes = (rng.random(chance.shape) < chance).astype(int)
    goes *= 1 + (rng.random(chance.shape) < _TWICE)
    day, grid = np.nonzero(goes)
    times = goes[day, grid]
    return np.repeat(number[day], times), np.repeat(grid, times)


def _who(posts: pd.DataFrame, grid: np.ndarray, started: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Row number of the post that goes: one of the grid's, full-time workers most often; who is new, not before coming."""
    first = np.searchsorted(posts["grid"].to_numpy(), np.arange(grid.max() + 2))
    turns = np.cumsum(posts["role"].map(_TURNS).to_numpy())
    below = np.r_[0.0, turns][first]
    drawn = below[grid] + rng.random(len(grid)) * (below[grid + 1] - below[grid])
    post = np.clip(np.searchsorted(turns, drawn, side="right"), first[grid], first[grid + 1] - 1)
    since = posts["since"].to_numpy().astype("datetime64[s]")
    oldest = posts.groupby("grid")["since"].idxmin().reindex(range(len(first) - 1)).to_numpy()
    return np.where(since[post] > started, oldest[grid], post).astype(int)


def _by_what(kinds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    means = np.empty(len(kinds), dtype=object)
    for kind, shares in _MEANS.items():
        own = kinds == kind
        means[own] = rng.choice(list(_METRES_A_MINUTE), int(own.sum()), p=shares)
    return means


def _numbers(started: np.ndarray) -> list[str]:
    """The platform's own number: letters, the day and a serial of that day."""
    day = pd.Series(started.astype("datetime64[D]"))
    serial = day.groupby(day).cumcount() + 1
    return [f"XC{stamp}{number:05d}" for stamp, number in zip(day.dt.strftime("%Y%m%d"), serial, strict=True)]


def write(out: Path, patrols: pd.DataFrame, place: Geography, posts: pd.DataFrame, seed: int) -> Iterator[list[Mark]]:
    """Write every quarter's file into `out`; the marks of each as it is done."""
    rng = np.random.default_rng([seed, 21])
    eligible = ~patrols["grid"].isin(seldom(place, seed)).to_numpy()
    kinds = chosen(len(patrols), eligible, LAYOUT, rng)
    quarter = patrols["started"].dt.to_period("Q")
    for period in quarter.unique():
        own = (quarter == period).to_numpy()
        file = f"演示_巡查记录_{period.year}Q{period.quarter}.csv"
        rows, marks = dirtied(file, table(patrols[own], place, posts, rng), kinds[own], LAYOUT, 2, rng)
        (out / file).write_bytes(csv_bytes(COLUMNS, rows, "gb18030"))
        yield marks


def table(patrols: pd.DataFrame, place: Geography, posts: pd.DataFrame, rng: np.random.Generator) -> list[Row]:
    """The patrols as the platform writes them, in order of `COLUMNS`."""
    grid, post = place.grids.iloc[patrols["grid"]], posts.iloc[patrols["post"]]
    cells = [
        patrols["no"], clock(patrols["started"]), clock(patrols["ended"]), grid["code"], grid["name"], grid["community"],
        grid["town"], post["no"], post["name"], post["phone"], patrols["means"], patrols["distance_m"].astype(str),
        patrols["found"].astype(str), words.rounds(patrols["found"].to_numpy(), rng),
    ]  # fmt: skip
    return rows_of(dict(zip(COLUMNS, cells, strict=True)))
