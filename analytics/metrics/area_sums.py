"""Cases and devices counted once for all areas, and added up for any: another area is no other question to the warehouse."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answers import fact_question, metric_question, reckoning
from analytics.area import LEVELS, areas
from analytics.metrics.fact_sql import can_be_counted_together, counted_sql, together_sql, values_in
from analytics.metrics.metric import Metric
from analytics.metrics.splits import Split
from analytics.view import View

Floats = npt.NDArray[np.float64]
BY_AREA = Split("area_id", "base::varchar")
SHOWN_AT_MOST = 2000
PARTS = ("numerator", "denominator", "row_count")


@dataclass(frozen=True)
class AreaSums:
    """Numerator, denominator and rows of each area of `Ladder.area_ids`, the last for what lies in none of them."""

    numerator: Floats
    denominator: Floats | None
    row_count: Floats


@dataclass(frozen=True)
class Ladder:
    """The areas, and of each the number of the area of every level it lies in; -1 where it lies in none of that level."""

    area_ids: tuple[str, ...]
    levels: dict[str, npt.NDArray[np.int64]]
    at: dict[str, int]
    shown: dict[tuple[str | None, tuple[str, ...]], npt.NDArray[np.bool_]] = field(default_factory=dict)
    """Which areas lie in what has been chosen before."""


def everywhere(view: View, metric: Metric) -> View:
    """The same cases wherever they are: views that differ in nothing that this metric counts become one."""
    whole = replace(view, area_id=None, area_level=None, allowed=(), previous=None, period="custom", ignored=())
    return whole if metric.is_fact else replace(whole, category=None, channel=None, department=None, source=None)


@metric_question
def counted_by_area(cursor: duckdb.DuckDBPyConnection, view: View, metric: Metric) -> AreaSums:
    """The metric's parts for every area by itself, not for what lies in it."""
    sql = counted_sql(metric, view, BY_AREA)
    rows = cursor.execute(sql, values_in(sql, view, None)).fetchnumpy()
    place = places(view.as_of, rows["key"])
    numerator, denominator, row_count = (_summed(view.as_of, place, rows[name]) for name in PARTS)
    return AreaSums(numerator, denominator if metric.has_own_denominator else None, row_count)


def count_together(asked: Sequence[tuple[View, str]], metrics: Mapping[str, Metric]) -> None:
    """Count several metrics by area in one look at the incidents for all that look at the same time, and keep each.

    A page that shows a dozen numbers asks the warehouse three or four times.
    """
    looks: dict[tuple[str, bool], list[tuple[View, Metric]]] = {}
    for view, name in asked:
        metric = metrics[name].counted
        whole = everywhere(view, metric)
        if can_be_counted_together(metric) and not counted_by_area.is_kept(whole, metric):
            look = looks.setdefault((metric.period, bool(metric.only)), [])
            look += [(whole, metric)] if (whole, metric) not in look else []
    for look in looks.values():
        for (view, metric), sums in zip(look, _counted_together(look[0][0], tuple(look)), strict=True):
            counted_by_area.keep(sums, view, metric)


@fact_question
def _counted_together(
    cursor: duckdb.DuckDBPyConnection, first: View, look: tuple[tuple[View, Metric], ...]
) -> list[AreaSums]:
    """The sums of each metric of its view; the views differ in their periods only."""
    asked = together_sql(look)
    rows = cursor.execute(asked.sql, asked.values).fetchnumpy()
    place = places(first.as_of, rows["key"])
    parts = [[_summed(first.as_of, place, rows[f"{name}_{n}"]) for name in PARTS] for n in range(len(look))]
    return [
        AreaSums(numerator, denominator if metric.has_own_denominator else None, row_count)
        for (_, metric), (numerator, denominator, row_count) in zip(look, parts, strict=True)
    ]


def places(as_of: int | None, keys: Any) -> npt.NDArray[np.int64]:
    """Where each area stands on the ladder; the place after the last for what lies in none."""
    at = ladder(as_of).at
    return np.array([at.get(key, len(at)) for key in np.ma.filled(keys, None)], dtype=np.int64)


def _summed(as_of: int | None, place: npt.NDArray[np.int64], values: Any) -> Floats:
    return _added(place, np.ma.filled(np.ma.asarray(values, dtype=np.float64), 0.0), len(ladder(as_of).at) + 1)


def _added(place: npt.NDArray[np.int64], values: Floats, count: int) -> Floats:
    return np.bincount(place, values, count).astype(np.float64)


@reckoning
def ladder(as_of: int | None) -> Ladder:
    """Every area with what it lies in."""
    known = areas(as_of)
    at = {area_id: n for n, area_id in enumerate(known)}
    levels = {level: np.full(len(at) + 1, -1, dtype=np.int64) for level in LEVELS}
    for n, area in enumerate(known.values()):
        for above in area.path:
            levels[known[above].level][n] = at[above]
    return Ladder(tuple(known), levels, at)


def added_up(view: View, sums: AreaSums, by: str | None) -> pd.DataFrame:
    """`key, numerator, denominator` for the view's area and what may be seen of it, whole by None or by a level of areas."""
    rungs = ladder(view.as_of)
    shown = within(view, rungs)
    if by is None:
        whole = np.zeros(int(shown.sum()), dtype=np.int64)
        return _frame([None], sums, lambda part: _added(whole, part[shown], 1))
    count = len(rungs.area_ids) + 1
    keys = np.where(rungs.levels[by] < 0, count - 1, rungs.levels[by])[shown]
    groups = _added(keys, sums.row_count[shown], count)
    order = sorted(np.flatnonzero(groups), key=lambda n: rungs.area_ids[n] if n < count - 1 else "\U0010ffff")
    names = [rungs.area_ids[n] if n < count - 1 else None for n in order]
    return _frame(names, sums, lambda part: _added(keys, part[shown], count)[order])


def whole_of(view: View, sums: AreaSums) -> tuple[float, float | None]:
    """Numerator and denominator of the view's area, and what may be seen of it, as a whole."""
    shown = within(view, ladder(view.as_of))
    return float(sums.numerator[shown].sum()), None if sums.denominator is None else float(
        sums.denominator[shown].sum()
    )


def _frame(keys: list[str | None], sums: AreaSums, add_up: Callable[[Floats], Floats]) -> pd.DataFrame:
    lower = np.full(len(keys), np.nan) if sums.denominator is None else add_up(sums.denominator)
    columns = {"key": pd.Series(keys, dtype=object), "numerator": add_up(sums.numerator), "denominator": lower}
    return pd.DataFrame(columns)


def within(view: View, rungs: Ladder) -> npt.NDArray[np.bool_]:
    """Which areas the view shows; what lies in none shows only where nothing is chosen and everything may be seen."""
    chosen = (view.area_id, view.allowed)
    if chosen not in rungs.shown:
        if len(rungs.shown) > SHOWN_AT_MOST:
            rungs.shown.clear()
        rungs.shown[chosen] = _within(view, rungs)
    return rungs.shown[chosen]


def _within(view: View, rungs: Ladder) -> npt.NDArray[np.bool_]:
    shown = _inside(rungs, view.area_id) if view.area_id else np.ones(len(rungs.area_ids) + 1, dtype=bool)
    if view.allowed:
        shown = shown & np.logical_or.reduce([_inside(rungs, area_id) for area_id in view.allowed])
    return shown


def _inside(rungs: Ladder, area_id: str) -> npt.NDArray[np.bool_]:
    if area_id not in rungs.at:
        return np.zeros(len(rungs.area_ids) + 1, dtype=bool)
    return np.logical_or.reduce([level == rungs.at[area_id] for level in rungs.levels.values()])
