"""Which matter does not come to rest: each report refers to an earlier one, one after the other."""

from collections import defaultdict
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.early_warning.budget import confidences, told
from analytics.early_warning.case_days import YEAR, Floats
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_category
from analytics.early_warning.own_rate import SHORTEST_PAST_DAYS, points_of
from analytics.early_warning.rules import Rule
from analytics.view import local_day

DAYS, GAP_DAYS = 14, 60
PRIOR = 50.0
"""What a category or a grid says of how often a report is followed is drawn towards everybody's, as if of so many reports."""


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Chains that have grown in the last `days`."""
    return detect(reports(look), scene, rule)


@question
def reports(cursor: duckdb.DuckDBPyConnection, look: Look) -> pd.DataFrame:
    """`incident_id, repeat_of, category, area_id, reported_at` of the last year, from sources that say what repeats what."""
    return cursor.execute(
        """select incident_id, repeat_of, category, area_id, reported_at from incident
        where reported_at >= $since and reported_at < $until and category is not null
            and source in (select distinct source from incident where repeat_of is not null)
        order by reported_at, incident_id""",
        {"since": look.until - timedelta(days=YEAR), "until": look.until},
    ).df()


def detect(told_reports: pd.DataFrame, scene: Scene, rule: Rule) -> list[Finding]:
    """From the columns of `reports`. A link counts if it is at most 60 days long; quiet with less than 60 days known.

    If nothing special is going on, a report is followed with the share usual for its category and its grid (the larger
    of the two), each time anew: a chain of n has that share to the power of n - 1.
    """
    if told_reports.empty or _days(told_reports) < SHORTEST_PAST_DAYS:
        return []
    chain, share = _chains(told_reports), _followed(told_reports)
    recent = told_reports["reported_at"].to_numpy() >= np.datetime64(
        scene.until - timedelta(days=rule.limits.get("days", DAYS))
    )
    alive = np.unique(chain[recent])
    size = np.bincount(chain, minlength=len(told_reports))
    highest = np.zeros(len(told_reports))
    np.maximum.at(highest, chain, share)
    chance = highest[alive] ** (size[alive] - 1)
    loud = told(chance, rule) & (size[alive] >= rule.least_observed)
    sure = confidences(chance)
    return [
        _finding(
            scene, rule, told_reports[chain == alive[n]], float(chance[n]), float(sure[n]), float(highest[alive[n]])
        )
        for n in np.flatnonzero(loud)
    ]


def _days(told_reports: pd.DataFrame) -> int:
    return int((told_reports["reported_at"].max() - told_reports["reported_at"].min()).days)


def _chains(told_reports: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The number of each report's chain: that of the report it refers to, if that is no older than 60 days, else a new one."""
    at = {incident_id: n for n, incident_id in enumerate(told_reports["incident_id"])}
    moment = told_reports["reported_at"].to_numpy()
    chain = np.arange(len(told_reports), dtype=np.int64)
    for n, earlier in enumerate(told_reports["repeat_of"]):
        before = at.get(earlier, n)
        if before < n and moment[n] - moment[before] <= np.timedelta64(GAP_DAYS, "D"):
            chain[n] = chain[before]
    return chain


def _followed(told_reports: pd.DataFrame) -> Floats:
    """For each report the share of its category's or its grid's reports that refer to another one, the larger of the two."""
    links = told_reports["repeat_of"].notna()
    usual = (links.sum() + 1) / (len(links) + 2)
    shares = []
    for column in ("category", "area_id"):
        sums = links.groupby(told_reports[column].fillna("")).agg(["sum", "size"])
        share = (sums["sum"] + PRIOR * usual) / (sums["size"] + PRIOR)
        shares.append(told_reports[column].fillna("").map(share).to_numpy(np.float64))
    return np.maximum(*shares)


def _finding(scene: Scene, rule: Rule, own: pd.DataFrame, chance: float, sure: float, share: float) -> Finding:
    newest = own.iloc[::-1]
    category, since = str(newest["category"].iloc[0]), own["reported_at"].iloc[0].to_pydatetime()
    by_week: dict[int, int] = defaultdict(int)
    for moment in own["reported_at"]:
        by_week[int((scene.until - moment).total_seconds() // 604_800)] += 1
    sign = Sign(
        kind="chain", subject_kind="category", subject=category,
        areas=own["area_id"].dropna().unique().tolist(), since=since, observed=len(own), expected=1 / (1 - min(share, 0.99)),
        unit="incidents", probability=chance, confidence=sure, impact=impact_of_category(category),
        facts={"days": (scene.until - since).days + 1, "first": str(own["incident_id"].iloc[0]), "compared": "usual_links"},
        series=points_of(by_week, Look(0, scene.until)), incident_ids=tuple(newest["incident_id"].head(200)),
        question={"category": category, "from": local_day(since).isoformat(), "to": local_day(scene.until).isoformat()},
    )  # fmt: skip
    return finding(scene, rule, sign)
