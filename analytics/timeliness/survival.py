"""How long do cases take when some of them are still open? Kaplan–Meier, from counts, for many groups at once.

Counts are `hours, closed, open`, one row a duration: so many cases closed after that many hours, so many were still
open when last looked at. A case closed and one censored at the same hour: the closed one counts first (Kaplan & Meier 1958).
Intervals are 95 % and log-log by default; `limits.py` says why.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.timeliness.errors import TimelinessError
from analytics.timeliness.limits import LIMITS, Floats

TOLERANCE = 1e-9
"""Survival is a product of fractions: 0.5 may come out a hair above. Two steps of it lie 1/n apart, far more than this."""


class SurvivalError(TimelinessError):
    """Durations that cannot be: negative, missing, or counts below nought."""


@dataclass(frozen=True)
class Quantile:
    """Hours by which a share of the cases is closed, with its 95 % interval; inf where the curve never gets there."""

    hours: float
    low: float
    high: float


def kaplan_meier(
    hours: npt.ArrayLike, is_closed: npt.ArrayLike, counts: npt.ArrayLike | None = None, interval: str = "log-log"
) -> pd.DataFrame:
    """The life table of one group of cases: how long each was watched, whether it closed then, how many such cases.

    Columns as in `life_table`; cases in any order. `SurvivalError` for a missing or negative duration or count.
    """
    lasted = np.asarray(hours, dtype=np.float64)
    closed = np.asarray(is_closed, dtype=bool)
    n = np.ones(lasted.shape, dtype=np.int64) if counts is None else np.asarray(counts)
    rows = {"group": 0, "hours": lasted, "closed": np.where(closed, n, 0), "open": np.where(closed, 0, n)}
    return life_table(pd.DataFrame(rows), interval)


def life_table(counts: pd.DataFrame, interval: str = "log-log") -> pd.DataFrame:
    """From `group, hours, closed, open`: `group, hours, at_risk, closed, open, survival, variance, low, high`.

    One row for each hour at which something was seen, groups in the order they came, null a group like any other.
    `survival` is the share open for longer; `variance` is Greenwood's (1926), nought where nothing is left. `interval` is
    log-log, log or plain; where survival has come to 0 no interval exists and `low`, `high` are NaN.
    """
    _check(counts)
    codes, names = pd.factorize(counts["group"], use_na_sentinel=False)
    rows = counts.assign(code=codes)[(counts["closed"] + counts["open"]) > 0]
    rows = rows.groupby(["code", "hours"], as_index=False)[["closed", "open"]].sum()
    rows = rows.assign(group=names.take(rows["code"].to_numpy()), at_risk=_at_risk(rows))
    share, greenwood = _product(rows)
    low, high = LIMITS[interval](share, np.sqrt(greenwood))
    rows = rows.assign(survival=share, variance=share**2 * greenwood, low=low, high=high)
    return rows[["group", "hours", "at_risk", "closed", "open", "survival", "variance", "low", "high"]]


def _at_risk(rows: pd.DataFrame) -> pd.Series:
    leaving = rows["closed"] + rows["open"]
    per_group = leaving.groupby(rows["code"])
    return per_group.transform("sum") - per_group.cumsum() + leaving


def _product(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """Survival, and Greenwood's sum: its relative variance."""
    staying = rows["at_risk"] - rows["closed"]
    survival = (staying / rows["at_risk"]).groupby(rows["code"]).cumprod()
    terms = (rows["closed"] / (rows["at_risk"] * staying)).where(staying > 0, 0.0)
    return survival.to_numpy(np.float64), terms.groupby(rows["code"]).cumsum().to_numpy(np.float64)


def _check(counts: pd.DataFrame) -> None:
    if not (counts["hours"] >= 0).all():
        raise SurvivalError(
            "A duration is missing or negative: leave out cases without a start, mend those ended before."
        )
    if (counts["closed"] < 0).any() or (counts["open"] < 0).any():
        raise SurvivalError("A count of cases is below nought.")


