"""Which bins will be full in the next hours, before anybody usually comes to empty them.

Since it was last emptied a bin fills along a line: its slope is the median of the slopes between its readings (Theil 1950,
Sen 1968), which one wrong reading does not move. How sure it is that the line meets the threshold within the hours asked: from
the readings' spread about it, the slope's own error, and a pace that sways by a tenth. A bin that is full already has its alarm.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from scipy.stats import norm

from analytics.early_warning.budget import MOST_CONFIDENCE, surest
from analytics.early_warning.case_days import Floats
from analytics.early_warning.devices import readings
from analytics.early_warning.finding import Finding, Point
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_device
from analytics.early_warning.rules import Rule

KINDS = ("bin",)
DAYS, HOURS = 21, 6.0
FALL = 20.0
"""Percent: a fall by so much is an emptying, less is settling or noise."""
FULL = 90.0
FEWEST, MOST = 3, 24
"""Readings since the last emptying: with fewer there is no forecast, more than so many are not needed."""
LEAST_CONFIDENCE = 0.7
MOST_OFTEN = 0.5
"""A bin that is full on more of its days needs another round or another bin, not a warning every day."""
READING_SPREAD, SWAY, SLOPE_LOSS, NINE_IN_TEN = 1.5, 0.1, 1.2, 1.645
"""Percent that a reading is off at least; the share by which a pace sways; Theil–Sen's error against least squares, about."""
FRESH_PERIODS = 2


@dataclass(frozen=True)
class Filling:
    """By bin (rows of `register`): percent full now, percent an hour, the spread of readings, the errors of slope and level, hours since their middle."""

    register: pd.DataFrame
    level: Floats
    pace: Floats
    spread: Floats
    pace_error: Floats
    level_error: Floats
    since_middle: Floats

    def chance_full(self, hours: float) -> Floats:
        """Probability that each stands at its threshold or above so many hours from now, if nobody empties it."""
        threshold = self.register["threshold"].fillna(FULL).to_numpy(np.float64)
        error = np.sqrt(
            self.spread**2
            + (self.pace_error * (hours + self.since_middle)) ** 2
            + (SWAY * self.pace * (hours + self.since_middle)) ** 2
        )
        return np.asarray(norm.sf(threshold, self.level + self.pace * hours, error))

    def hours_to_full(self) -> tuple[Floats, Floats, Floats]:
        """When each will be full, and the earliest and latest of nine in ten; inf where it does not fill."""
        threshold = self.register["threshold"].fillna(FULL).to_numpy(np.float64)
        off = NINE_IN_TEN * np.sqrt(self.pace_error**2 + (SWAY * self.pace) ** 2)
        height = NINE_IN_TEN * self.level_error
        lines = (
            (self.level, self.pace),
            (self.level + height, self.pace + off),
            (self.level - height, self.pace - off),
        )
        middle, early, late = (
            np.where(pace > 0, np.maximum(threshold - level, 0.0) / np.maximum(pace, 1e-9), np.inf)
            for level, pace in lines
        )
        return middle, early, late


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Bins about to be full."""
    return detect(readings(look, KINDS, DAYS), scene, rule)


def detect(read: pd.DataFrame, scene: Scene, rule: Rule) -> list[Finding]:
    """From the columns of `devices.readings` of bins; a bin emptied just now, or silent, is not forecast."""
    if read.empty:
        return []
    hours = rule.limits.get("hours", HOURS)
    now = filling(read, scene)
    chance, (middle, early, late) = now.chance_full(hours), now.hours_to_full()
    comes = _hours_to_emptying(read, scene, now.register["sensor_id"])
    is_open = (now.level < now.register["threshold"].fillna(FULL).to_numpy(np.float64)) & ~(comes < middle)
    often = _often_full(read).reindex(now.register["sensor_id"]).to_numpy(np.float64)
    sure = np.where(is_open & (often <= rule.limits.get("most_often", MOST_OFTEN)), chance, 0.0)
    loud = surest(sure, rule.per_day * hours / 24) & (sure >= rule.limits.get("least_confidence", LEAST_CONFIDENCE))
    return [
        _finding(
            scene, rule, now, n, read, tuple(float(x[n]) for x in (often, sure, middle, early, late, comes)), hours
        )
        for n in np.flatnonzero(loud).tolist()
    ]


def filling(read: pd.DataFrame, scene: Scene) -> Filling:
    """The line of every bin since it was last emptied; bins with too few readings, or none lately, are left out."""
    fall = read.groupby("sensor_id")["value"].diff() <= -FALL
    turn = fall.groupby(read["sensor_id"]).cumsum()
    own = read[turn == turn.groupby(read["sensor_id"]).transform("max")].groupby("sensor_id").tail(MOST)
    size = own.groupby("sensor_id")["value"].transform("size")
    last_at = own.groupby("sensor_id")["measured_at"].transform("max")
    fresh = (scene.until - last_at).dt.total_seconds() / 60 <= FRESH_PERIODS * own["every_minutes"]
    own = own[(size >= FEWEST) & fresh]
    register = own.drop_duplicates("sensor_id", keep="last").reset_index(drop=True)
    row = own["sensor_id"].map(dict(zip(register["sensor_id"], register.index, strict=True))).to_numpy(np.int64)
    place = own.groupby("sensor_id").cumcount().to_numpy()
    hour, value = np.full((2, len(register), MOST), np.nan)
    hour[row, place] = (own["measured_at"] - scene.until).dt.total_seconds().to_numpy() / 3600
    value[row, place] = own["value"]
    return _lines(register, hour, value)


def _lines(register: pd.DataFrame, hour: Floats, value: Floats) -> Filling:
    """Theil–Sen lines through each row's points; NaN where there is none."""
    if register.empty:
        return Filling(register, *np.zeros((6, 0)))
    apart = hour[:, None, :] - hour[:, :, None]
    slopes = np.where(apart > 0, (value[:, None, :] - value[:, :, None]) / np.where(apart > 0, apart, 1.0), np.nan)
    pace = np.nanmedian(slopes.reshape(len(register), -1), axis=1)
    level = np.nanmedian(value - pace[:, None] * hour, axis=1)
    off = np.abs(value - level[:, None] - pace[:, None] * hour)
    spread = np.maximum(1.4826 * np.nanmedian(off, axis=1), READING_SPREAD)
    middle = np.nanmean(hour, axis=1)
    moment = np.sqrt(np.nansum((hour - middle[:, None]) ** 2, axis=1))
    pace_error = SLOPE_LOSS * spread / np.maximum(moment, 1e-6)
    level_error = np.hypot(pace_error * middle, SLOPE_LOSS * spread / np.sqrt(np.sum(~np.isnan(value), axis=1)))
    return Filling(register, level, pace, spread, pace_error, level_error, -middle)


