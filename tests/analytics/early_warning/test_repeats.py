"""The same matter again and again, disputes that escalate and crowds of petitioners are found; what is usual is not."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from analytics.early_warning import disputes, repeats, repeats_chains, repeats_spots
from analytics.early_warning.own_rate import at_level, unusual
from tests.analytics.early_warning.scenes import UNTIL, grids, rule, scene

WHERE = scene()
GRIDS = grids(WHERE)
KINDS = [f"城乡建设/市政设施/路灯{n}" for n in range(10)]


def counts(seed: int = 1, rate: float = 3.0, season: float = 1.0) -> pd.DataFrame:
    """As `own_rate.counted`: a year and the last fortnight of every grid and category, places and categories of all sizes."""
    rng = np.random.default_rng(seed)
    size = np.outer(rng.lognormal(0, 0.6, len(GRIDS)), rng.lognormal(0, 0.8, len(KINDS))) * rate
    tendency = rng.gamma(3, 1 / 3, size.shape)
    past, recent = rng.poisson(size * tendency), rng.poisson(size * tendency * season * 14 / 364)
    frame = pd.DataFrame({"area_id": np.repeat(GRIDS, len(KINDS)), "category": np.tile(KINDS, len(GRIDS))})
    return frame.assign(past=past.ravel(), recent=recent.ravel(), first_at=UNTIL - timedelta(days=5), past_days=364)


def test_a_matter_that_comes_again_and_again_in_one_grid_is_found():
    seen = counts()
    seen.loc[37, "recent"] = 9
    found = repeats.detect(seen, WHERE, rule("repeats"), 14)
    assert [(one.area_id, one.subject) for one in found] == [(seen.area_id[37], seen.category[37])]
    assert found[0].observed == 9
    assert found[0].grids == (seen.area_id[37],)
    assert found[0].question == {
        "area": seen.area_id[37], "category": seen.category[37], "from": "2026-10-15", "to": "2026-10-20",
    }  # fmt: skip


def test_a_grid_that_always_has_many_is_not_told_of():
    seen = counts()
    seen.loc[37, ["past", "recent"]] = [200, 9]
    assert repeats.detect(seen, WHERE, rule("repeats"), 14) == []


def test_a_season_that_triples_everything_is_not_told_of():
    alarms = [
        len(repeats.detect(counts(seed, season=3.0), WHERE, rule("repeats", least_observed=2), 14))
        for seed in range(30)
    ]
    assert np.mean(alarms) <= 0.3


def test_the_probability_of_repeats_is_never_too_small_where_nothing_is_going_on():
    chance = np.concatenate([unusual(counts(seed))["probability"].to_numpy() for seed in range(40)])
    every = 40 * len(GRIDS) * len(KINDS)
    for level in (1e-2, 1e-3, 1e-4):
        assert (chance <= level).sum() <= level * every * 1.3 + 3


def test_a_short_past_says_nothing_of_repeats():
    assert repeats.detect(counts().assign(past_days=20, recent=50), WHERE, rule("repeats"), 14) == []
    assert repeats.detect(counts().iloc[:0], WHERE, rule("repeats"), 14) == []


def test_counts_are_added_up_to_the_level_a_rule_looks_at():
    added = at_level(counts(), WHERE.known, "community")
    assert added["recent"].sum() == counts()["recent"].sum()
    assert added["area_id"].str.len().unique().tolist() == [12]


def test_petitions_that_come_together_are_a_crowd():
    petitions = counts(rate=0.01)
    petitions = petitions.assign(recent=0)
    petitions.loc[[40, 50], "recent"] = [2, 2]
    petitions.loc[[40, 50], "category"] = KINDS[0]
    found = repeats.detect(petitions, WHERE, rule("crowd"), 10, "crowd", "petition")
    assert [one.reason["kind"] for one in found] == ["crowd"]
    assert found[0].question["channel"] == "petition"
    assert found[0].observed >= 3


def spots(seed: int = 1, n: int = 3000) -> pd.DataFrame:
    """As `repeats_spots.points`: reports over 13 months at 200 spots, a few metres around each."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform((117.6, 36.2), (117.7, 36.3), (200, 2))
    at = centre[rng.integers(0, 200, n)] + rng.normal(0, 5e-5, (n, 2))
    moment = UNTIL - pd.to_timedelta(np.sort(rng.uniform(0, 394, n))[::-1], unit="D").floor("s")
    frame = pd.DataFrame(
        {"lon": at[:, 0], "lat": at[:, 1], "reported_at": moment, "category": rng.choice(KINDS[:3], n)}
    )
    frame = frame.assign(incident_id=[f"x:{i}" for i in range(n)], area_id=GRIDS[0])
    return frame.assign(
        is_recent=frame["reported_at"] >= UNTIL - timedelta(days=30), category=frame["category"].astype("category")
    )


def test_reports_from_one_spot_are_found_with_those_behind_them():
    seen = spots()
    own = seen.index[seen["is_recent"]][:7]
    seen.loc[own, ["lon", "lat"]] = [117.75, 36.25]
    seen.loc[own, "category"] = KINDS[0]
    found = repeats_spots.detect(seen, WHERE, rule("repeats_spots"))
    assert [sorted(one.incident_ids) for one in found] == [sorted(seen.loc[own, "incident_id"])]
    assert found[0].reason["lon"] == 117.75


