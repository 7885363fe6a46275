"""More than usual is found in the district by its calendar, in a place by its share; crowds by the scan; else quiet."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.early_warning import counted, counted_district, crowded, repeats
from analytics.early_warning.clusters import grid_map
from tests.analytics.early_warning.scenes import LAST, UNTIL, grids, rule, scene
from ui.words.reasons import sentence

WHERE = scene()
LAST_HOUR = LAST * 24 + 23
GRIDS = grids(WHERE)
KINDS = [f"城乡建设/事项{n}" for n in range(6)]


def district(seed: int = 1, days: int = 800, extra: int = 0) -> pd.DataFrame:
    """As `counted_district.by_hour`: six matters with weekdays and a season; `extra` more of the first on the last day."""
    rng = np.random.default_rng(seed)
    day = np.arange(LAST - days + 1, LAST + 1)
    shape = np.where((day + 3) % 7 < 5, 1.0, 0.6) * (1 + 0.4 * np.sin(2 * np.pi * day / 365.25))
    table = rng.poisson(np.outer((3, 6, 10, 15, 25, 40), shape))
    table[0, -1] += extra
    frame = pd.DataFrame({"category": np.repeat(KINDS, days), "hour": np.tile(day * 24, 6), "n": table.ravel()})
    return frame[frame["n"] > 0]


def test_a_day_far_above_what_the_calendar_explains_is_found_in_the_whole_district():
    found = counted_district.detect(district(extra=25), LAST_HOUR, WHERE, rule("counts_district"))
    assert [(one.subject, one.area_id) for one in found] == [(KINDS[0], "370116")]
    assert found[0].observed >= 25 > found[0].expected
    assert found[0].series[-1].observed > found[0].series[-1].upper
    assert len(found[0].series) == counted_district.SHOWN["day"]


@pytest.mark.parametrize("step", ["day", "week"])
def test_a_district_as_ever_is_quiet_and_a_short_history_says_nothing(step: str):
    name = "counts_district" if step == "day" else "counts_district_week"
    assert counted_district.detect(district(), LAST_HOUR, WHERE, rule(name)) == []
    assert counted_district.detect(district(days=200, extra=90), LAST_HOUR, WHERE, rule(name)) == []
    assert counted_district.detect(district().iloc[:0], LAST_HOUR, WHERE, rule(name)) == []


def test_a_rise_too_small_for_any_one_day_is_found_once_it_has_lasted():
    slow = district(days=800)
    first = slow["category"] == KINDS[4]
    slow.loc[first & (slow["hour"] > (LAST - 6) * 24), "n"] += 13
    found = counted_district.detect(slow, LAST_HOUR, WHERE, rule("counts_district"))
    assert [one.subject for one in found] == [KINDS[4]]
    assert 3 <= found[0].reason["days"] <= 9
    assert found[0].observed > found[0].expected + 30


def test_an_hour_far_above_its_own_hour_of_day_is_found_and_a_quiet_one_is_not():
    hours = np.arange(LAST_HOUR - 59 * 24, LAST_HOUR + 1)
    usual = np.where((hours % 24 >= 8) & (hours % 24 < 20), 4.0, 0.2)
    table = np.random.default_rng(5).poisson(np.tile(usual, (4, 1)))
    loud = table.copy()
    loud[1, -1] += 9
    frames = [
        pd.DataFrame({"category": np.repeat(KINDS[:4], len(hours)), "hour": np.tile(hours, 4), "n": one.ravel()})
        for one in (table, loud)
    ]
    quiet, found = (counted_district.detect(one[one["n"] > 0], LAST_HOUR, WHERE, rule("counts_hour")) for one in frames)
    assert quiet == []
    assert [(one.subject, one.reason["hours"]) for one in found] == [(KINDS[1], 1)]


def places(seed: int = 1, days: int = 1) -> pd.DataFrame:
    """As `own_rate.counted`: a year and the last days of every grid and matter."""
    rng = np.random.default_rng(seed)
    usual = np.outer(rng.lognormal(0, 0.6, len(GRIDS)), rng.lognormal(1, 0.6, len(KINDS)))
    frame = pd.DataFrame({"area_id": np.repeat(GRIDS, len(KINDS)), "category": np.tile(KINDS, len(GRIDS))})
    past, recent = rng.poisson(usual), rng.poisson(usual * days / 364)
    return frame.assign(past=past.ravel(), recent=recent.ravel(), first_at=UNTIL - timedelta(hours=9), past_days=364)


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("counts_grid", 1),
        ("counts_day", 1),
        ("counts", 7),
        ("counts_town", 7),
        ("counts_town_day", 1),
        ("counts_hours", 0.125),
    ],
)
def test_areas_of_every_level_as_ever_are_quiet_within_the_budget(name: str, days: float):
    one = rule(name, least_observed=1)
    alarms = [len(repeats.detect(places(seed, days), WHERE, one, days, "counts")) for seed in range(12)]
    assert np.mean(alarms) <= one.per_day + 0.2


def test_a_rise_within_hours_is_found_in_its_community_and_says_so():
    seen = places(days=0.125)
    seen.loc[:, "recent"] = (seen["category"] == KINDS[0]).astype(int) * (np.arange(len(seen)) % 97 == 0)
    seen.loc[[0, 6], "recent"] = 6
    found = repeats.detect(seen, WHERE, rule("counts_hours"), 0.125, "counts")
    assert [(one.area_id, one.reason["hours"], "days" in one.reason) for one in found] == [(GRIDS[0][:12], 3, False)]
    assert "3小时内" in sentence(found[0].reason, "zh")


def test_a_rise_that_lies_in_one_community_is_not_told_once_more_for_its_town():
    seen = places(days=7).assign(recent=0)
    seen.loc[[0, 6, 12], "recent"] = 6
    towns = repeats.detect(seen, WHERE, rule("counts_town"), 7, "counts")
    assert towns and all(counted._lies_inside(seen, WHERE, one) for one in towns)
    apart = places(days=7).assign(recent=0)
    apart.loc[[n * 10 * len(KINDS) for n in range(0, 10, 2)], "recent"] = 4  # five communities of one town
    towns = repeats.detect(apart, WHERE, rule("counts_town"), 7, "counts")
    assert towns and not any(counted._lies_inside(apart, WHERE, one) for one in towns)


def test_incidents_that_crowd_together_across_borders_are_found_with_their_grids():
    rng = np.random.default_rng(3)
    lon, lat = 117.6 + 0.01 * (np.arange(100) % 10), 36.2 + 0.01 * (np.arange(100) // 10)
    place = (tuple(GRIDS), grid_map(lon, lat, np.full(100, 900.0), [grid[:9] for grid in GRIDS]))
    table = rng.poisson(0.02, (300, 100))
    crowd = [44, 45, 54, 55]
    quiet = _rows(table)
    table[-3:, crowd] += 2
    one = rule("cluster")
    found = crowded.detect(_rows(table), place, LAST, WHERE, one)
    assert found and len(set(found[0].grids) & {GRIDS[n] for n in crowd}) >= 3
    assert found[0].reason["kind"] == "cluster"
    assert crowded.detect(quiet, place, LAST, WHERE, one) == []
    assert crowded.detect(quiet[quiet["day"] > LAST - 60], place, LAST, WHERE, one) == []


def _rows(table: np.ndarray) -> pd.DataFrame:
    day, grid = np.nonzero(table)
    first = LAST - len(table) + 1
    return pd.DataFrame(
        {"category": KINDS[0], "grid_id": np.array(GRIDS)[grid], "day": first + day, "n": table[day, grid]}
    )
