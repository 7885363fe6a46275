"""Sensors over their threshold, rising fast, about to be full, silent or frozen are found; noise, loss and unknown are not."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.answers import newest_snapshot
from analytics.early_warning import bins, devices, devices_rising, silence, silence_cameras
from analytics.early_warning.found import Look
from analytics.early_warning.silence_feeds import deliveries
from tests import small
from tests.analytics.early_warning.scenes import UNTIL, grids, rule, scene
from tests.homes import put

WHERE = scene()
GRIDS = grids(WHERE)


def read(values: np.ndarray, every: float = 60.0, kind: str = "level_gauge", threshold: float = 2.5) -> pd.DataFrame:
    """Readings of sensors (rows), one every so many minutes up to now, as `devices.readings`."""
    n, k = values.shape
    moment = UNTIL - pd.to_timedelta(every * np.arange(k)[::-1], unit="min")
    frame = pd.DataFrame(
        {"sensor_id": np.repeat([f"S{i:03d}" for i in range(n)], k), "measured_at": np.tile(moment, n)}
    )
    where = np.repeat([GRIDS[i % len(GRIDS)] for i in range(n)], k)
    return frame.assign(
        kind=kind, name="北河", unit="m", threshold=threshold, every_minutes=every, area_id=where, value=values.ravel()
    )


def test_a_gauge_that_stays_over_its_threshold_is_found_since_the_first_time():
    values = np.full((2, 48), 1.0)
    values[0, -4:] = [2.6, 2.45, 2.7, 2.8]  # 2.45 is within the hysteresis
    found = devices.detect(read(values), {"level_gauge": 1e-4}, WHERE, rule("threshold"))
    assert [one.subject for one in found] == ["S000"]
    assert found[0].since == UNTIL - timedelta(hours=3)
    assert found[0].reason["threshold"] == 2.5
    assert found[0].reason["points"]["impact"] == 2


@pytest.mark.parametrize(
    "last",
    [[1.0, 2.6], [2.7, 2.8, 1.0], [2.4, 2.4, 2.4]],
    ids=["one reading is not held", "it is over no more", "near is not over"],
)
def test_what_does_not_last_is_not_told_of(last: list[float]):
    values = np.full((1, 48), 1.0)
    values[0, -len(last) :] = last
    assert devices.detect(read(values), {}, WHERE, rule("threshold")) == []


def test_a_gauge_silent_since_it_was_over_is_not_told_of_as_over():
    values = np.full((1, 48), 2.8)
    seen = read(values)
    assert (
        devices.detect(seen.assign(measured_at=seen["measured_at"] - timedelta(hours=9)), {}, WHERE, rule("threshold"))
        == []
    )
    assert devices.detect(seen.iloc[:0], {}, WHERE, rule("threshold")) == []


def test_a_gauge_over_its_threshold_when_all_gauges_stopped_stays_told_of():
    values = np.full((4, 48), 1.0)
    values[0, -4:] = 2.8
    seen = read(values)
    stopped = seen.assign(measured_at=seen["measured_at"] - timedelta(hours=20))
    found = devices.detect(stopped, {}, WHERE, rule("threshold"))
    assert [one.subject for one in found] == ["S000"]
    went_first = stopped[(stopped["sensor_id"] != "S000") | (stopped["measured_at"] < UNTIL - timedelta(hours=30))]
    assert devices.detect(went_first, {}, WHERE, rule("threshold")) == []


def noise(seed: int, n: int = 24, days: int = 60) -> np.ndarray:
    """Water that swings slowly about its level."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, 0.02, (n, days * 24))
    level = np.zeros_like(steps)
    for hour in range(1, steps.shape[1]):
        level[:, hour] = 0.95 * level[:, hour - 1] + steps[:, hour]
    return 0.8 + level


def test_a_gauge_that_rises_fast_is_found_with_the_time_to_its_threshold():
    values = noise(1)
    values[3, -6:] += np.linspace(0.2, 1.0, 6)
    found = devices_rising.detect(read(values), WHERE, rule("rising"))
    assert [one.subject for one in found] == ["S003"]
    assert 2 <= found[0].reason["hours_to_threshold"] <= 12


def test_gauges_that_swing_as_ever_are_quiet_within_the_budget():
    looks = [len(devices_rising.detect(read(noise(seed)), WHERE, rule("rising", per_day=1.0))) for seed in range(12)]
    assert np.mean(looks) * 4 <= 1.0  # four windows of six hours a day
    assert devices_rising.detect(read(noise(1)[:, -50:]), WHERE, rule("rising")) == []


