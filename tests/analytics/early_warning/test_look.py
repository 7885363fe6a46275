"""One rule is asked of one state of the warehouse up to one moment; what came later is not known to it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.answers import newest_snapshot
from analytics.early_warning.look import DETECTORS, findings
from analytics.early_warning.rules import Rule, RuleError, default_rules
from tests import small
from tests.homes import living_in, put
from warehouse.errors import WarehouseError

RULES = {rule.name: rule for rule in default_rules()}
MATTERS = ("城乡建设/环境卫生/垃圾清运", "政法/矛盾纠纷/邻里纠纷", "公用事业/供水/停水")
GRIDS = list(small.GRIDS)
SECONDS = timedelta(seconds=1)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[datetime]:
    """The small district with two years of cases, of which one office is slow, one matter repeats, and a gauge is over; its now."""
    with living_in(tmp_path_factory.mktemp("year") / "home"):
        small.build()
        cases = pd.concat([_cases(), _repeated()], ignore_index=True)
        put({"incident": cases, "sensor": _gauge(), "reading": _water()}, instead=False)
        yield small.NOW + SECONDS


def _cases() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    n = 12_000
    ago = np.sort(rng.uniform(41, 700, n))[::-1]
    ago[:6000:10] = rng.uniform(0, 40, 600)
    slow = np.where((ago < 25) & (np.arange(n) % 2 == 0), 3.0, 1.0)
    reported = small.NOW - pd.to_timedelta(ago, unit="D")
    closed = pd.Series(reported + pd.to_timedelta(rng.exponential(2.0, n) * slow, unit="D")).dt.floor("s")
    frame = pd.DataFrame(
        {"reported_at": pd.Series(reported).dt.floor("s"), "closed_at": closed.where(closed <= small.NOW)}
    )
    frame["due_at"] = frame["reported_at"] + timedelta(days=4)
    frame["department"] = np.where(np.arange(n) % 2 == 0, "水利局", "民政局")
    return _whole(frame, "old", rng.choice(GRIDS, n), rng.choice(MATTERS, n))


def _repeated() -> pd.DataFrame:
    moment = small.NOW - pd.to_timedelta(np.arange(1, 13) * 20, unit="h")
    frame = pd.DataFrame(
        {"reported_at": moment, "department": "民政局", "closed_at": moment, "due_at": moment + timedelta(days=4)}
    )
    return _whole(frame, "again", [GRIDS[0]] * 12, [MATTERS[2]] * 12)


def _whole(frame: pd.DataFrame, name: str, grid: object, category: object) -> pd.DataFrame:
    ids = [f"grid_app:{name}{n}" for n in range(len(frame))]
    return frame.assign(
        incident_id=ids, source="grid_app", channel="grid_app", status="dispatched", grid_id=grid, area_id=grid, category=category,
        reopened_count=0, located_by="code", is_outside=False, load_id=2,
    )  # fmt: skip


def _gauge() -> pd.DataFrame:
    row = {"sensor_id": "SW1", "source": "sensors", "kind": "level_gauge", "name": "汇河", "unit": "m", "threshold": 2.5,
           "every_minutes": 60.0, "area_id": GRIDS[0], "grid_id": GRIDS[0], "load_id": 3}  # fmt: skip
    return pd.DataFrame([row])


def _water() -> pd.DataFrame:
    hours = np.arange(24 * 20)
    value = np.where(hours < 5, 2.8, 0.9 + 0.01 * (hours % 7))
    moment = small.NOW - pd.to_timedelta(hours, unit="h")
    return pd.DataFrame(
        {"sensor_id": "SW1", "source": "readings", "measured_at": moment, "value": value, "unit": "m", "load_id": 4}
    )


@pytest.mark.parametrize("name", [rule.name for rule in default_rules() if rule.detector in DETECTORS])
def test_every_rule_can_be_asked_and_its_reasons_are_plain(year: datetime, name: str):
    for one in findings(RULES[name], newest_snapshot(), year):
        json.dumps({"reason": one.reason, "question": one.question})
        assert one.rule == name
        assert one.until == year
        assert one.since <= year
        assert 0 <= one.probability <= 1 and 0 <= one.confidence < 1


def test_an_office_that_has_slowed_down_is_found_in_the_warehouse_with_incidents_behind_it(year: datetime):
    found = findings(RULES["slow"], newest_snapshot(), year)
    assert [one.subject for one in found] == ["水利局"]
    assert len(found[0].incident_ids) > 100
    assert findings(RULES["slow"], newest_snapshot(), year, with_incidents=False)[0].incident_ids == ()


def test_what_repeats_is_found_with_exactly_its_incidents_and_a_weekly_series(year: datetime):
    found = [one for one in findings(RULES["repeats"], newest_snapshot(), year) if one.area_id == GRIDS[0]]
    assert [one.subject for one in found] == [MATTERS[2]]
    assert {f"grid_app:again{n}" for n in range(12)} <= set(found[0].incident_ids)
    assert found[0].series[-1].observed > found[0].series[0].observed


def test_a_gauge_over_its_threshold_is_found_and_an_hour_after_it_began_it_was_not_yet(year: datetime):
    assert [one.subject for one in findings(RULES["threshold"], newest_snapshot(), year)] == ["SW1"]
    assert findings(RULES["threshold"], newest_snapshot(), year - timedelta(hours=4)) == []


def test_what_came_later_is_not_known_a_look_at_last_month_sees_no_slowdown(year: datetime):
    assert findings(RULES["slow"], newest_snapshot(), year - timedelta(days=30)) == []


def test_what_is_less_sure_than_the_rule_asks_is_not_told_of(year: datetime):
    one, snapshot = RULES["threshold"], newest_snapshot()
    (sure,) = findings(one, snapshot, year)
    for least, left in ((sure.confidence, 1), (min(sure.confidence + 1e-9, 1.0), 0)):
        limits = {**one.limits, "least_confidence": least}
        assert len(findings(one.model_copy(update={"limits": limits}), snapshot, year)) == left


def test_a_rule_that_is_off_finds_nothing_and_one_without_a_detector_says_what_there_is(year: datetime):
    assert findings(RULES["slow"].model_copy(update={"is_on": False}), newest_snapshot(), year) == []
    with pytest.raises(RuleError, match="no detector 'soothsayer'"):
        findings(Rule(name="x", detector="soothsayer"), newest_snapshot(), year)


def test_without_a_warehouse_the_error_is_one_of_ours(tmp_path: Path):
    with living_in(tmp_path / "none"), pytest.raises(WarehouseError):
        findings(RULES["slow"], 1, small.NOW)


def test_forty_days_are_too_short_a_history_for_every_rule_that_learns(small_home: Path):
    with living_in(small_home):
        learning = [rule for rule in default_rules() if rule.detector in DETECTORS and "silence" not in rule.detector]
        assert [findings(rule, newest_snapshot(), small.NOW) for rule in learning] == [[]] * len(learning)
