"""Clusters of incidents in place and time: a planted one is found, quiet is quiet, the future plays no part."""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from analytics.early_warning.clusters import GridMap, cluster_alarms, clusters_now, grid_map

SIDE, DAYS, LEARNT = 14, 200, 170
GRIDS = SIDE * SIDE
WEEKDAY = np.arange(DAYS) % 7
FIRST = pd.Timestamp("2025-01-06")


@lru_cache(maxsize=1)
def square() -> GridMap:
    """A map of grids in a square, 200 m apart, in four towns."""
    row, column = np.divmod(np.arange(GRIDS), SIDE)
    town = row // 7 * 2 + column // 7
    return grid_map(117.6 + column * 0.0022, 36.2 + row * 0.0018, np.full(GRIDS, 800.0), town)


def quiet(rate: float, seed: int = 5) -> np.ndarray:
    """Over-dispersed counts `[days, grids]` with a busy day of the week and a day on which the whole district is busy."""
    random = np.random.default_rng(seed)
    share = random.gamma(3.0, 1 / 3.0, GRIDS)
    day = np.where(WEEKDAY == 0, 1.4, 1.0)
    day[LEARNT + 3] = 3.0
    mean = rate * np.outer(day, share)
    return random.negative_binomial(mean / 0.1, 1 / 1.1).astype(float)


def block(row: int, column: int, height: int, width: int) -> np.ndarray:
    rows, columns = np.meshgrid(np.arange(row, row + height), np.arange(column, column + width), indexing="ij")
    return np.sort((rows * SIDE + columns).ravel())


def planted(rate: float, where: np.ndarray, days: int, added: float, seed: int = 5) -> np.ndarray:
    """Quiet counts with `added` incidents a grid and day in the last `days`."""
    counts = quiet(rate, seed)
    counts[-days:, where] += np.random.default_rng(1).poisson(added, (days, len(where)))
    return counts