def filling(pace: float, hours: int = 24, seed: int = 1, n: int = 1) -> np.ndarray:
    """Bins emptied once a day at one time, the last time `hours` ago; a reading every four hours, `pace` percent an hour since."""
    rng = np.random.default_rng(seed)
    hour = np.arange(-20 * 24, 1, 4)
    since = np.where(hour < -hours, (hour + 14) % 24, hour + hours)
    return np.clip(4 + np.where(hour < -hours, 2.5, pace) * since + rng.normal(0, 1.2, (n, len(hour))), 0, 100)


def test_a_bin_that_will_be_full_is_found_with_the_hours_it_has():
    found = bins.detect(read(filling(3.4), 240, "bin", 90.0), WHERE, rule("bin", limits={"hours": 12}))
    assert len(found) == 1
    assert found[0].reason["low"] <= 1.3 <= found[0].reason["high"]  # 4 + 3.4 * 24 = 85.6: full in 1.3 hours
    assert found[0].confidence > 0.9


def test_a_bin_that_fills_slowly_is_full_already_or_was_just_emptied_is_not_told_of():
    one = rule("bin", limits={"hours": 6})
    assert bins.detect(read(filling(1.5), 240, "bin", 90.0), WHERE, one) == []
    assert bins.detect(read(filling(6.0), 240, "bin", 90.0), WHERE, one) == []
    assert bins.detect(read(filling(9.0, hours=4), 240, "bin", 90.0), WHERE, one) == []
    assert bins.detect(read(filling(1.5), 240, "bin", 90.0).iloc[:0], WHERE, one) == []


def test_forecasts_of_bins_come_true_as_often_as_they_say():
    rng = np.random.default_rng(2)
    pace = rng.uniform(2.6, 3.6, 400)
    values = np.vstack([filling(p, seed=int(n)) for n, p in enumerate(pace)])
    now = bins.filling(read(values, 240, "bin", 90.0), WHERE)
    chance = now.chance_full(6)
    sway = rng.normal(0, 0.1, 400)
    truth = 4 + pace * 24 + pace * (1 + sway) * 6 + rng.normal(0, 1.2, 400) >= 90
    assert abs(chance.mean() - truth.mean()) < 0.05
    assert truth[chance > 0.9].mean() > 0.9
    assert truth[chance < 0.1].mean() < 0.1


def heard(n: int = 200, **changes: object) -> pd.DataFrame:
    """As `silence.heard`: sensors that report every hour and lose five in a hundred reports, all well."""
    rows = pd.DataFrame(
        {"sensor_id": [f"S{i:03d}" for i in range(n)], "area_id": [GRIDS[i % len(GRIDS)] for i in range(n)]}
    )
    well = {"kind": "level_gauge", "name": "北河", "every_minutes": 60.0, "last_at": UNTIL - timedelta(minutes=30), "n": 680,
            "gap_minutes": 60.0, "missed": 36.0, "same_run": 1, "is_at_end": False, "same_share": 0.05}  # fmt: skip
    return rows.assign(**{**well, **changes})


def test_a_sensor_that_misses_many_of_its_own_intervals_is_silent():
    seen = heard()
    seen.loc[5, "last_at"] = UNTIL - timedelta(hours=9)
    found = silence.detect(seen, WHERE, rule("silence"))
    assert [(one.subject, one.reason["kind"]) for one in found] == [("S005", "silent")]
    assert found[0].since == UNTIL - timedelta(hours=9)


def test_a_sensor_that_reports_seldom_or_loses_much_is_judged_by_its_own_interval():
    seen = heard()
    seen.loc[5, ["last_at", "gap_minutes", "every_minutes"]] = [UNTIL - timedelta(hours=9), 720.0, 720.0]
    seen.loc[6, ["last_at", "missed", "n"]] = [UNTIL - timedelta(hours=5), 700.0, 300]
    assert silence.detect(seen, WHERE, rule("silence")) == []


def test_a_sensor_hardly_heard_of_is_unknown_and_one_silent_for_months_is_no_news():
    seen = heard()
    seen.loc[5, ["last_at", "n"]] = [UNTIL - timedelta(hours=90), 4]
    seen.loc[6, "last_at"] = UNTIL - timedelta(days=40)
    assert silence.detect(seen, WHERE, rule("silence")) == []


