"""Where incidents of one matter crowd together in place and time just now, whatever the borders of areas: the scan, as findings."""

from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.early_warning.budget import told
from analytics.early_warning.case_days import last_full_day, on
from analytics.early_warning.clusters import Cluster, GridMap, clusters_now, grid_map
from analytics.early_warning.finding import Finding, Point
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_category
from analytics.early_warning.rules import Rule
from analytics.view import local_day, start_of

DAYS = 364
SHORTEST_DAYS = 120
MOST = 3
LEAST_SCORE = 0.0


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Clusters of the last full day."""
    return detect(grid_days(look), placed(look), last_full_day(look), scene, rule)


@question
def grid_days(cursor: duckdb.DuckDBPyConnection, look: Look) -> pd.DataFrame:
    """`category` (second level), `grid_id`, `day` (since 1970), `n`, of the year up to the look."""
    return cursor.execute(
        """select array_to_string(string_split(category::varchar, '/')[1:2], '/') as category, area_id::varchar as grid_id,
            reported_on - date '1970-01-01' as day, count(*) as n
        from incident_fact where reported_at < $until and reported_at >= $since and category is not null
            and area_id::varchar in (select area_id from area where level = 'grid') group by all order by all""",
        {"until": look.until, "since": look.until - timedelta(days=DAYS)},
    ).df()


@question
def placed(cursor: duckdb.DuckDBPyConnection, look: Look) -> tuple[tuple[str, ...], GridMap]:
    """The grids with a place, and the map of them that the scan needs."""
    grids = cursor.execute(
        """select area_id, lon, lat, population, town_id from area
        where level = 'grid' and lon is not null and lat is not null order by area_id"""
    ).df()
    lon, lat, people = (grids[name].to_numpy(np.float64) for name in ("lon", "lat", "population"))
    return tuple(grids["area_id"]), grid_map(lon, lat, people, grids["town_id"])


def detect(
    counts: pd.DataFrame, place: tuple[tuple[str, ...], GridMap], last: int, scene: Scene, rule: Rule
) -> list[Finding]:
    """From the columns of `grid_days` and the map; quiet where less than four months are known."""
    names, on_map = place
    if counts.empty or len(names) == 0 or last - int(counts["day"].min()) + 1 < SHORTEST_DAYS:
        return []
    first = int(counts["day"].min())
    own = counts[(counts["day"] <= last) & counts["grid_id"].isin(names)]
    row = pd.Index(names).get_indexer(pd.Index(own["grid_id"]))
    code, kinds = pd.factorize(own["category"])
    tables = [np.zeros((last - first + 1, len(names))) for _ in kinds]
    for n, table in enumerate(tables):
        mine = code == n
        np.add.at(table, (own["day"].to_numpy()[mine] - first, row[mine]), own["n"].to_numpy()[mine])
    weekday = (np.arange(first, last + 1) + 3) % 7  # 1 January 1970 was a Thursday
    found = clusters_now(tables, weekday, on_map, most=MOST, least_score=LEAST_SCORE)
    chance = np.array([cluster.probability for cluster in found], dtype=np.float64)
    loud = told(chance, rule, tests=len(kinds)) & np.array(
        [one.observed >= rule.least_observed for one in found], dtype=bool
    )
    return [
        _finding(scene, rule, found[n], str(kinds[found[n].category]), names, first, last)
        for n in np.flatnonzero(loud).tolist()
    ]


def _finding(
    scene: Scene, rule: Rule, cluster: Cluster, category: str, names: tuple[str, ...], first: int, last: int
) -> Finding:
    grids = [names[n] for n in cluster.grids]
    since = on(first + int(cluster.since))
    days = zip(cluster.days_observed, cluster.days_expected, strict=True)
    series = tuple(
        Point(start_of(on(first + int(cluster.shown_from) + n)), float(seen), float(usual), float(usual + 2 * np.sqrt(max(usual, 0.25))))
        for n, (seen, usual) in enumerate(days)
    )  # fmt: skip
    sign = Sign(
        kind="cluster", subject_kind="category", subject=category, areas=grids, since=start_of(since), observed=cluster.observed,
        expected=cluster.expected, unit="incidents", probability=cluster.probability, confidence=min(cluster.confidence, 0.999999),
        impact=impact_of_category(category), series=series,
        facts={"grids": len(grids), "days": last - (first + int(cluster.since)) + 1, "compared": "season"},
        question={"category": category, "from": since.isoformat(), "to": local_day(scene.until).isoformat()},
    )  # fmt: skip
    return finding(scene, rule, sign)