def frames(counts: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The same as a folder's three tables: counts, grids, streams."""
    names = np.array([f"G{number:04d}" for number in range(GRIDS)])
    day, grid = np.nonzero(counts)
    dates = FIRST + pd.to_timedelta(day, unit="D")
    table = pd.DataFrame(
        {"stream_id": "s", "date": dates, "grid_id": names[grid], "count": counts[day, grid].astype(int)}
    )
    row, column = np.divmod(np.arange(GRIDS), SIDE)
    grids = pd.DataFrame({"grid_id": names, "town_id": row // 7, "community_id": row, "lon": 117.6 + column * 0.0022})
    grids = grids.assign(lat=36.2 + row * 0.0018, population=800)
    last = FIRST + pd.Timedelta(days=DAYS - 1)
    streams = pd.DataFrame({"stream_id": ["s"], "eval_start": [FIRST + pd.Timedelta(days=LEARNT)], "eval_end": [last]})
    return table, grids, streams


@pytest.mark.parametrize("rate", [0.005, 0.05, 0.5])
def test_quiet_days_give_no_warning_even_when_the_whole_district_is_busy(rate: float) -> None:
    counts = quiet(rate)
    found = [
        clusters_now([counts[: day + 1]], WEEKDAY[: day + 1], square()) for day in (LEARNT + 3, LEARNT + 10, DAYS - 1)
    ]
    assert not any(cluster.confidence > 0.5 for day in found for cluster in day)


@pytest.mark.parametrize(("rate", "added"), [(0.005, 0.3), (0.05, 0.3), (0.5, 0.8)])
def test_a_planted_cluster_is_found_with_its_extent_and_its_beginning(rate: float, added: float) -> None:
    where = block(4, 5, 3, 3)
    found = clusters_now([planted(rate, where, 7, added)], WEEKDAY, square())
    assert found[0].confidence > 0.9
    assert found[0].probability < 1e-3
    shared = len(np.intersect1d(found[0].grids, where)) / len(np.union1d(found[0].grids, where))
    assert shared >= 0.6
    assert abs(found[0].since - (DAYS - 7)) <= 3
    assert found[0].observed > 2 * found[0].expected


def test_a_cluster_brings_the_series_that_shows_it() -> None:
    where = block(4, 5, 3, 3)
    cluster = clusters_now([planted(0.05, where, 7, 0.5)], WEEKDAY, square())[0]
    assert len(cluster.days_observed) == len(cluster.days_expected) == DAYS - cluster.shown_from
    assert cluster.days_observed[cluster.since - cluster.shown_from :].sum() == cluster.observed


def test_two_clusters_far_apart_are_two_candidates_and_the_category_is_named() -> None:
    counts = planted(0.02, block(1, 1, 2, 2), 6, 0.9)
    counts[-6:, block(11, 11, 2, 2)] += 1
    found = clusters_now([quiet(0.02), counts], WEEKDAY, square())
    assert {cluster.category for cluster in found} == {1}
    assert len(found) == 2
    assert not np.intersect1d(found[0].grids, found[1].grids).size


def test_two_incidents_of_one_grid_on_one_day_count_for_less_where_that_often_happens() -> None:
    from analytics.early_warning.clusters_evidence import log_ratios

    calm, lumpy = (log_ratios(np.array([2.0]), np.array([0.01]), phi)[0] for phi in (1.001, 1.3))
    assert (lumpy[4:] < calm[4:]).all()


@pytest.mark.parametrize("counts", [np.zeros((0, GRIDS)), np.ones((20, GRIDS)), np.zeros((DAYS, GRIDS))])
def test_a_short_history_and_an_empty_one_answer_nothing(counts: np.ndarray) -> None:
    assert clusters_now([counts], np.arange(len(counts)) % 7, square()) == []


def test_an_empty_stream_and_a_stream_with_one_incident_are_no_error() -> None:
    counts, grids, streams = frames(np.zeros((DAYS, GRIDS)))
    assert cluster_alarms(counts, grids, streams).empty
    one = np.zeros((DAYS, GRIDS))
    one[20, 7] = 1
    assert np.isfinite(cluster_alarms(*frames(one))["score"]).all()


def test_a_stream_named_by_a_number_is_answered_too() -> None:
    counts, grids, streams = frames(quiet(0.02))
    assert len(cluster_alarms(counts.assign(stream_id=3), grids, streams.assign(stream_id=3)))


def test_what_comes_later_changes_no_score() -> None:
    counts, grids, streams = frames(planted(0.05, block(4, 5, 3, 3), 20, 0.4))
    cut = FIRST + pd.Timedelta(days=DAYS - 12)
    whole, part = cluster_alarms(counts, grids, streams), cluster_alarms(counts[counts["date"] <= cut], grids, streams)
    whole, part = whole[whole["date"] <= cut], part[part["date"] <= cut]
    pd.testing.assert_frame_equal(whole, part)


def test_at_most_twenty_candidates_a_day_best_first_and_none_overlapping() -> None:
    alarms = cluster_alarms(*frames(quiet(0.05)))
    for _, day in alarms.groupby("date"):
        assert len(day) <= 20
        assert day["score"].is_monotonic_decreasing
    assert alarms["date"].nunique() == DAYS - LEARNT


def test_a_grid_that_has_changed_for_good_is_taken_as_it_is_after_two_months() -> None:
    counts = quiet(0.5)
    counts[-75:, 100] += np.random.default_rng(2).poisson(2.0, 75)
    assert not [cluster for cluster in clusters_now([counts], WEEKDAY, square()) if cluster.confidence > 0.5]


def test_no_zone_leaps_over_a_gap_where_it_is_known_which_grids_touch() -> None:
    points = np.column_stack([np.arange(12) * 200.0, np.zeros(12)])
    from analytics.early_warning.clusters_zones import CIRCLES, zones

    touching = np.array([(at, at + 1) for at in range(11) if at != 5])
    round_zones = [tuple(grids.tolist()) for grids in map(zones(points, touching).grids, range(12))]
    assert (4, 5, 6) not in round_zones
    assert CIRCLES[0] == 1
