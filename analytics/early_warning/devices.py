"""Which sensor stands above its threshold, and stays there: a reading alone is no warning, a lasting one is.

A sensor is over from its first reading at or above the threshold until one falls below 95 % of it (hysteresis), and is told
of once it has been over for the hold of its kind. How unusual that is: how often sensors of its kind were over for so long
in a day of the last year.
"""

from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.early_warning.budget import MOST_CONFIDENCE
from analytics.early_warning.finding import Finding, Point
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_device
from analytics.early_warning.rules import Rule
from analytics.early_warning.silence_feeds import last_words

HOLD_MINUTES = {"level_gauge": 60.0, "river_fence": 60.0, "smoke": 0.0}
"""A gauge may be splashed and somebody may pass a fence; smoke is told of at once. Bins have a forecast of their own."""
HYSTERESIS = 0.05
FALSE_READING = 0.2
"""So often a single reading over the threshold is taken to be false."""
DAYS = 7
FRESH_PERIODS = 3


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Sensors that stay over their threshold."""
    kinds = tuple(HOLD_MINUTES)
    return detect(readings(look, kinds, DAYS), often_over(look, kinds), scene, rule)


@question
def readings(cursor: duckdb.DuckDBPyConnection, look: Look, kinds: tuple[str, ...], days: int) -> pd.DataFrame:
    """`sensor_id, kind, name, unit, threshold, every_minutes, area_id, measured_at, value` of the last days, by sensor and time."""
    return cursor.execute(
        """select s.sensor_id, s.kind, s.name, s.unit, s.threshold, coalesce(s.every_minutes, 60.0) as every_minutes, s.area_id,
            r.measured_at, r.value from reading r join sensor s using (sensor_id)
        where r.measured_at >= $since and r.measured_at < $until and list_contains($kinds, s.kind) and r.value is not null
        order by s.sensor_id, r.measured_at""",
        {"since": look.until - timedelta(days=days), "until": look.until, "kinds": list(kinds)},
    ).df()


@question
def often_over(cursor: duckdb.DuckDBPyConnection, look: Look, kinds: tuple[str, ...]) -> dict[str, float]:
    """By kind the share of its sensors' days of the last year on which a reading was over the threshold; never nought."""
    rows = cursor.execute(
        """select kind, (count(*) filter (is_over) + 0.5) / (count(*) + 1) from (
            select s.kind, s.sensor_id, date_trunc('day', r.measured_at) as day, bool_or(r.value >= s.threshold) as is_over
            from reading r join sensor s using (sensor_id)
            where r.measured_at >= $since and r.measured_at < $until and list_contains($kinds, s.kind) and s.threshold is not null
            group by all) group by kind""",
        {"since": look.until - timedelta(days=365), "until": look.until - timedelta(days=1), "kinds": list(kinds)},
    ).fetchall()
    return dict(rows)


def detect(read: pd.DataFrame, often: dict[str, float], scene: Scene, rule: Rule) -> list[Finding]:
    """From the columns of `readings`; what is over but has not been for the hold, or has alone fallen silent since, is not told of."""
    runs = over_now(read)
    if runs.empty:
        return []
    age = (runs["kind"].map(_last_word(read, scene)) - runs["last_at"]).dt.total_seconds() / 60
    held = (runs["last_at"] - runs["since"]).dt.total_seconds() / 60
    hold = runs["kind"].map(HOLD_MINUTES).fillna(0.0)
    is_told = (held >= hold) & (age <= FRESH_PERIODS * runs["every_minutes"])
    return [_finding(scene, rule, row, read, often.get(row["kind"], 0.5)) for _, row in runs[is_told].iterrows()]


def _last_word(read: pd.DataFrame, scene: Scene) -> pd.Series:
    """By kind as of when its sensors are judged: a feed that lags, or has stopped in the storm, does not end a flood."""
    own = read.groupby("sensor_id").agg(
        kind=("kind", "first"), last_at=("measured_at", "max"), gap_minutes=("every_minutes", "first")
    )
    return last_words(own, scene.until, dict.fromkeys(own["kind"], 0.0))["judged_at"]


def over_now(read: pd.DataFrame) -> pd.DataFrame:
    """The sensors that are over at their last reading: `since`, `last_at`, `count` of readings since, `last`, `usual`, and their register."""
    known = read[read["threshold"].notna()]
    if known.empty:
        return known
    value, threshold = known["value"].to_numpy(np.float64), known["threshold"].to_numpy(np.float64)
    mark = np.select([value >= threshold, value < (1 - HYSTERESIS) * threshold], [1.0, 0.0], np.nan)
    state = pd.Series(mark, known.index).groupby(known["sensor_id"]).ffill().fillna(0.0)
    before = state.groupby(known["sensor_id"]).shift(fill_value=0.0)
    run = ((state == 1.0) & (before == 0.0)).groupby(known["sensor_id"]).cumsum()
    rows = known.assign(state=state, run=run)
    last = rows.groupby("sensor_id").tail(1)
    over = last[last["state"] == 1.0].set_index("sensor_id")
    inside = rows[rows["sensor_id"].isin(over.index) & (rows["state"] == 1.0)]
    own = inside[inside["run"] == inside["sensor_id"].map(over["run"])].groupby("sensor_id")["measured_at"]
    usual = rows.groupby("sensor_id")["value"].median()
    over = over.rename(columns={"measured_at": "last_at", "value": "last"})
    return over.assign(since=own.min(), count=own.count(), usual=usual).reset_index()


def _finding(scene: Scene, rule: Rule, row: pd.Series, read: pd.DataFrame, often: float) -> Finding:
    own = read[read["sensor_id"] == row["sensor_id"]].tail(96)
    series = tuple(
        Point(at.to_pydatetime(), float(value), float(row["usual"]), float(row["threshold"]))
        for at, value in zip(own["measured_at"], own["value"], strict=True)
    )
    sign = Sign(
        kind="threshold", subject_kind="sensor", subject=str(row["sensor_id"]), areas=[a for a in [row["area_id"]] if a],
        since=row["since"].to_pydatetime(), observed=row["last"], expected=row["usual"], unit=str(row["unit"] or ""),
        probability=often, confidence=min(1 - FALSE_READING ** int(row["count"]), MOST_CONFIDENCE),
        impact=impact_of_device(row["kind"]), series=series,
        facts={"device": row["kind"], "name": row["name"] or "", "threshold": float(row["threshold"]), "count": int(row["count"]),
               "compared": "kind_year"},
    )  # fmt: skip
    return finding(scene, rule, sign)
