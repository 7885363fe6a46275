"""Where the same matter is reported from the same spot, within 50 metres, more often than before.

For each recent report: how many others of its category lie within the radius, lately and in the year before. If nothing
has changed, each of those others is a recent one with the share that recent reports have in the whole category, so the
number of recent ones is binomial, and its upper tail exact. The report itself, which chose the spot, does not count.
"""

from datetime import timedelta

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree
from scipy.stats import binom

from analytics.answers import question
from analytics.early_warning.budget import confidences, told
from analytics.early_warning.case_days import YEAR, Floats
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_category
from analytics.early_warning.own_rate import SHORTEST_PAST_DAYS, points_of
from analytics.early_warning.rules import Rule
from analytics.view import local_day

DAYS, RADIUS_M = 30, 50.0
METRES_A_DEGREE = 111_320.0


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Spots from which a matter keeps coming."""
    return detect(points(look, int(rule.limits.get("days", DAYS))), scene, rule)


@question
def points(cursor: duckdb.DuckDBPyConnection, look: Look, days: int) -> pd.DataFrame:
    """`incident_id, category, area_id, lon, lat, reported_at, is_recent` of what has a point, of the last days and the year before."""
    values = {"until": look.until, "since": look.until - timedelta(days=days)}
    values["begin"] = values["since"] - timedelta(days=YEAR)
    frame = cursor.execute(
        """select incident_id, category, area_id, lon, lat, reported_at, reported_at >= $since as is_recent from incident
        where reported_at >= $begin and reported_at < $until and lon is not null and lat is not null
            and located_by = 'point' and category is not null order by reported_at, incident_id""",
        values,
    ).df()
    return frame.astype({"category": "category"})


def detect(placed: pd.DataFrame, scene: Scene, rule: Rule) -> list[Finding]:
    """From the columns of `points`; quiet where less than 60 days before the recent ones are known."""
    if not _is_known(placed):
        return []
    radius = rule.limits.get("radius_m", RADIUS_M)
    metres = _metres(placed)
    near, chance = _near(placed, metres, radius)
    recent = np.flatnonzero(placed["is_recent"].to_numpy(bool))
    sure = confidences(chance)
    loud = np.flatnonzero(told(chance, rule) & (near[:, 0] >= rule.least_observed))
    found: list[Finding] = []
    taken: set[int] = set()
    for n in loud[np.argsort(chance[loud], kind="stable")]:
        own = _members(placed, metres, recent, int(recent[n]), radius)
        if not taken.intersection(own):
            taken.update(own)
            rest = (float(chance[n]), float(sure[n]), float(near[n, 2]), radius)
            found.append(_finding(scene, rule, placed, placed.iloc[own], rest))
    return found


def _is_known(placed: pd.DataFrame) -> bool:
    if placed.empty or not placed["is_recent"].any():
        return False
    known = placed.loc[placed["is_recent"], "reported_at"].min() - placed["reported_at"].min()
    return bool(known >= pd.Timedelta(days=SHORTEST_PAST_DAYS))


def _metres(placed: pd.DataFrame) -> Floats:
    lat = placed["lat"].to_numpy(np.float64)
    lon = placed["lon"].to_numpy(np.float64) * np.cos(np.radians(np.median(lat)))
    return np.column_stack([lon, lat]) * METRES_A_DEGREE


def _near(placed: pd.DataFrame, metres: Floats, radius: float) -> tuple[Floats, Floats]:
    """For each recent report: recent ones near (itself too), earlier ones near, expected recent ones; the probability."""
    recent, code = placed["is_recent"].to_numpy(bool), placed["category"].cat.codes.to_numpy()
    at = np.full(len(placed), -1)
    at[recent] = np.arange(recent.sum())
    near, share = np.zeros((int(recent.sum()), 3)), np.zeros(int(recent.sum()))
    for kind in np.unique(code[recent]):
        now, before = np.flatnonzero(recent & (code == kind)), np.flatnonzero(~recent & (code == kind))
        near[at[now], 0] = cKDTree(metres[now]).query_ball_point(metres[now], radius, return_length=True)
        if len(before):
            near[at[now], 1] = cKDTree(metres[before]).query_ball_point(metres[now], radius, return_length=True)
        share[at[now]] = len(now) / (len(now) + len(before) + 1)
    others = near[:, 0] + near[:, 1] - 1
    near[:, 2] = others * share
    return near, np.asarray(binom.sf(near[:, 0] - 2, others, share), dtype=np.float64)


def _members(placed: pd.DataFrame, metres: Floats, recent: npt.NDArray[np.intp], row: int, radius: float) -> list[int]:
    code = placed["category"].cat.codes.to_numpy()
    apart = np.hypot(*(metres[recent] - metres[row]).T)
    return [int(n) for n in recent[(apart <= radius) & (code[recent] == code[row])]]


def _finding(
    scene: Scene, rule: Rule, placed: pd.DataFrame, own: pd.DataFrame, rest: tuple[float, float, float, float]
) -> Finding:
    chance, sure, usual, radius = rest
    category, since = str(own["category"].iloc[0]), own["reported_at"].min().to_pydatetime()
    ago = ((scene.until - own["reported_at"]).dt.total_seconds() // 604_800).astype(int)
    newest = own.sort_values("reported_at", ascending=False)
    sign = Sign(
        kind="spot", subject_kind="category", subject=category,
        areas=own["area_id"].dropna().unique().tolist(), since=since, observed=len(own), expected=usual, unit="incidents",
        probability=chance, confidence=sure, impact=impact_of_category(category),
        facts={"radius_m": radius, "lon": float(own["lon"].mean()), "lat": float(own["lat"].mean()),
               "compared": "own_year", "days": (scene.until - since).days + 1},
        series=points_of(dict(ago.value_counts()), Look(0, scene.until)),
        question={"category": category, "from": local_day(since).isoformat(), "to": local_day(scene.until).isoformat()},
        incident_ids=tuple(newest["incident_id"].head(200)),
    )  # fmt: skip
    return finding(scene, rule, sign)
