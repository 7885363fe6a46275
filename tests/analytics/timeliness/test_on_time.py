"""On-time rates against plain SQL, with their interval, ranked only where there are enough."""

import numpy as np
import pytest

from analytics.metrics import measure
from analytics.timeliness.on_time import on_time_by, rank_on_time
from analytics.view import View

SINCE, NOW = "timestamp '2026-09-20 16:00'", "timestamp '2026-10-20 04:00'"


def wilson(hits: int, n: int) -> list[float]:
    """The two shares whose score test just keeps `hits / n`: roots of (p − hits/n)² = z² p(1 − p)/n."""
    z2, share = 1.959964**2, hits / n
    return sorted(np.roots([1 + z2 / n, -(2 * share + z2 / n), share**2]))


def test_a_weeks_rate_counts_all_that_was_due_in_it(ask):
    own = ask(
        f"""select (due_at + interval 8 hour)::date - (isodow(due_at + interval 8 hour) - 1)::int as week,
            sum((closed_at is not null and closed_at <= due_at)::int), count(*)
        from incident where due_at between {SINCE} and {NOW} group by 1 order by 1"""
    )
    got = on_time_by(View.from_query({}), "week")
    assert [(row.key.date(), row.on_time, row.due) for row in got.itertuples()] == own


@pytest.mark.parametrize("by", ["week", "month", "department", "category:2", "town", "community", "grid"])
def test_the_parts_add_up_to_the_metric_and_lie_in_wilsons_interval(ask, by):
    seen = View.from_query({})
    rows, whole = on_time_by(seen, by), measure(seen, "on_time_rate")
    assert (rows["on_time"].sum(), rows["due"].sum()) == (whole.numerator, whole.denominator)
    for row in rows.itertuples():
        assert [row.low, row.high] == pytest.approx(wilson(row.on_time, row.due))


def test_only_keys_with_enough_cases_are_ranked_best_first(ask):
    seen = View.from_query({})
    rows, ranked = on_time_by(seen, "grid"), rank_on_time(seen, "grid", 55)
    assert set(ranked["key"]) == set(rows.loc[rows["due"] >= 55, "key"]) < set(rows["key"])
    assert ranked["place"].tolist() == list(range(1, len(ranked) + 1)) and ranked["share"].is_monotonic_decreasing


def test_a_place_says_how_far_chance_could_move_it(ask):
    ranked = rank_on_time(View.from_query({}), "community")
    for row in ranked.itertuples():
        better = sum(other.low > row.high for other in ranked.itertuples())
        worse = sum(other.high < row.low for other in ranked.itertuples())
        assert (row.first, row.last) == (1 + better, len(ranked) - worse)


def test_thirty_due_cases_are_the_least_unless_told(ask):
    rows = on_time_by(View.from_query({}), "week")
    assert rows["has_enough"].tolist() == [n >= 30 for n in rows["due"]]
    assert not rows["has_enough"].all()