def _hours_to_emptying(read: pd.DataFrame, scene: Scene, sensors: pd.Series) -> Floats:
    """How many hours until each bin is usually emptied: the median time of day of its falls; inf where it has hardly any."""
    falls = read[read.groupby("sensor_id")["value"].diff() <= -FALL]
    of_day = falls["measured_at"].dt.hour + falls["measured_at"].dt.minute / 60
    usual = of_day.groupby(falls["sensor_id"]).agg(["median", "size"])
    hour = usual["median"].where(usual["size"] >= FEWEST).reindex(sensors).to_numpy(np.float64)
    now = scene.until.hour + scene.until.minute / 60
    return np.where(np.isnan(hour), np.inf, (hour - now) % 24)


def _often_full(read: pd.DataFrame) -> pd.Series:
    """By bin the share of its days on which it was full; never nought."""
    is_full = read["value"] >= read["threshold"].fillna(FULL)
    days = (
        is_full.groupby([read["sensor_id"], read["measured_at"].dt.date])
        .any()
        .groupby("sensor_id")
        .agg(["sum", "size"])
    )
    return (days["sum"] + 0.5) / (days["size"] + 1)


def _finding(
    scene: Scene, rule: Rule, now: Filling, n: int, read: pd.DataFrame, rest: tuple[float, ...], hours: float
) -> Finding:
    often, sure, middle, early, late, comes = rest
    row = now.register.iloc[n]
    own = read[read["sensor_id"] == row["sensor_id"]].tail(60)
    usual, top = float(own["value"].median()), float(row["threshold"]) if row["threshold"] else FULL
    series = tuple(
        Point(at.to_pydatetime(), float(value), usual, top)
        for at, value in zip(own["measured_at"], own["value"], strict=True)
    )
    level = float(np.clip(now.level[n], 0, 100))
    sign = Sign(
        kind="bin_full", subject_kind="sensor", subject=str(row["sensor_id"]), areas=[a for a in [row["area_id"]] if a],
        since=scene.until - timedelta(hours=round(float(now.since_middle[n]) * 2)), observed=level, expected=usual, unit="percent",
        probability=often, confidence=min(sure, MOST_CONFIDENCE), impact=impact_of_device("bin"), series=series,
        facts={"device": "bin", "name": row["name"] or "", "hours": round(middle, 1), "low": round(early, 1), "pace": round(float(now.pace[n]), 2),
               "high": round(late, 1) if np.isfinite(late) else None, "threshold": top, "compared": "own_days",
               "emptied_in": round(comes, 1) if np.isfinite(comes) else None, "within": hours},
    )  # fmt: skip
    return finding(scene, rule, sign)