def test_a_sensor_that_says_one_value_over_and_over_is_frozen_but_a_full_bin_is_not():
    seen = heard()
    seen.loc[5, "same_run"] = 30
    seen.loc[6, ["same_run", "is_at_end"]] = [30, True]
    found = silence.detect(seen, WHERE, rule("silence"))
    assert [(one.subject, one.reason["kind"]) for one in found] == [("S005", "frozen")]


def test_sensors_that_usually_repeat_themselves_are_not_frozen():
    assert silence.detect(heard(same_run=40, same_share=0.97), WHERE, rule("silence")) == []


def test_all_of_a_community_falling_silent_is_one_finding():
    seen = heard()
    town = seen["area_id"].str.startswith(GRIDS[0][:12])
    seen.loc[town, "last_at"] = UNTIL - timedelta(hours=10)
    seen.loc[199, "last_at"] = UNTIL - timedelta(hours=10)
    found = silence.detect(seen, WHERE, rule("silence"))
    assert [one.reason["kind"] for one in found] == ["silent_together", "silent"]
    assert found[0].area_id == GRIDS[0][:12]
    assert found[0].observed == town.sum()


def test_a_whole_feed_that_stops_is_one_finding_and_who_was_silent_before_is_still_told():
    seen = pd.concat([heard(last_at=UNTIL - timedelta(hours=20)), heard(100, kind="bin")], ignore_index=True)
    seen["sensor_id"] = seen["kind"] + seen["sensor_id"]
    seen.loc[5, "last_at"] = UNTIL - timedelta(hours=40)
    found = silence.detect(seen, WHERE, rule("silence"), delivery={"level_gauge": 60.0})
    assert [(one.reason["kind"], one.subject, one.area_id, one.observed) for one in found[:1]] == [
        ("silent_feed", "feed:level_gauge", "370116", 200)
    ]
    assert [(one.reason["kind"], one.subject) for one in found[1:]] == [("silent", "level_gaugeS005")]
    assert found[0].since == UNTIL - timedelta(hours=19)


def test_a_feed_is_late_by_how_often_its_files_come():
    seen = heard(last_at=UNTIL - timedelta(hours=20))
    kinds = [
        [
            one.reason["kind"]
            for one in silence.detect(seen, WHERE, rule("silence"), delivery={"level_gauge": 60.0 * hours})
        ]
        for hours in (1, 6, 24)
    ]
    assert kinds == [["silent_feed"], ["silent_feed"], []]


def test_a_feed_is_late_by_its_own_files_and_not_by_those_of_another_kind():
    seen = pd.concat([heard(), heard(100, kind="bin", last_at=UNTIL - timedelta(hours=20))], ignore_index=True)
    seen["sensor_id"] = seen["kind"] + seen["sensor_id"]
    every = {"level_gauge": 5.0, "bin": 24 * 60.0}
    assert silence.detect(seen, WHERE, rule("silence"), every) == []
    late = silence.detect(seen, WHERE, rule("silence"), {"level_gauge": 5.0, "bin": 60.0})
    assert [one.subject for one in late] == ["feed:bin"]


def test_two_devices_wait_for_their_daily_file_and_are_told_one_by_one_when_it_is_late():
    seen = pd.concat([heard(), heard(2, kind="smoke", last_at=UNTIL - timedelta(hours=20))], ignore_index=True)
    seen["sensor_id"] = seen["kind"] + seen["sensor_id"]
    assert silence.detect(seen, WHERE, rule("silence"), {"smoke": 24 * 60.0}) == []
    late = silence.detect(seen, WHERE, rule("silence"), {"smoke": 60.0})
    assert [(one.reason["kind"], one.subject) for one in late] == [("silent", "smokeS000"), ("silent", "smokeS001")]


def test_how_often_files_come_is_told_by_kind_and_what_is_loaded_together_is_one_delivery(home: Path):
    small.build()
    put({"sensor": _sensors(), "load": _loads(), "reading": _said()})
    look = Look(newest_snapshot(), small.NOW + timedelta(seconds=1))
    found = deliveries(look, "readings")
    assert found["level_gauge"] == 30.0 and found["smoke"] == 24 * 60.0
    assert "bin" not in found, "all of it came at once"
    assert deliveries(look, "checks") == {}


KINDS = {"level_gauge": timedelta(minutes=30), "smoke": timedelta(days=1)}


