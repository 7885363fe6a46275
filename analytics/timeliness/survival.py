"""How long do cases take when some of them are still open? Kaplan–Meier, from counts, for many groups at once.

Counts are `hours, closed, open`, one row a duration: so many cases closed after that many hours, so many were still
open when last looked at. A case closed and one censored at the same hour: the closed one counts first (Kaplan & Meier 1958).
Intervals are 95 % and log-log by default; `limits.py` says why.
"""

from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, eq=False)
class Lives:
    """The life tables of several groups one below the other, as arrays: a row for each hour at which something was seen.

    `code` is the number of the row's group in `names`, rising; the rest is as in `life_table`, `greenwood` relative.
    """

    names: pd.Index | npt.NDArray[np.object_]
    code: npt.NDArray[np.int64]
    hours: Floats
    at_risk: Floats
    closed: Floats
    open: Floats
    survival: Floats
    greenwood: Floats

    def summed(self, values: Floats) -> Floats:
        """Of each group."""
        return np.bincount(self.code, values, len(self.names)).astype(np.float64)


def lives(counts: pd.DataFrame) -> Lives:
    """From `group, hours, closed, open`, groups in the order they came; `SurvivalError` as in `kaplan_meier`."""
    hours, closed, left_open = (counts[name].to_numpy(np.float64) for name in ("hours", "closed", "open"))
    _check(hours, closed, left_open)
    codes, names = pd.factorize(counts["group"], use_na_sentinel=False)
    code, hours, closed, left_open = _added_up(codes, hours, closed, left_open)
    first = np.flatnonzero(np.diff(code, prepend=-1))
    rows = np.diff(first, append=len(code))
    leaving = closed + left_open
    gone = np.cumsum(leaving)
    at_risk = np.repeat(np.add.reduceat(leaving, first) if len(first) else leaving, rows) - (
        gone - leaving - np.repeat((gone - leaving)[first], rows)
    )
    staying = at_risk - closed
    terms = np.divide(closed, at_risk * staying, out=np.zeros(len(code)), where=staying > 0)
    survival, greenwood = np.ones(len(code)), np.zeros(len(code))
    for since, until in zip(first, first + rows, strict=True):
        survival[since:until] = np.cumprod(staying[since:until] / at_risk[since:until])
        greenwood[since:until] = np.cumsum(terms[since:until])
    return Lives(names, code, hours, at_risk, closed, left_open, survival, greenwood)


def _added_up(
    codes: npt.NDArray[np.intp], hours: Floats, closed: Floats, left_open: Floats
) -> tuple[npt.NDArray[np.int64], Floats, Floats, Floats]:
    """One row for each group and hour at which a case was seen, in order."""
    some = closed + left_open > 0
    order = np.lexsort((hours[some], codes[some]))
    code, at = codes[some][order].astype(np.int64), hours[some][order]
    new = np.flatnonzero((np.diff(code, prepend=-1) != 0) | (np.diff(at, prepend=-1.0) != 0))
    parts = [np.add.reduceat(part[some][order], new) if len(new) else part[:0] for part in (closed, left_open)]
    return code[new], at[new], parts[0], parts[1]


def life_table(counts: pd.DataFrame, interval: str = "log-log") -> pd.DataFrame:
    """From `group, hours, closed, open`: `group, hours, at_risk, closed, open, survival, variance, low, high`.

    One row for each hour at which something was seen, groups in the order they came, null a group like any other.
    `survival` is the share open for longer; `variance` is Greenwood's (1926), nought where nothing is left. `interval` is
    log-log, log or plain; where survival has come to 0 no interval exists and `low`, `high` are NaN.
    """
    table = lives(counts)
    low, high = LIMITS[interval](table.survival, np.sqrt(table.greenwood))
    whole = {name: getattr(table, name).astype(np.int64) for name in ("at_risk", "closed", "open")}
    return pd.DataFrame(
        {
            "group": table.names.take(table.code), "hours": table.hours, **whole, "survival": table.survival,
            "variance": table.survival**2 * table.greenwood, "low": low, "high": high,
        }
    )  # fmt: skip


def _check(hours: Floats, closed: Floats, left_open: Floats) -> None:
    if not (hours >= 0).all():
        raise SurvivalError(
            "A duration is missing or negative: leave out cases without a start, mend those ended before."
        )
    if (closed < 0).any() or (left_open < 0).any():
        raise SurvivalError("A count of cases is below nought.")


def quantiles(table: pd.DataFrame, share: float) -> pd.DataFrame:
    """When `share` of each group is closed, from a life table: `group, hours, low, high`, in hours.

    The first hour at which survival is at or under `1 - share`; limits where the interval's own limits are (Brookmeyer &
    Crowley 1982). inf: not reached. A low limit is NaN where the curve falls to 0 before one is known.
    """
    codes, names = pd.factorize(table["group"], use_na_sentinel=False)
    curve = tuple(table[name].to_numpy(np.float64) for name in ("survival", "low", "high"))
    hours, low, high = _quantiles(codes, len(names), table["hours"].to_numpy(np.float64), curve, share)
    return pd.DataFrame({"group": names, "hours": hours, "low": low, "high": high})


def _quantiles(
    codes: npt.NDArray[np.int64], groups: int, hours: Floats, curve: tuple[Floats, ...], share: float
) -> tuple[Floats, Floats, Floats]:
    """Hours at which each group's survival, and its low and high limits, first are at or under `1 - share`."""
    first = []
    for values in curve:
        reached, found = values <= 1 - share + TOLERANCE, np.full(groups, np.inf)
        np.minimum.at(found, codes[reached], hours[reached])
        first.append(found)
    at, low, high = first
    low = np.where(np.isinf(at) | (low <= at), low, np.nan)
    return at, low, high


def quantile(table: pd.DataFrame, share: float) -> Quantile:
    """The same for the one group of `kaplan_meier`; inf throughout where there were no cases."""
    rows = quantiles(table, share)
    if rows.empty:
        return Quantile(np.inf, np.inf, np.inf)
    return Quantile(float(rows["hours"].iloc[0]), float(rows["low"].iloc[0]), float(rows["high"].iloc[0]))


def resolution_times(counts: pd.DataFrame) -> pd.DataFrame:
    """From `group, hours, closed, open`: `group, n, events, p50, p50_low, p50_high, p90, p90_low, p90_high`, a row a group.

    `n` cases, of which `events` closed; the rest are hours as in `quantiles`. Groups without a case are left out.
    """
    table = lives(counts)
    curve = (table.survival, *LIMITS["log-log"](table.survival, np.sqrt(table.greenwood)))
    closed, n = table.summed(table.closed), table.summed(table.closed + table.open)
    parts: dict[str, Any] = {"group": table.names, "n": n.astype(np.int64), "events": closed.astype(np.int64)}
    for name, share in (("p50", 0.5), ("p90", 0.9)):
        found = _quantiles(table.code, len(table.names), table.hours, curve, share)
        parts |= dict(zip((name, f"{name}_low", f"{name}_high"), found, strict=True))
    return pd.DataFrame(parts)[n > 0].reset_index(drop=True)


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