def test_spots_where_nothing_has_changed_are_quiet_within_the_budget():
    alarms = [
        len(repeats_spots.detect(spots(seed), WHERE, rule("repeats_spots", least_observed=2))) for seed in range(20)
    ]
    assert np.mean(alarms) <= 0.3
    assert repeats_spots.detect(spots().tail(100), WHERE, rule("repeats_spots")) == []


def reports(seed: int = 1, n: int = 2000, share: float = 0.1) -> pd.DataFrame:
    """As `repeats_chains.reports`: a year of reports, a share of which repeats one of the last few."""
    rng = np.random.default_rng(seed)
    moment = UNTIL - pd.to_timedelta(np.sort(rng.uniform(0, 360, n))[::-1], unit="D").floor("s")
    ids = np.array([f"hotline:{i}" for i in range(n)], dtype=object)
    back = np.maximum(np.arange(n) - rng.integers(1, 20, n), 0)
    repeat = np.where(rng.random(n) < share, ids[back], None)
    frame = pd.DataFrame({"incident_id": ids, "repeat_of": repeat, "category": rng.choice(KINDS, n)})
    return frame.assign(area_id=rng.choice(GRIDS, n), reported_at=moment)


def test_a_chain_of_reports_each_repeating_the_one_before_is_found():
    seen = reports()
    own = list(range(1900, 2000, 12))
    for before, after in pairwise(own):
        seen.loc[after, "repeat_of"] = seen.loc[before, "incident_id"]
    seen.loc[own, ["category", "area_id"]] = [KINDS[0], GRIDS[5]]
    found = repeats_chains.detect(seen, WHERE, rule("chain"))
    assert len(found) == 1
    assert set(seen.loc[own[1:], "incident_id"]) <= set(found[0].incident_ids)
    assert found[0].reason["kind"] == "chain"


def test_chains_no_longer_than_usual_are_quiet_within_the_budget():
    assert np.mean([len(repeats_chains.detect(reports(seed), WHERE, rule("chain"))) for seed in range(20)]) <= 0.2
    assert repeats_chains.detect(reports().tail(50), WHERE, rule("chain")) == []


def quarrels(seed: int = 1, n: int = 1200) -> pd.DataFrame:
    """As `disputes.disputes`: 15 months of disputes over all grids."""
    rng = np.random.default_rng(seed)
    moment = UNTIL - pd.to_timedelta(np.sort(rng.uniform(0, 450, n))[::-1], unit="D").floor("s")
    frame = pd.DataFrame({"incident_id": [f"x:{i}" for i in range(n)], "kind": rng.choice(["邻里纠纷", "劳资纠纷"], n)})
    channel = rng.choice(["grid_app", "hotline", "petition"], n, p=[0.8, 0.17, 0.03])
    return frame.assign(
        category="政法/矛盾纠纷/" + frame["kind"], channel=channel, area_id=rng.choice(GRIDS, n), reported_at=moment
    )


def failed(area_id: str, days_ago: int) -> pd.DataFrame:
    """As `disputes.in_vain`: one mediation that failed."""
    row = {
        "mediation_id": "m:1",
        "incident_id": None,
        "kind": "邻里纠纷",
        "area_id": area_id,
        "closed_at": UNTIL - timedelta(days=days_ago),
    }
    return pd.DataFrame([row])


NONE = failed(GRIDS[0], 1).iloc[:0]


def test_a_dispute_reported_again_after_a_mediation_in_vain_is_found():
    seen = quarrels()
    own = seen.index[-4:]
    seen.loc[own, ["area_id", "kind", "category"]] = [GRIDS[7], "邻里纠纷", "政法/矛盾纠纷/邻里纠纷"]
    seen.loc[own[-1], "channel"] = "petition"
    found = disputes.detect(seen, failed(GRIDS[7], 20), WHERE, rule("dispute"))
    assert [(one.area_id, one.reason["kind"]) for one in found] == [(GRIDS[7][:12], "dispute_after")]
    assert found[0].reason["petitions"] >= 1
    assert set(seen.loc[own, "incident_id"]) <= set(found[0].incident_ids)
    assert found[0].reason["points"]["impact"] == 1


def test_a_dispute_that_goes_up_to_the_petition_office_is_found_without_any_mediation():
    seen = quarrels()
    own = seen.index[-5:]
    seen.loc[own, ["area_id", "kind", "category"]] = [GRIDS[7], "邻里纠纷", "政法/矛盾纠纷/邻里纠纷"]
    seen.loc[own, "channel"] = ["grid_app", "hotline", "petition", "petition", "petition"]
    found = disputes.detect(seen, NONE, WHERE, rule("dispute"))
    assert [(one.area_id, one.reason["kind"]) for one in found] == [(GRIDS[7][:12], "dispute")]


def test_disputes_as_usual_are_quiet_within_the_budget_and_a_short_history_says_nothing():
    alarms = [len(disputes.detect(quarrels(seed), failed(GRIDS[3], 30), WHERE, rule("dispute"))) for seed in range(30)]
    assert np.mean(alarms) <= 0.2
    assert disputes.detect(quarrels().tail(100), failed(GRIDS[3], 30), WHERE, rule("dispute")) == []
    assert disputes.detect(quarrels().iloc[:0], NONE, WHERE, rule("dispute")) == []
