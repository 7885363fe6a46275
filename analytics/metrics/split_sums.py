"""A split counted once for every area, and added up for any of them: another area is no other question to the warehouse."""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answers import metric_question
from analytics.metrics.area_sums import PARTS, Floats, ladder, places, within
from analytics.metrics.fact_sql import by_area_sql, values_in
from analytics.metrics.metric import Metric
from analytics.metrics.splits import TIMES, split_of
from analytics.view import View, used_categories

CELLS_AT_MOST = 600_000
"""An area's day, or category, is a cell; of more, a question for one area alone costs less than to keep them all."""
FEW = 30


@dataclass(frozen=True)
class SplitSums:
    """For each pair of area and key that has rows: the area's place on the ladder, the key's place in `keys`, and the parts."""

    place: npt.NDArray[np.int32]
    key: npt.NDArray[np.int32]
    keys: list[Any]
    numerator: Floats
    denominator: Floats | None


def is_worth_keeping(view: View, by: str) -> bool:
    """Whether all areas' keys together are few enough, and likely to be asked for again: not where filters narrow them."""
    if any((view.category, view.channel, view.department, view.source)):
        return False
    if by in TIMES and by not in ("hour", "weekday", "holiday"):
        keys = (view.until - view.since).days + 1
    else:
        keys = len(used_categories(view.as_of)) if by.startswith("category") else FEW
    return keys * len(ladder(view.as_of).area_ids) <= 2 * CELLS_AT_MOST  # areas above the grids have few of their own


@metric_question
def split_by_area(cursor: duckdb.DuckDBPyConnection, view: View, metric: Metric, by: str) -> SplitSums:
    """The metric's parts for every area by itself and every key."""
    sql = by_area_sql(metric, view, split_of(metric, by))
    rows = cursor.execute(sql, values_in(sql, view, by)).df()
    codes, keys = pd.factorize(rows["key"], use_na_sentinel=False)
    parts = {name: rows[name].to_numpy(np.float64, na_value=0.0) for name in PARTS}
    return SplitSums(
        place=places(view.as_of, rows["place"].to_numpy(object)).astype(np.int32),
        key=codes.astype(np.int32),
        keys=list(keys),
        numerator=parts["numerator"],
        denominator=parts["denominator"] if metric.has_own_denominator else None,
    )


def split_within(view: View, sums: SplitSums) -> pd.DataFrame:
    """`key, numerator, denominator` for the view's area and what may be seen of it, in the keys' order."""
    mine = within(view, ladder(view.as_of))[sums.place]
    keys, count = sums.key[mine], len(sums.keys)
    some = np.flatnonzero(np.bincount(keys, minlength=count))
    parts = {
        name: np.full(len(some), np.nan) if part is None else np.bincount(keys, part[mine], count)[some]
        for name, part in (("numerator", sums.numerator), ("denominator", sums.denominator))
    }
    return pd.DataFrame({"key": pd.Series([sums.keys[n] for n in some]), **parts})