def _sensors() -> pd.DataFrame:
    return pd.DataFrame([{"sensor_id": kind, "source": "x", "kind": kind, "load_id": 1} for kind in KINDS])


def _came() -> list[tuple[int, str, datetime, datetime]]:
    """(load, kind, until, started): gauges every half hour, smoke once a day as two files that come together."""
    rows, load = [], 1000
    for kind, every in KINDS.items():
        for n in range(12):
            until = small.NOW - n * every
            for part in range(2 if kind == "smoke" else 1):
                load += 1
                rows.append((load, kind, until - part * timedelta(hours=1), until + timedelta(minutes=1 + part)))
    return rows


def _loads() -> pd.DataFrame:
    return pd.DataFrame(
        [{"load_id": load, "source": "x", "kind": "readings", "file": "x", "status": "done", "started_at": started, "data_until": until}
         for load, _kind, until, started in _came()]
    )  # fmt: skip


def _said() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"sensor_id": kind, "source": "x", "measured_at": until, "value": 1.0, "load_id": load}
            for load, kind, until, _started in _came()
        ]
    )


def test_sensors_that_only_lose_reports_are_quiet_within_the_budget():
    rng, alarms = np.random.default_rng(1), []
    for _ in range(60):
        missing = rng.geometric(0.95, 200) - 1
        last = [UNTIL - timedelta(minutes=30 + 60 * int(n)) for n in missing]
        alarms.append(len(silence.detect(heard(last_at=last), WHERE, rule("silence"))))
    assert np.mean(alarms) <= 0.3


def cameras(n: int = 200, **changes: object) -> pd.DataFrame:
    """As `silence_cameras.seen`: cameras that fail four checks in a hundred, seldom twice running, all well now."""
    rows = pd.DataFrame(
        {"camera_id": [f"C{i:03d}" for i in range(n)], "area_id": [GRIDS[i % len(GRIDS)] for i in range(n)]}
    )
    well = {"name": "路口枪机", "owner": "公安", "last_at": UNTIL - timedelta(minutes=30), "n": 100, "bad_run": 0, "since": pd.NaT,
            "gap_minutes": 60.0, "is_blind": False, "begins": 4, "goes_on": 1, "goods": 95, "bads": 4}  # fmt: skip
    owners = [("公安", "社区", "企业")[i % 3] for i in range(n)]
    return rows.assign(**{**well, "owner": owners, **changes})


def down(seen: pd.DataFrame, rows: object, run: int = 8) -> pd.DataFrame:
    """Some of them gone for so many hourly checks."""
    seen.loc[rows, ["bad_run", "since"]] = [run, UNTIL - timedelta(hours=run)]
    return seen


def test_a_camera_gone_or_blind_for_several_checks_is_found_and_one_bad_check_is_not():
    seen = down(cameras(), [5, 6])
    seen.loc[6, "is_blind"] = True
    seen = down(seen, 7, run=2)
    found = silence_cameras.detect(seen, WHERE, rule("camera"))
    assert {(one.subject, one.reason["kind"]) for one in found} == {("C005", "camera_gone"), ("C006", "camera_blind")}


def test_a_camera_that_was_not_checked_lately_is_unknown():
    seen = down(cameras(), 5)
    seen.loc[5, "last_at"] = UNTIL - timedelta(days=3)
    assert silence_cameras.detect(seen, WHERE, rule("camera")) == []


def test_checks_that_stop_for_all_cameras_are_one_finding_and_who_was_gone_before_is_still_told():
    seen = down(cameras(), 5).assign(last_at=UNTIL - timedelta(days=4))
    found = silence_cameras.detect(seen, WHERE, rule("camera"))
    assert [(one.reason["kind"], one.observed) for one in found] == [("silent_feed", 200), ("camera_gone", 8)]


def test_cameras_of_one_community_or_of_one_owner_going_together_are_one_finding():
    seen = cameras()
    area = seen["area_id"].str.startswith(GRIDS[0][:12])
    together = silence_cameras.detect(down(seen, area), WHERE, rule("camera"))
    assert [(one.area_id, one.reason["owner"]) for one in together] == [(GRIDS[0][:12], "")]
    seen = cameras()
    owner = silence_cameras.detect(down(seen, seen["owner"] == "社区"), WHERE, rule("camera"))
    assert [(one.subject, one.reason["owner"]) for one in owner] == [("cameras:社区", "社区")]
