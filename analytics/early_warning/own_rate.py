"""How many of one matter are usual in one place over some days? The place's share of what the whole district has now.

The share is the place's share of all incidents times the cell's own tendency (place × category), a gamma of mean 1 learnt
from its past year (DuMouchel 1999), so that a place with little past is not called unusual for one or two. Of the number
that the whole district has now, those here are then beta-binomial, and their upper tail exact: season, weekday, holidays and
trend, which all places share, cancel out.
"""

from collections.abc import Mapping
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd
from scipy.special import betaln, gammaln
from scipy.stats import nbinom

from analytics.answers import question
from analytics.area import LEVELS, Area
from analytics.early_warning.case_days import YEAR, Floats
from analytics.early_warning.finding import Point
from analytics.early_warning.found import Look

TENDENCY_SHAPE = 2.0
"""Of the gamma of tendencies before anything is known: two places in three lie between 0.4 and 1.7 times the usual."""
WEEKS_SHOWN = 26
SHORTEST_PAST_DAYS = 60
TERM = 1e-6
"""A term of so small a part of the sum ends it."""


@question
def counted(cursor: duckdb.DuckDBPyConnection, look: Look, days: float, channel: str | None) -> pd.DataFrame:
    """`area_id, category, recent, past, first_at, past_days`: incidents of the last `days`, or a part of one, and of the year before.

    `first_at` is the first recent one; `past_days` how much of the year before is known, the same in every row.
    """
    values = {
        "until": look.until,
        "since": look.until - timedelta(days=days),
        "begin": look.until - timedelta(days=days + YEAR),
    }
    only = "and channel = $channel::channel_name" if channel else ""
    known = cursor.execute("select min(reported_at) from incident_fact").fetchone()
    first = known[0] if known and known[0] else look.until
    if (
        channel
        and not cursor.execute("select list_contains(enum_range(null::channel_name), $c)", {"c": channel}).fetchall()[
            0
        ][0]
    ):
        only, channel = "and false", None
    frame = cursor.execute(
        f"""select area_id::varchar as area_id, category::varchar as category, count(*) filter (reported_at >= $since) as recent,
            count(*) filter (reported_at < $since) as past, min(reported_at) filter (reported_at >= $since) as first_at
        from incident_fact where reported_at >= $begin and reported_at < $until and area_id is not null and category is not null {only}
        group by all order by all""",
        values | ({"channel": channel} if channel else {}),
    ).df()
    past = (values["since"] - max(first, values["begin"])).days
    return frame.assign(past_days=max(past, 0))


def at_level(counts: pd.DataFrame, known: Mapping[str, Area], level: str) -> pd.DataFrame:
    """The same with the counts of every area added to the one of `level` it lies in; what is known less exactly is left out."""
    depth = LEVELS.index(level)
    above = {area_id: area.path[depth] for area_id, area in known.items() if len(area.path) > depth}
    placed = counts.assign(area_id=counts["area_id"].map(above)).dropna(subset="area_id")
    sums = {"recent": "sum", "past": "sum", "first_at": "min", "past_days": "max"}
    return placed.groupby(["area_id", "category"], as_index=False).agg(sums)


def unusual(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells that have recent ones, with `expected` and `probability` of at least so many; empty with too short a past."""
    if cells.empty or cells["past_days"].max() < SHORTEST_PAST_DAYS:
        return cells.iloc[:0].assign(expected=0.0, probability=1.0)
    places, kinds = cells.groupby("area_id")["past"].sum(), cells.groupby("category")[["recent", "past"]].sum()
    share = (places + 1) / (places.sum() + len(places))
    seen = cells[cells["recent"] > 0].copy()
    own = share.reindex(seen["area_id"]).to_numpy()
    kind = kinds.reindex(seen["category"])
    shape = TENDENCY_SHAPE + seen["past"].to_numpy(np.float64)
    here = np.minimum(own * shape / (TENDENCY_SHAPE + kind["past"].to_numpy() * own), 0.999)
    recent, whole = seen["recent"].to_numpy(np.float64), kind["recent"].to_numpy(np.float64)
    chance = tail_of_whole(recent, whole, shape, shape * (1 - here) / here)
    return seen.assign(expected=whole * here, probability=chance)


def tail_of_whole(count: Floats, whole: Floats, a: Floats, b: Floats) -> Floats:
    """Probability of at least `count` of the `whole`, each here with one share that a beta of `a` and `b` says; 1 up to the mean.

    The sum of the beta-binomial's terms from the count up, each from the one before.
    """
    log = gammaln(whole + 1) - gammaln(count + 1) - gammaln(whole - count + 1) + betaln(count + a, whole - count + b)
    term = np.exp(log - betaln(a, b))
    total, at = term.copy(), count.copy()
    while np.any(term > TERM * total):
        left = np.maximum(whole - at, 0.0)
        term = term * left * (at + a) / ((at + 1) * np.maximum(left - 1 + b, 1e-9))
        total, at = total + term, at + 1
    return np.where(count <= whole * a / (a + b), 1.0, np.minimum(total, 1.0))


def tail(count: Floats, expected: Floats, shape: Floats) -> Floats:
    """Probability of at least `count` where a gamma of this shape and mean says how many are usual."""
    return np.asarray(nbinom.sf(count - 1, shape, shape / (shape + expected)), dtype=np.float64)


@question
def weekly(
    cursor: duckdb.DuckDBPyConnection, look: Look, area_id: str, category: str, channel: str | None
) -> tuple[Point, ...]:
    """What came in an area of a category in each of the last 26 weeks; expected is the mean but for the last two, upper two of its square roots above."""
    only = "and channel = $channel" if channel else ""
    values = {"until": look.until, "since": look.until - timedelta(weeks=WEEKS_SHOWN), "area": area_id}
    values |= {"category": category} | ({"channel": channel} if channel else {})
    rows = cursor.execute(
        f"""select (epoch($until::timestamp) - epoch(reported_at))::bigint // 604800 as ago, count(*) from incident_fact
        where reported_at >= $since and reported_at < $until {only} and category::varchar = $category
            and area_id::varchar in (select area_id from area where $area in (area_id, community_id, town_id, district_id))
        group by 1""",
        values,
    ).fetchall()
    return points_of(dict(rows), look)


def points_of(by_week: Mapping[int, int], look: Look) -> tuple[Point, ...]:
    """Counts by full weeks ago as points, oldest first."""
    counts = np.array([by_week.get(ago, 0) for ago in range(WEEKS_SHOWN - 1, -1, -1)], dtype=np.float64)
    usual = float(np.mean(counts[:-2])) if len(counts) > 2 else 0.0
    upper = usual + 2 * max(usual, 0.25) ** 0.5
    begins = [look.until - timedelta(weeks=ago + 1) for ago in range(WEEKS_SHOWN - 1, -1, -1)]
    return tuple(Point(begin, float(count), usual, upper) for begin, count in zip(begins, counts, strict=True))
