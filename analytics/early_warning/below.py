"""Does what the district has too much of lie in one community? Then that community's own rules tell it, where somebody can go."""

from datetime import timedelta

import duckdb
import numpy as np
from scipy.stats import poisson

from analytics.answers import question
from analytics.early_warning.case_days import Floats
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Look

INSIDE_SHARE = 0.8
"""A rise that lies by so much in one community is that community's."""
RARE = 1e-6
"""So unusual in the community that its own rules tell it, among all communities and matters."""
LEAST_USUAL = 0.05
YEAR = timedelta(days=364)


def lies_below(look: Look, one: Finding) -> bool:
    """Whether one community has four fifths of the excess, and far more than its share of what was expected."""
    hours = float(str(one.reason.get("hours") or 0)) or 24 * float(str(one.reason["days"]))
    table = by_community(look, one.subject, one.since.isoformat(), (one.since + timedelta(hours=hours)).isoformat())
    now, before = table
    usual = np.maximum(one.expected * before / max(before.sum(), 1.0), LEAST_USUAL)
    held = now - usual >= INSIDE_SHARE * (one.observed - one.expected)
    return bool(np.any(held & (poisson.sf(now - 1, usual) <= RARE)))


@question
def by_community(
    cursor: duckdb.DuckDBPyConnection, look: Look, category: str, since: str, until: str
) -> tuple[Floats, Floats]:
    """Of each community the incidents of a matter from `since` to `until` (UTC), and those of the year before."""
    found = cursor.execute(
        """select count(*) filter (reported_at >= $since::timestamp) as n, count(*) filter (reported_at < $since::timestamp) as before
        from incident join area using (area_id)
        where reported_at >= $year_before and reported_at < least($until::timestamp, $now) and community_id is not null
            and (category = $category or starts_with(category, $category || '/'))
        group by community_id""",
        {"since": since, "until": until, "year_before": look.until - YEAR, "category": category, "now": look.until},
    ).fetchnumpy()
    return np.asarray(found["n"], dtype=np.float64), np.asarray(found["before"], dtype=np.float64)
