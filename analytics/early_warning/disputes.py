"""Which disputes escalate: mediated in vain and reported again, or reported again through ever graver channels.

A dispute is an incident whose category speaks of one (纠纷). After a mediation that failed, or an agreement that was not kept,
reports of its kind from the same community are counted against what it usually has in so many days; in every other
community those of the last 60 days. Each report also has a channel: how likely that at least so many came as petitions, as
the channels of disputes usually are. The two probabilities together are Fisher's (1932).
"""

from collections.abc import Mapping
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd
from scipy.stats import binom

from analytics.answers import question
from analytics.area import LEVELS, Area
from analytics.early_warning.budget import confidences, told
from analytics.early_warning.case_days import YEAR, Floats
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_category
from analytics.early_warning.own_rate import SHORTEST_PAST_DAYS, TENDENCY_SHAPE, points_of, tail
from analytics.early_warning.rules import Rule
from analytics.view import local_day

WORD = "纠纷"
AFTER_DAYS, REPORTED_DAYS = 90, 60
GRAVE = "petition"


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Disputes that escalate."""
    return detect(disputes(look), in_vain(look), scene, rule)


@question
def disputes(cursor: duckdb.DuckDBPyConnection, look: Look) -> pd.DataFrame:
    """`incident_id, category, kind, channel, area_id, reported_at`: a year of disputes; `kind` is the category's last part."""
    return cursor.execute(
        """select incident_id, category, split_part(category, '/', -1) as kind, channel, area_id, reported_at from incident
        where reported_at >= $since and reported_at < $until and contains(category, $word) and area_id is not null
        order by reported_at, incident_id""",
        {"since": look.until - timedelta(days=YEAR + AFTER_DAYS), "until": look.until, "word": WORD},
    ).df()


@question
def in_vain(cursor: duckdb.DuckDBPyConnection, look: Look) -> pd.DataFrame:
    """`mediation_id, incident_id, kind, area_id, closed_at` of mediations of the last 90 days that failed or were not kept."""
    return cursor.execute(
        """select mediation_id, incident_id, category as kind, area_id, closed_at from mediation
        where closed_at >= $since and closed_at < $until and area_id is not null
            and (outcome = 'failed' or is_fulfilled = false) order by closed_at, mediation_id""",
        {"since": look.until - timedelta(days=AFTER_DAYS), "until": look.until},
    ).df()


def detect(reports: pd.DataFrame, failed: pd.DataFrame, scene: Scene, rule: Rule) -> list[Finding]:
    """From the columns of `disputes` and `in_vain`; quiet where less than 60 days of disputes are known."""
    if reports.empty or (scene.until - reports["reported_at"].min()).days < SHORTEST_PAST_DAYS + AFTER_DAYS:
        return []
    reports, failed = _in_communities(reports, scene.known), _in_communities(failed, scene.known)
    asked = pd.concat([_after(failed), _anywhere(reports, scene)], ignore_index=True)
    asked = asked.drop_duplicates(["area_id", "kind"])
    counted = _counted(reports, asked, scene)
    chance = _fisher(counted["by_count"].to_numpy(np.float64), counted["by_channel"].to_numpy(np.float64))
    loud = told(chance, rule) & (counted["observed"].to_numpy() >= rule.least_observed)
    rows = counted.assign(chance=chance, sure=confidences(chance))[loud]
    return [_finding(scene, rule, row, reports) for _, row in rows.iterrows()]


def _in_communities(rows: pd.DataFrame, known: Mapping[str, Area]) -> pd.DataFrame:
    """The rows with the community in place of a grid: calls and petitions name no grid."""
    depth = LEVELS.index("community")
    above = {area_id: area.path[depth] for area_id, area in known.items() if len(area.path) > depth}
    return rows.assign(grid_id=rows["area_id"], area_id=rows["area_id"].map(above).fillna(rows["area_id"]))


def _after(failed: pd.DataFrame) -> pd.DataFrame:
    """What to look at after mediations in vain: place, kind, since when, and the mediation."""
    return failed.rename(columns={"closed_at": "since"})[["area_id", "kind", "since", "mediation_id"]]


def _anywhere(reports: pd.DataFrame, scene: Scene) -> pd.DataFrame:
    """Every community and kind with a dispute in the last 60 days."""
    since = scene.until - timedelta(days=REPORTED_DAYS)
    recent = reports[reports["reported_at"] >= since][["area_id", "kind"]].drop_duplicates()
    return recent.assign(since=since, mediation_id=None)