def quantiles(table: pd.DataFrame, share: float) -> pd.DataFrame:
    """When `share` of each group is closed, from a life table: `group, hours, low, high`, in hours.

    The first hour at which survival is at or under `1 - share`; limits where the interval's own limits are (Brookmeyer &
    Crowley 1982). inf: not reached. A low limit is NaN where the curve falls to 0 before one is known.
    """
    codes, names = pd.factorize(table["group"], use_na_sentinel=False)
    first = {name: _first(table, column, share, codes, len(names)) for name, column in _LIMITS.items()}
    low = np.where(first["low"] <= first["hours"], first["low"], np.nan)
    low = np.where(np.isinf(first["hours"]), first["low"], low)
    return pd.DataFrame({"group": names, "hours": first["hours"], "low": low, "high": first["high"]})


_LIMITS = {"hours": "survival", "low": "low", "high": "high"}


def _first(table: pd.DataFrame, column: str, share: float, codes: npt.NDArray[np.intp], groups: int) -> Floats:
    reached = (table[column] <= 1 - share + TOLERANCE).to_numpy(dtype=bool)
    found = np.full(groups, np.inf)
    np.minimum.at(found, codes[reached], table["hours"].to_numpy(np.float64)[reached])
    return found


def quantile(table: pd.DataFrame, share: float) -> Quantile:
    """The same for the one group of `kaplan_meier`; inf throughout where there were no cases."""
    rows = quantiles(table, share)
    if rows.empty:
        return Quantile(np.inf, np.inf, np.inf)
    return Quantile(float(rows["hours"].iloc[0]), float(rows["low"].iloc[0]), float(rows["high"].iloc[0]))


def resolution_times(counts: pd.DataFrame) -> pd.DataFrame:
    """From `group, hours, closed, open`: `group, n, events, p50, p50_low, p50_high, p90, p90_low, p90_high`, a row a group.

    `n` cases, of which `events` closed; the rest are hours as in `quantiles`. Empty in, empty out.
    """
    table = life_table(counts)
    sums = table.groupby("group", sort=False, dropna=False)[["closed", "open"]].sum()
    parts = {"group": sums.index, "n": (sums["closed"] + sums["open"]).to_numpy(), "events": sums["closed"].to_numpy()}
    for name, share in (("p50", 0.5), ("p90", 0.9)):
        rows = quantiles(table, share)
        parts |= {name: rows["hours"], f"{name}_low": rows["low"], f"{name}_high": rows["high"]}
    return pd.DataFrame(parts)


def restricted_means(table: pd.DataFrame, horizon_hours: float) -> pd.DataFrame:
    """Mean hours within a horizon, from a life table: `group, n, mean_hours, is_followed`, a row a group.

    The area under the curve up to the horizon (Irwin 1949): the mean of min(resolution, horizon), open cases honoured.
    Where the last case seen was open before the horizon, the curve is drawn on level: at most so much, `is_followed` false.
    """
    codes, names = pd.factorize(table["group"], use_na_sentinel=False)
    per_group = table.groupby(codes)
    before, since = per_group["survival"].shift(fill_value=1.0), per_group["hours"].shift(fill_value=0.0)
    width = table["hours"].clip(upper=horizon_hours) - since.clip(upper=horizon_hours)
    last = per_group[["hours", "survival"]].last()
    rest = (horizon_hours - last["hours"].clip(upper=horizon_hours)) * last["survival"]
    means = (before * width).groupby(codes).sum() + rest
    followed = (last["survival"] <= 0) | (last["hours"] >= horizon_hours)
    n = per_group["at_risk"].first()
    parts = {"group": names, "n": n.to_numpy(), "mean_hours": means.to_numpy(), "is_followed": followed.to_numpy()}
    return pd.DataFrame(parts)
