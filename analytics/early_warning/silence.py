"""Which sensors have fallen silent, or say the same value over and over: judged by each one's own interval, not by its word.

Silent: a sensor that reports every so often and loses a share of its reports misses n in a row with that share to the power of
n. Frozen: readings of its kind are the same twice running with some share; n the same have that share to the power of n - 1; a bin that stays full, at the end of its scale, is not frozen.
A sensor heard of fewer than ten times in 30 days is unknown, not silent. One silent for longer than `forget_days` is no
news any more: the online rate counts it. A frozen one is told of for as long as it lasts: it counts as online.
"""

from collections.abc import Mapping
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.early_warning.budget import confidences, told
from analytics.early_warning.case_days import Floats
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_device
from analytics.early_warning.rules import Rule
from analytics.early_warning.silence_feeds import UNKNOWN, dead, deliveries, last_words
from analytics.early_warning.silence_fold import Group, folded
from analytics.metrics.relations import SILENT_AFTER_PERIODS

DAYS = 30
FEWEST_READINGS = 10
FORGET_DAYS = 30
PRIOR_REPORTS, PRIOR_SAME = 40.0, 40.0
LEAST_LOSS = 0.02
"""However faithful a sensor has been: two reports in a hundred may be lost on the way."""


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Sensors, or all of an area, that have fallen silent or are frozen."""
    return detect(heard(look), scene, rule, deliveries(look, "readings"))


@question
def heard(cursor: duckdb.DuckDBPyConnection, look: Look) -> pd.DataFrame:
    """One row a sensor: `sensor_id, kind, name, area_id, every_minutes, last_at, n, gap_minutes, missed, same_run, is_at_end, same_share`.

    Of the 30 days before its last reading: `n` readings, the median gap, how many reports were missing at that gap, how many
    readings in a row are the same at the end, whether that is the lowest or highest of its kind, and the share of readings before that which repeat the one before.
    """
    return cursor.execute(
        f"""with last as (
            select sensor_id, max(measured_at) as last_at from reading
            where measured_at < $until and measured_at >= $oldest group by sensor_id),
        own as (
            select r.sensor_id, r.measured_at, r.value, epoch(r.measured_at - lag(r.measured_at) over w) / 60 as gap,
                lag(r.value) over w as before from reading r join last l using (sensor_id)
            where r.measured_at <= l.last_at and r.measured_at > l.last_at - interval {DAYS} day
            window w as (partition by r.sensor_id order by r.measured_at)),
        changed as (select sensor_id, max(measured_at) filter (value <> before) as changed_at from own group by sensor_id),
        ends as (select kind, min(value) as least, max(value) as most from own join sensor using (sensor_id) group by kind),
        middle as (select sensor_id, median(gap) as gap_minutes from own group by sensor_id)
        select s.sensor_id, s.kind, s.name, s.area_id, s.every_minutes, max(o.measured_at) as last_at, count(*) as n,
            any_value(gap_minutes) as gap_minutes, sum(greatest(round(gap / gap_minutes) - 1, 0)) as missed,
            count(*) filter (changed_at is null or o.measured_at >= changed_at) as same_run,
            arg_max(o.value, o.measured_at) in (any_value(least), any_value(most)) as is_at_end,
            avg((value = before)::int) filter (o.measured_at < changed_at) as same_share
        from own o join sensor s using (sensor_id) join ends on ends.kind = s.kind
        join changed using (sensor_id) join middle using (sensor_id)
        group by s.sensor_id, s.kind, s.name, s.area_id, s.every_minutes order by s.sensor_id""",
        {"until": look.until, "oldest": look.until - timedelta(days=DAYS + FORGET_DAYS)},
    ).df()


def detect(sensors: pd.DataFrame, scene: Scene, rule: Rule, delivery: Mapping[str, float] = UNKNOWN) -> list[Finding]:
    """From the columns of `heard`, files coming every so many minutes (`delivery`, by kind); unknown sensors are in no finding."""
    known = sensors[(sensors["n"] >= FEWEST_READINGS) & (sensors["gap_minutes"] > 0)].reset_index(drop=True)
    if known.empty:
        return []
    feeds = last_words(known, scene.until, delivery)
    known = known.assign(judged_at=known["kind"].map(feeds["judged_at"]))
    silent, frozen = silence_chance(known), frozen_chance(known)
    chance = np.minimum(2 * np.minimum(silent, frozen), 1.0)
    sure, loud = confidences(chance), told(chance, rule)
    since = known["last_at"].where(silent <= frozen, _frozen_since(known))
    forget = scene.until - timedelta(days=rule.limits.get("forget_days", FORGET_DAYS))
    state = known.assign(chance=chance, sure=sure, since=since, is_frozen=frozen < silent)
    state["is_silent"] = loud & (state["is_frozen"] | (since >= forget)).to_numpy()
    groups, alone = folded(state.assign(is_silent=state["is_silent"] & ~state["is_frozen"]), scene.known)
    alone += [int(row) for row in state.index[state["is_silent"] & state["is_frozen"]]]
    found = dead(state, feeds, scene, rule, "sensor_id")
    found += [_together(scene, rule, state, group) for group in groups]
    return found + [_alone(scene, rule, row) for _, row in state.loc[alone].iterrows()]


def silence_chance(known: pd.DataFrame) -> Floats:
    """Probability that a sensor that is well misses as many reports in a row as are missing when it is judged (`judged_at`)."""
    reports = known["n"] + known["missed"]
    usual = np.median(known["missed"] / reports)
    loss = (known["missed"] + PRIOR_REPORTS * usual) / (reports + PRIOR_REPORTS)
    gap = np.fmax(known["gap_minutes"], known["every_minutes"].fillna(0.0))
    missing = np.floor((known["judged_at"] - known["last_at"]).dt.total_seconds() / 60 / gap - 0.25)
    missing = np.where(missing >= SILENT_AFTER_PERIODS, missing, 0)
    return np.asarray(np.clip(loss, LEAST_LOSS, 0.9) ** np.maximum(missing, 0), dtype=np.float64)


def frozen_chance(known: pd.DataFrame) -> Floats:
    """Probability that a sensor that is well says the same value as often in a row as it does now."""
    share = known["same_share"].fillna(known.groupby("kind")["same_share"].transform("median")).fillna(1.0)
    usual = known.groupby("kind")["same_share"].transform("median").fillna(1.0)
    own = (known["n"] - known["same_run"]).clip(lower=0)
    drawn = (own * share + PRIOR_SAME * usual) / (own + PRIOR_SAME)
    chance = drawn.clip(0.05, 1.0) ** np.maximum(known["same_run"] - 1, 0)
    return np.asarray(chance.where(~known["is_at_end"].astype(bool), 1.0), dtype=np.float64)


def _frozen_since(known: pd.DataFrame) -> pd.Series:
    lasted = pd.to_timedelta(known["gap_minutes"] * (known["same_run"] - 1), unit="min")
    return (known["last_at"] - lasted).dt.floor("s")


def _alone(scene: Scene, rule: Rule, row: pd.Series) -> Finding:
    hours = (scene.until - row["since"]).total_seconds() / 3600
    usual = float(row["gap_minutes"]) / 60
    observed, expected = (float(row["same_run"]), 1.0) if row["is_frozen"] else (hours, usual)
    sign = Sign(
        kind="frozen" if row["is_frozen"] else "silent", subject_kind="sensor", subject=str(row["sensor_id"]),
        areas=[a for a in [row["area_id"]] if a], since=row["since"].to_pydatetime(), observed=observed, expected=expected,
        unit="readings" if row["is_frozen"] else "hours", probability=float(row["chance"]), confidence=float(row["sure"]),
        impact=impact_of_device(row["kind"]), size=1.0,
        facts={"device": row["kind"], "name": row["name"] or "", "every_hours": round(usual, 1), "compared": "own_interval"},
    )  # fmt: skip
    return finding(scene, rule, sign)


def _together(scene: Scene, rule: Rule, state: pd.DataFrame, group: Group) -> Finding:
    own = state.loc[list(group.rows)]
    sign = Sign(
        kind="silent_together", subject_kind="place", subject=f"sensors:{group.area_id}", areas=own["area_id"].dropna().tolist(),
        since=group.since, observed=len(own), expected=0.0, unit="devices", probability=float(own["chance"].min()),
        confidence=float(own["sure"].max()), impact=max(impact_of_device(kind) for kind in own["kind"].unique()), size=1.0,
        facts={"device": "sensor", "devices": own["sensor_id"].head(20).tolist(), "compared": "own_interval", "owner": ""},
    )  # fmt: skip
    return finding(scene, rule, sign)
