"""Which cameras are blind or gone: nothing seen for several checks in a row, judged by how each usually fails.

A camera is well when the platform says it is connected and a picture came. A check that asked for no picture, or no check
at all, says nothing (unknown). A camera that fails begins with some share of its checks and goes on with another (failures
come in runs): n bad checks in a row have the first times the second to the power of n - 1. One that was not well in all of
30 days is no news. All cameras of an area, or of one owner, going at once are one finding: what they hang on has failed.
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
from analytics.metrics.relations import CAMERA_SEEN_HOURS

DAYS = 30
FEWEST_CHECKS = 10
PRIOR_CHECKS = 40.0
LEAST_SHARE = 0.02


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Cameras, or all of an area or owner, that nothing has been seen of for several checks."""
    return detect(seen(look), scene, rule, deliveries(look, "checks"))


@question
def seen(cursor: duckdb.DuckDBPyConnection, look: Look) -> pd.DataFrame:
    """One row a camera: `camera_id, name, owner, area_id, last_at, n, gap_minutes, bad_run, since, is_blind, begins, goes_on, goods, bads`.

    Of the checks of 30 days that say something: how many are bad at the end and since when, whether all of those say connected,
    and before them how many bad ones followed a good one (of `goods`) and a bad one (of `bads`).
    """
    return cursor.execute(
        """with checks as (
            select camera_id, seen_at, is_online, not is_online or not has_frame as is_bad from camera_state
            where seen_at < $until and seen_at >= $since and (not is_online or has_frame is not null)),
        runs as (
            select *, lag(is_bad) over (partition by camera_id order by seen_at) as before,
                max(seen_at) filter (not is_bad) over (partition by camera_id) as good_at from checks)
        select c.camera_id, c.name, c.owner, c.area_id, max(seen_at) as last_at, count(*) as n,
            epoch(max(seen_at) - min(seen_at)) / 60 / nullif(count(*) - 1, 0) as gap_minutes,
            count(*) filter (seen_at > good_at) as bad_run, min(seen_at) filter (seen_at > good_at) as since,
            coalesce(bool_and(is_online) filter (seen_at > good_at), false) as is_blind,
            count(*) filter (is_bad and not before and seen_at < good_at) as begins,
            count(*) filter (is_bad and before and seen_at < good_at) as goes_on,
            count(*) filter (not before and seen_at < good_at) as goods, count(*) filter (before and seen_at < good_at) as bads
        from runs join camera c using (camera_id) where good_at is not null
        group by c.camera_id, c.name, c.owner, c.area_id order by c.camera_id""",
        {"until": look.until, "since": look.until - timedelta(days=DAYS)},
    ).df()


def detect(cameras: pd.DataFrame, scene: Scene, rule: Rule, delivery: Mapping[str, float] = UNKNOWN) -> list[Finding]:
    """From the columns of `seen`, files coming every so many minutes (`delivery`, by kind).

    A camera not checked in the 24 hours before now, or before no camera was checked any more, is unknown and in no finding.
    """
    known = cameras[cameras["n"] >= FEWEST_CHECKS].assign(kind="camera")
    if known.empty:
        return []
    feeds = last_words(known, scene.until, delivery)
    fresh = known["kind"].map(feeds["judged_at"]) - timedelta(hours=CAMERA_SEEN_HOURS)
    stopped = dead(known, feeds, scene, rule, "camera_id")
    known = known[known["last_at"] >= fresh].reset_index(drop=True)
    if known.empty:
        return stopped
    chance = gone_chance(known)
    loud = told(chance, rule) & (known["bad_run"].to_numpy() >= max(rule.least_observed, 1))
    state = known.assign(chance=chance, sure=confidences(chance), is_silent=loud)
    groups, alone = folded(state, scene.known)
    found = stopped + [_together(scene, rule, state, group) for group in groups]
    return found + [_alone(scene, rule, row) for _, row in state.loc[alone].iterrows()]


def gone_chance(known: pd.DataFrame) -> Floats:
    """Probability that a camera that is as ever fails as many checks in a row as it has now."""
    begins = _share(known["begins"], known["goods"])
    goes_on = _share(known["goes_on"], known["bads"])
    run = known["bad_run"].to_numpy(np.float64)
    return np.where(run > 0, begins * goes_on ** np.maximum(run - 1, 0), 1.0)


def _share(bad: pd.Series, of: pd.Series) -> Floats:
    """Each camera's share, drawn towards that of all."""
    usual = (bad.sum() + 1) / (of.sum() + 2)
    return np.asarray(np.clip((bad + PRIOR_CHECKS * usual) / (of + PRIOR_CHECKS), LEAST_SHARE, 0.99), dtype=np.float64)


def _alone(scene: Scene, rule: Rule, row: pd.Series) -> Finding:
    sign = Sign(
        kind="camera_blind" if row["is_blind"] else "camera_gone", subject_kind="camera", subject=str(row["camera_id"]),
        areas=[a for a in [row["area_id"]] if a], since=row["since"].to_pydatetime(), observed=float(row["bad_run"]), expected=0.0,
        unit="checks", probability=float(row["chance"]), confidence=float(row["sure"]), impact=impact_of_device("camera"), size=1.0,
        facts={"device": "camera", "name": row["name"] or "", "owner": row["owner"] or "", "compared": "own_failures"},
    )  # fmt: skip
    return finding(scene, rule, sign)


def _together(scene: Scene, rule: Rule, state: pd.DataFrame, group: Group) -> Finding:
    own = state.loc[list(group.rows)]
    sign = Sign(
        kind="silent_together", subject_kind="place", subject=f"cameras:{group.owner or group.area_id}",
        areas=own["area_id"].dropna().tolist(), since=group.since, observed=len(own), expected=0.0, unit="devices",
        probability=float(own["chance"].min()), confidence=float(own["sure"].max()), impact=impact_of_device("camera"), size=1.0,
        facts={"device": "camera", "devices": own["camera_id"].head(20).tolist(), "owner": group.owner, "compared": "own_failures"},
    )  # fmt: skip
    return finding(scene, rule, sign)
