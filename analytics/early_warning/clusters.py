"""Where incidents of one kind crowd together in place and time just now.

Many streams of small counts over one grid map are judged day by day, each day by itself and those before it alone:
`clusters_baseline` says what was to be expected, `clusters_evidence` joins the days' evidence over zones, beginnings and sizes,
`clusters_pick` names the places. See docs/decisions/clusters.md for what was measured.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from analytics.early_warning.clusters_baseline import Background, background, backgrounds
from analytics.early_warning.clusters_chance import confidence, probability
from analytics.early_warning.clusters_district import FIRST_DAYS, Floats, Ints
from analytics.early_warning.clusters_evidence import REFRESHED_DAYS, Evidence, Singles
from analytics.early_warning.clusters_pick import Place, places
from analytics.early_warning.clusters_sieve import promising
from analytics.early_warning.clusters_zones import Zones, zones

PLACES_A_DAY = 6
"""With three extents each they are 18 rows, within the 20 that the format allows."""
WARM_UP_DAYS = 21
"""Days of evidence before the first day that is answered for; an older beginning hardly counts any more."""
SHOWN_DAYS = 42
LONGEST_DAYS = 21
KEPT_DAYS = WARM_UP_DAYS + 28
"""What a live look needs: the evidence, and the four weeks before it that zones are given their prior from."""
TOGETHER = 8
"""Categories whose usual counts are reckoned side by side."""
DEGREE_M = 111_320.0


@dataclass(frozen=True)
class GridMap:
    """The grids in one order: where they lie, how many live there, which town (0, 1, …) they belong to, and the zones."""

    points: Floats
    population: Floats
    town: Ints
    zones: Zones


@dataclass(frozen=True)
class Cluster:
    """One place of one category where something seems to be going on, up to the last day of the counts.

    `grids` indices; `since` index of its first day; `observed` and `expected` incidents in `grids` from then on; `score` log
    odds (`clusters_chance`); `shown_from` index of the first day of `days_observed` and `days_expected`, the chart's series.
    """

    category: int
    grids: Ints
    since: int
    observed: float
    expected: float
    probability: float
    confidence: float
    score: float
    shown_from: int
    days_observed: Floats
    days_expected: Floats


def grid_map(
    lon: Floats, lat: Floats, population: Floats, town: Sequence[object] | pd.Series, neighbours: Ints | None = None
) -> GridMap:
    """The map of grids with centres `lon`, `lat` in degrees; unknown populations are taken as the median.

    `neighbours[pairs, 2]` index the grids that touch, if that is known: see `clusters_zones`. Build it once a map: it takes a second.
    """
    scale = np.cos(np.radians(np.mean(lat))) if len(lat) else 1.0
    points: Floats = np.column_stack([np.asarray(lon) * scale, lat]).astype(np.float64) * DEGREE_M
    known = pd.Series(population, dtype=float).where(lambda people: people > 0)
    people = known.fillna(known.median() if known.notna().any() else 1.0).to_numpy().astype(np.float64)
    return GridMap(points, people, pd.factorize(pd.Series(town))[0].astype(np.int64), zones(points, neighbours))


def cluster_alarms(counts: pd.DataFrame, grids: pd.DataFrame, streams: pd.DataFrame) -> pd.DataFrame:
    """Candidates `stream_id, date, score, grids` (ids joined by ';') for each stream and day of its evaluation.

    `counts` stream_id, date, grid_id, count (non-zero ones suffice); `grids` grid_id, town_id, lon, lat, population; `streams`
    stream_id, eval_start, eval_end. `score` is the log odds of a cluster at the place, comparable over
    streams and days; a place whose edge is in doubt has up to three rows, one an extent, likeliest first.
    """
    place = grid_map(grids["lon"].to_numpy(), grids["lat"].to_numpy(), grids["population"].to_numpy(), grids["town_id"])
    names = grids["grid_id"].astype(str).to_numpy()
    starts, ends = pd.to_datetime(streams["eval_start"]), pd.to_datetime(streams["eval_end"])
    by_stream = {str(name): part for name, part in counts.groupby("stream_id", observed=True)}
    rows = [
        (name, day, found.score, ";".join(names[extent]))
        for name, start, end in zip(streams["stream_id"].astype(str), starts, ends, strict=True)
        if name in by_stream
        for day, found in _stream_rows(by_stream[name], names, place, start, end)
        for extent in (found.grids, *found.otherwise)
    ]
    return pd.DataFrame(rows, columns=["stream_id", "date", "score", "grids"]).astype({"score": float})


def clusters_now(
    counts_by_day: Iterable[Floats], weekday: Ints, place: GridMap, most: int = 3, least_score: float = 0.0
) -> list[Cluster]:
    """The clusters of the last day, strongest first: at most `most` a category, of `score` at least `least_score`.

    `counts_by_day` one array `[days, grids]` a category, all over the same days, whose `weekday[days]` is 0 to 6; a year of
    days is good, fewer than eight weeks answer nothing. Categories that had nothing in the last two weeks are passed over.
    """
    wanted = (
        (category, np.asarray(counts, dtype=np.float64))
        for category, counts in enumerate(counts_by_day)
        if len(counts) > 2 * FIRST_DAYS and counts[-14:].sum() > 0
    )
    found: list[Cluster] = []
    while together := list(islice(wanted, TOGETHER)):
        usual = backgrounds(
            [counts for _, counts in together], place.population, place.town, weekday, len(weekday) - 1, KEPT_DAYS
        )
        for (category, counts), expected in zip(together, usual, strict=True):
            found += _clusters_of(category, counts, expected, place.zones, most, least_score)
    return sorted(found, key=lambda cluster: -cluster.score)


def _stream_rows(
    counts: pd.DataFrame, names: np.ndarray, place: GridMap, start: pd.Timestamp, end: pd.Timestamp
) -> Iterator[tuple[pd.Timestamp, Place]]:
    """The candidates of each day from `start` to `end` of one stream."""
    dates = pd.to_datetime(counts["date"])
    begin = dates.min()
    grid = pd.Index(names).get_indexer(counts["grid_id"].astype(str))
    day = (dates - begin).dt.days.to_numpy()
    table = np.zeros(((end - begin).days + 1, len(names)))
    kept = (grid >= 0) & (day < len(table))
    np.add.at(table, (day[kept], grid[kept]), counts["count"].to_numpy()[kept])
    weekday = (begin.day_of_week + np.arange(len(table))) % 7
    learnt = max((start - begin).days, 2 * FIRST_DAYS)
    if len(table) <= learnt:
        return
    usual = background(table, place.population, place.town, weekday, learnt)
    evidence = Evidence(place.zones, usual)
    first = learnt - WARM_UP_DAYS
    for at in range(first, len(table)):
        evidence.day(at, table[at], (at - first) % REFRESHED_DAYS == 0)
        if at >= learnt:
            yield from (
                (begin + pd.Timedelta(days=at), found) for found in places(place.zones, evidence.odds(), PLACES_A_DAY)
            )


def _clusters_of(
    category: int, counts: Floats, usual: Background, every: Zones, most: int, least_score: float
) -> list[Cluster]:
    """The clusters of one category; `usual` of the last `KEPT_DAYS`."""
    before, counts = len(counts) - len(usual.expected), counts[-len(usual.expected) :]
    zones = promising(every, counts, usual, least_score)
    if not len(zones.size):
        return []
    evidence = Evidence(zones, usual)
    first = len(counts) - WARM_UP_DAYS
    ratios = [evidence.day(day, counts[day], (day - first) % REFRESHED_DAYS == 0) for day in range(first, len(counts))]
    last = np.array(ratios[-LONGEST_DAYS:])
    return [
        _described(category, found, _begun(last[:, found.grids].sum(axis=1)), counts, usual.expected, before)
        for found in places(zones, evidence.odds(), most, least_score)
    ]


def _begun(ratios: Singles) -> int:
    """How many days the cluster lasts by the likeliest beginning and multiple; `ratios[days, TIMES]` of its grids."""
    back = np.cumsum(ratios[::-1], axis=0)
    return int(np.unravel_index(np.argmax(back), back.shape)[0]) + 1


def _described(category: int, found: Place, days: int, counts: Floats, expected: Floats, before: int) -> Cluster:
    """The place in words' terms; `before` days are left out of `counts` and `expected`."""
    observed, usual = counts[:, found.grids].sum(axis=1), expected[:, found.grids].sum(axis=1)
    return Cluster(
        category=category,
        grids=found.grids,
        since=before + len(counts) - days,
        observed=float(observed[-days:].sum()),
        expected=float(usual[-days:].sum()),
        probability=probability(found.score),
        confidence=confidence(found.score),
        score=found.score,
        shown_from=before + max(len(counts) - SHOWN_DAYS, 0),
        days_observed=observed[-SHOWN_DAYS:],
        days_expected=usual[-SHOWN_DAYS:],
    )
