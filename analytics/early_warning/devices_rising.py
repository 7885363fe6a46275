"""Which river gauge rises faster than it ever does, and when it will be at its threshold.

The rise over the last hours against the gauge's own rises over as many hours in the last 60 days. Beyond the highest
twentieth of those the tail is taken as exponential with one and a half times their mean excess: what has not been seen yet
is thought likelier rather than rarer than it is.
"""

import numpy as np
import pandas as pd

from analytics.early_warning.budget import confidences, told
from analytics.early_warning.case_days import Floats
from analytics.early_warning.devices import readings
from analytics.early_warning.finding import Finding, Point
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_device
from analytics.early_warning.rules import Rule

KINDS = ("level_gauge",)
DAYS, HOURS = 60, 6.0
HIGH_SHARE, HEAVIER = 0.05, 1.5
FEWEST_RISES = 100


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Gauges that rise unusually fast."""
    return detect(readings(look, KINDS, DAYS), scene, rule)


def detect(read: pd.DataFrame, scene: Scene, rule: Rule) -> list[Finding]:
    """From the columns of `devices.readings`; a gauge with fewer than 100 rises known is quiet, one fallen silent too."""
    hours = rule.limits.get("hours", HOURS)
    rises = risen(read, hours)
    last = rises.groupby("sensor_id").tail(1)
    fresh = last[(scene.until - last["measured_at"]) <= pd.Timedelta(hours=hours)].set_index("sensor_id")
    chance = np.array([_chance(rises[rises["sensor_id"] == name], row) for name, row in fresh.iterrows()])
    tests = int(max(1, len(chance)) * 24 / hours)
    known = np.where(np.isnan(chance), 1.0, chance)
    loud = told(known, rule, tests) & (fresh["rise"].to_numpy(np.float64) >= rule.limits.get("least_rise", 0.0))
    sure = confidences(known, tests)
    return [
        _finding(scene, rule, str(name), fresh.loc[name], read, hours, (float(known[n]), float(sure[n]), _usual(rises, name)))
        for n, name in enumerate(fresh.index) if loud[n]
    ]  # fmt: skip


def risen(read: pd.DataFrame, hours: float) -> pd.DataFrame:
    """Each reading with `rise`: by how much it stands above the one so many hours before; without such a one it is left out."""
    now = read.sort_values(["measured_at", "sensor_id"])
    before = now[["sensor_id", "measured_at", "value"]].rename(columns={"measured_at": "before_at", "value": "before"})
    asked = now.assign(asked_at=now["measured_at"] - pd.Timedelta(hours=hours))
    joined = pd.merge_asof(
        asked, before, left_on="asked_at", right_on="before_at", by="sensor_id", tolerance=pd.Timedelta(hours=hours / 2)
    )
    rises = joined.dropna(subset="before").assign(rise=lambda f: f["value"] - f["before"])
    return rises.sort_values(["sensor_id", "measured_at"], ignore_index=True)


def _chance(own: pd.DataFrame, row: pd.Series) -> float:
    """Probability of at least this rise in one window, by the gauge's own; NaN where too little is known."""
    past = own.loc[own["measured_at"] < row["asked_at"], "rise"].to_numpy(np.float64)
    return tail(past, float(row["rise"])) if len(past) >= FEWEST_RISES else float("nan")


def tail(past: Floats, rise: float) -> float:
    """The share of past rises at least as high, and beyond the highest twentieth an exponential, heavier than theirs."""
    high = float(np.quantile(past, 1 - HIGH_SHARE))
    if rise <= high:
        return float((np.sum(past >= rise) + 1) / (len(past) + 1))
    excess = float(np.mean(past[past > high] - high)) if np.any(past > high) else float(np.std(past)) + 1e-9
    return float(HIGH_SHARE * np.exp(-(rise - high) / max(HEAVIER * excess, 1e-9)))


def _usual(rises: pd.DataFrame, name: object) -> float:
    own = rises.loc[rises["sensor_id"] == name, "rise"]
    return float(own.quantile(0.95))


def _finding(
    scene: Scene,
    rule: Rule,
    name: str,
    row: pd.Series,
    read: pd.DataFrame,
    hours: float,
    rest: tuple[float, float, float],
) -> Finding:
    chance, sure, usual = rest
    own = read[read["sensor_id"] == name].tail(96)
    middle, top = float(own["value"].median()), float(row["threshold"]) if row["threshold"] else float("nan")
    series = tuple(
        Point(at.to_pydatetime(), float(value), middle, top)
        for at, value in zip(own["measured_at"], own["value"], strict=True)
    )
    pace = float(row["rise"]) / hours
    to_top = (top - float(row["value"])) / pace if pace > 0 and top > float(row["value"]) else float("nan")
    sign = Sign(
        kind="rising", subject_kind="sensor", subject=name, areas=[a for a in [row["area_id"]] if a],
        since=row["before_at"].to_pydatetime(), observed=float(row["rise"]), expected=max(usual, 0.001), unit=str(row["unit"] or ""),
        probability=chance, confidence=sure, impact=impact_of_device(row["kind"]), series=series,
        facts={"device": row["kind"], "name": row["name"] or "", "hours": hours, "level": float(row["value"]),
               "hours_to_threshold": None if np.isnan(to_top) else round(to_top, 1), "compared": "own_rises"},
    )  # fmt: skip
    return finding(scene, rule, sign)
