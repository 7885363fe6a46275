"""Where incidents of one matter crowd together in place and time just now, whatever the borders of areas: the scan, as findings."""

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.early_warning.budget import MOST_CONFIDENCE, told
from analytics.early_warning.case_days import last_full_day, on
from analytics.early_warning.clusters import Cluster, GridMap, clusters_now, grid_map
from analytics.early_warning.clusters_district import Floats
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
    return detect(grid_days(look), placed(look.snapshot), last_full_day(look), scene, rule)


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


def placed(snapshot: int) -> tuple[tuple[str, ...], GridMap]:
    """The grids with a place, and the map of them that the scan needs: made once for all looks while grids stay the same."""
    return _map_of(_grids(snapshot))


@question
def _grids(cursor: duckdb.DuckDBPyConnection, _as_of: int) -> tuple[tuple[str, float, float, float | None, str], ...]:
    """Code, place, people and town of each grid with a place."""
    rows = cursor.execute(
        """select area_id, lon, lat, population, town_id from area
        where level = 'grid' and lon is not null and lat is not null order by area_id"""
    ).fetchall()
    return tuple(rows)


@lru_cache(maxsize=2)
def _map_of(grids: tuple[tuple[str, float, float, float | None, str], ...]) -> tuple[tuple[str, ...], GridMap]:
    names = tuple(grid[0] for grid in grids)
    lon, lat, people = (np.array([grid[n] for grid in grids], dtype=np.float64) for n in (1, 2, 3))
    return names, grid_map(lon, lat, people, [grid[4] for grid in grids])


def detect(
    counts: pd.DataFrame, place: tuple[tuple[str, ...], GridMap], last: int, scene: Scene, rule: Rule
) -> list[Finding]:
    """From the columns of `grid_days` and the map; quiet where less than four months are known."""
    names, on_map = place
    if counts.empty or len(names) == 0 or last - int(counts["day"].min()) + 1 < SHORTEST_DAYS:
        return []
    first = int(counts["day"].min())
    kinds, tables = _tables(counts, names, first, last)
    weekday = (np.arange(first, last + 1) + 3) % 7  # 1 January 1970 was a Thursday
    found = clusters_now(tables, weekday, on_map, most=MOST, least_score=LEAST_SCORE)
    chance = np.array([cluster.probability for cluster in found], dtype=np.float64)
    loud = told(chance, rule, tests=len(kinds)) & np.array(
        [one.observed >= rule.least_observed for one in found], dtype=bool
    )
    return [
        _finding(scene, rule, found[n], kinds[found[n].category], names, first, last)
        for n in np.flatnonzero(loud).tolist()
    ]


def _tables(counts: pd.DataFrame, names: tuple[str, ...], first: int, last: int) -> tuple[list[str], Iterator[Floats]]:
    """The categories, and `[days, grids]` of one after another: all at once would take much room."""
    grid, known = pd.factorize(counts["grid_id"])
    row, day = pd.Index(names).get_indexer(pd.Index(known))[grid], counts["day"].to_numpy() - first
    code, kinds = pd.factorize(counts["category"])
    n, is_on_map = counts["n"].to_numpy(np.float64), (row >= 0) & (day <= last - first)

    def tables() -> Iterator[Floats]:
        for kind in range(len(kinds)):
            mine = is_on_map & (code == kind)
            table = np.zeros((last - first + 1, len(names)))
            np.add.at(table, (day[mine], row[mine]), n[mine])
            yield table

    return [str(kind) for kind in kinds], tables()


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
        expected=cluster.expected, unit="incidents", probability=cluster.probability, confidence=min(cluster.confidence, MOST_CONFIDENCE),
        impact=impact_of_category(category), series=series,
        facts={"grids": len(grids), "days": last - (first + int(cluster.since)) + 1, "compared": "season"},
        question={"category": category, "from": since.isoformat(), "to": local_day(scene.until).isoformat()},
    )  # fmt: skip
    return finding(scene, rule, sign)
