"""Did it get better because the work got faster, or because other work came in? A change split into mix and speed.

The value of the whole is the mean of its keys' values weighted by their shares of the cases. Its change is split as
Kitagawa (1955, Journal of the American Statistical Association 50, 1168–1194) does, without a rest:
- mix: change of a key's share × how far its value (mean of both periods) lies from the whole's;
- within: change of its value × its share (mean of both periods).
A key that one of the periods lacks has no change within: all of it is mix. The parts add up exactly to the change.
"""

from dataclasses import dataclass

import duckdb
import pandas as pd

from analytics.answers import fact_question
from analytics.metrics import measure_by
from analytics.timeliness.cases import case_counts
from analytics.timeliness.survival import life_table, restricted_means
from analytics.view import View

HORIZON_HOURS = 168.0


@dataclass(frozen=True)
class Comparison:
    """Value of the whole before and now, and its change in parts: `now - before == mix + within`.

    `keys`, largest effect first: `key, n_before, n_now, value_before, value_now, mix, within, total`, adding up to them.
    """

    before: float
    now: float
    mix: float
    within: float
    keys: pd.DataFrame


def compare_on_time(view: View, by: str) -> Comparison | None:
    """The on-time share (0 to 1) of cases due in the view's period against the period before, by department or the like.

    None where there is no earlier period, or a period without cases.
    """
    earlier = view.before()
    return split(_on_time(earlier, by), _on_time(view, by)) if earlier else None


def compare_resolution(view: View, by: str, horizon_hours: float = HORIZON_HOURS) -> Comparison | None:
    """Mean hours to close within a horizon (7 days unless told) of cases reported in the period, against the period before.

    A key's value is the area under its Kaplan–Meier curve up to the horizon: a case that takes longer counts as the
    horizon, one still open for what is known. Each period is seen as at its own end, so that both are known equally well.
    The whole is the weighted mean of its keys. None as in `compare_on_time`.
    """
    earlier = view.before()
    if earlier is None:
        return None
    return split(restricted_means_by(earlier, by, horizon_hours), restricted_means_by(view, by, horizon_hours))


@fact_question
def restricted_means_by(
    cursor: duckdb.DuckDBPyConnection, view: View, by: str, horizon_hours: float = HORIZON_HOURS
) -> pd.DataFrame:
    """`key, n, value, is_followed`: mean hours to close within the horizon; not followed: nobody was watched that long."""
    means = restricted_means(life_table(case_counts(cursor, view, by)), horizon_hours)
    return means.rename(columns={"group": "key", "mean_hours": "value"})


def _on_time(view: View, by: str) -> pd.DataFrame:
    rows = measure_by(view, "on_time_rate", by)
    return rows.assign(n=rows["denominator"], value=rows["numerator"] / rows["denominator"])[["key", "n", "value"]]


def split(before: pd.DataFrame, now: pd.DataFrame) -> Comparison | None:
    """The change between two frames of `key, n, value` (a mean or a share, and of how many), split into mix and within."""
    if before.empty or now.empty:
        return None
    columns = ["key", "n", "value"]
    keys = before[columns].merge(now[columns], on="key", how="outer", suffixes=("_before", "_now"))
    keys = keys.fillna({"n_before": 0, "n_now": 0}).astype({"n_before": int, "n_now": int})
    old, new = keys["n_before"] / keys["n_before"].sum(), keys["n_now"] / keys["n_now"].sum()
    was, is_ = keys["value_before"].fillna(keys["value_now"]), keys["value_now"].fillna(keys["value_before"])
    whole_before, whole_now = float((old * was).sum()), float((new * is_).sum())
    mix = (new - old) * ((was + is_) / 2 - (whole_before + whole_now) / 2)
    within = (is_ - was) * (old + new) / 2
    keys = keys.assign(mix=mix, within=within, total=mix + within)
    keys = keys.sort_values("total", key=abs, ascending=False, kind="stable").reset_index(drop=True)
    return Comparison(whole_before, whole_now, float(mix.sum()), float(within.sum()), keys)