def _counted(reports: pd.DataFrame, asked: pd.DataFrame, scene: Scene) -> pd.DataFrame:
    """`asked` with `observed`, `petitions`, `expected`, the probability of the count and of the channels, and the rows' numbers."""
    within = _within(scene.known, asked["area_id"].unique())
    moment = reports["reported_at"].to_numpy()
    split = np.datetime64(scene.until - timedelta(days=AFTER_DAYS))
    days = max((pd.Timestamp(split) - reports["reported_at"].min()).days, 1)
    before = reports[moment < split]
    usual = before.groupby("kind").size().to_dict()
    share = (before["channel"].eq(GRAVE).sum() + 1) / (len(before) + 2)
    grids = max(sum(area.level == "grid" for area in scene.known.values()), 1)
    by_cell = reports.reset_index(drop=True).groupby(["area_id", "kind"]).indices
    is_grave = reports["channel"].eq(GRAVE).to_numpy()
    rows = []
    for area_id, kind, since, _ in asked.itertuples(index=False):
        members = [by_cell[(inner, kind)] for inner in within[area_id] if (inner, kind) in by_cell]
        own = np.concatenate(members) if members else np.array([], dtype=np.int64)
        after = own[moment[own] > np.datetime64(since)]
        span = (scene.until - since).total_seconds() / 86_400 / days
        typical = usual.get(kind, 0) * len(within[area_id]) / grids
        shape = TENDENCY_SHAPE + (moment[own] < split).sum()
        expected = max(typical, 0.05) * span * shape / (TENDENCY_SHAPE + typical)
        rows.append((len(after), int(is_grave[after].sum()), expected, shape, after))
    counted = asked.assign(
        **dict(zip(("observed", "petitions", "expected", "shape", "rows"), zip(*rows, strict=True), strict=True))
    )
    numbers = {name: counted[name].to_numpy(np.float64) for name in ("observed", "petitions", "expected", "shape")}
    by_count = tail(numbers["observed"], numbers["expected"], numbers["shape"])
    return counted.assign(by_count=by_count, by_channel=binom.sf(numbers["petitions"] - 1, numbers["observed"], share))


def _within(known: Mapping[str, Area], area_ids: np.ndarray) -> dict[str, list[str]]:
    """The areas inside each of these, itself included: a mediation may be known by its town only."""
    asked = set(area_ids)
    inside: dict[str, list[str]] = {area_id: [] for area_id in area_ids}
    for area in known.values():
        for above in asked.intersection(area.path):
            inside[above].append(area.area_id)
    return {area_id: found or [area_id] for area_id, found in inside.items()}


def _fisher(one: Floats, other: Floats) -> Floats:
    """Probability that the product of two independent probabilities is at most theirs; too large where they come in steps."""
    product = np.clip(one * other, 1e-300, 1.0)
    return np.asarray(np.minimum(product * (1 - np.log(product)), 1.0))


def _finding(scene: Scene, rule: Rule, row: pd.Series, reports: pd.DataFrame) -> Finding:
    own = reports.iloc[row["rows"]].sort_values("reported_at", ascending=False)
    category, since = str(own["category"].iloc[0]), pd.Timestamp(row["since"]).to_pydatetime()
    is_after = bool(row["mediation_id"])
    ago = ((scene.until - own["reported_at"]).dt.total_seconds() // 604_800).astype(int)
    sign = Sign(
        kind="dispute_after" if is_after else "dispute", subject_kind="category", subject=category, areas=sorted({*own["grid_id"], str(row["area_id"])}),
        since=since if is_after else own["reported_at"].min().to_pydatetime(), observed=row["observed"], expected=row["expected"],
        unit="incidents", probability=row["chance"], confidence=row["sure"], impact=max(1, impact_of_category(category)),
        facts={"petitions": int(row["petitions"]), "mediation": row["mediation_id"] or "", "compared": "own_year",
               "days": (scene.until - since).days + 1},
        series=points_of(dict(ago.value_counts()), Look(0, scene.until)), incident_ids=tuple(own["incident_id"].head(200)),
        question={"area": str(row["area_id"]), "category": category, "from": local_day(since).isoformat(),
                  "to": local_day(scene.until).isoformat()},
    )  # fmt: skip
    return finding(scene, rule, sign)
