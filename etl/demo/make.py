"""Which files make up the demo, in which order they are written, and what `truth.json` says about them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from etl.demo import cameras, grid_app, grid_map, hotline, mediations, patrols, petition, readings, sensors, teams
from etl.demo.days import Days, days_until
from etl.demo.district import FENGCHENG
from etl.demo.export import Mark
from etl.demo.geography import Geography, geography
from etl.demo.handling import handled
from etl.demo.incidents import happenings
from etl.demo.matters import matters
from etl.demo.plan import HOT_FACTOR, Outbreak, Plan, plan
from etl.demo.trouble import Trouble
from warehouse.errors import ZhiliError

Progress = Callable[[str, int, int], None]
PREFIX = "演示_"
TRUTH = "truth.json"
PATROLS_AN_INCIDENT = 0.375
FEWEST_MEDIATIONS = 360
SOURCES_OF_INCIDENTS = 3  # grid app, hotline, petitions
EARLIEST, LATEST = date(2004, 1, 1), date(2099, 12, 31)
"""The calendar knows holidays from 2004 on."""


class DemoError(ZhiliError):
    """The demo cannot be made as asked."""


def make(
    out: Path,
    days: int = 730,
    incidents: int = 400_000,
    readings: int = 3_000_000,
    seed: int = 7,
    outline: Path | None = None,
    until: date | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the demo's files into `out` and return the truth about them, which is also in `out/truth.json`.

    `until` is the day after the last one (default: today in Shanghai). `progress(step, done, total)` is called as it
    goes; the step is named in Chinese and English.
    """
    if days < 14 or incidents < 500 or readings < 500:
        raise DemoError("the demo needs at least 14 days, 500 incidents and 500 readings. Ask for more.")
    until = until or datetime.now(ZoneInfo("Asia/Shanghai")).date()
    if not (EARLIEST <= until <= LATEST and days <= (until - EARLIEST).days):
        raise DemoError(f"the demo's days must lie between {EARLIEST} and {LATEST}. Ask for fewer, or for another end.")
    if seed < 0:
        raise DemoError("the seed must not be negative. Take another one.")
    site = _Site(out, seed, days_until(until, days, seed), progress or (lambda *_: None))
    take_away(out)
    place = geography(seed, outline, lambda done, total: site.tell("网格地图 Grid map", done, total))
    asked = {"days": days, "incidents": incidents, "readings": readings, "seed": seed, "until": until.isoformat()}
    posts = teams.roster(place, until, seed)
    truth: dict[str, Any] = {
        "generator": "zhili demo",
        "arguments": {**asked, "outline": outline.name if outline else None},
        **_areas(site, place, posts),
        **_incidents(site, place, incidents),
        **_patrols(site, place, posts, round(PATROLS_AN_INCIDENT * incidents)),
        **_sensors(site, place, readings),
        **_cameras(site, place, int(np.clip(incidents // 330, 60, 1200))),
        "dirty_rows": [mark.as_truth() for mark in site.marks],
        "files": [_file(path) for path in sorted(out.glob(f"{PREFIX}*"))],
    }
    (out / TRUTH).write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return truth


@dataclass(frozen=True)
class _Site:
    """What every step needs: where to write, with which seed, over which days, whom to tell; and the marks so far."""

    out: Path
    seed: int
    days: Days
    tell: Progress
    marks: list[Mark] = field(default_factory=list)

    def collect(self, step: str, total: int, files: Iterator[list[Mark]]) -> None:
        """Write file after file and keep the marks."""
        self.tell(step, 0, total)
        for done, marks in enumerate(files, 1):
            self.marks.extend(marks)
            self.tell(step, min(done, total), total)
        self.tell(step, total, total)


def take_away(out: Path) -> None:
    """Take an earlier demo away, so that its files do not mix with the new ones; touch nothing else."""
    if out.exists() and not out.is_dir():
        raise DemoError(f"{out}: is a file. Name a folder for the demo's files.")
    out.mkdir(parents=True, exist_ok=True)
    if (out / TRUTH).exists():
        for stale in [*out.glob(f"{PREFIX}*"), out / TRUTH]:
            stale.unlink()


def _areas(site: _Site, place: Geography, posts: pd.DataFrame) -> dict[str, Any]:
    grid_map.write(site.out, place)
    site.collect("网格队伍 Grid teams", 1, iter([teams.write(site.out, place, posts, site.seed)]))
    in_fengcheng = place.grids["town_code"] == FENGCHENG
    workers = posts[posts["role"].isin(["专职网格员", "兼职网格员"])]
    return {
        "outline": place.outline.drawn,
        "areas": {
            "district": 1,
            "towns": len(place.district.towns),
            "communities": len(place.district.communities),
            "grids": len(place.grids),
            "fengcheng_grids": int(in_fengcheng.sum()),
            "fengcheng_population": int(place.grids.loc[in_fengcheng, "population"].sum()),
            "fengcheng_grid_workers": int(in_fengcheng.to_numpy()[workers["grid"]].sum()),
            "population": int(place.grids["population"].sum()),
        },
        "team_members": len(posts),
        "staffing_gaps": teams.gaps(place, posts),
    }


def _incidents(site: _Site, place: Geography, count: int) -> dict[str, Any]:
    leaves, days, seed = matters(), site.days, site.seed
    planted = plan(place, leaves, days, count, seed)
    site.tell("事件 Incidents", 0, 2)
    happened = happenings(place, leaves, days, planted, count, seed)
    site.tell("事件 Incidents", 1, 2)
    incidents = handled(happened, leaves, days, planted, seed)
    site.tell("事件 Incidents", 2, 2)
    of = {name: own.reset_index(drop=True) for name, own in incidents.groupby("source")}
    if len(of) < SOURCES_OF_INCIDENTS:
        raise DemoError(f"{count:,} incidents are too few for every source to have some. Ask for more.")
    quarters = incidents["reported"].dt.to_period("Q").nunique()
    site.collect("网格上报 Grid app", quarters, grid_app.write(site.out, of["grid_app"], leaves, place, seed))
    site.collect("热线工单 Hotline", quarters, hotline.write(site.out, of["hotline"], leaves, place, seed))
    site.collect("信访登记 Petitions", 1, iter([petition.write(site.out, of["petition"], leaves, place, seed)]))
    return {
        "incidents": {name: len(own) for name, own in of.items()},
        "outbreaks": [
            _outbreak(event, index, incidents, leaves, days) for index, event in enumerate(planted.outbreaks)
        ],
        "trouble": [
            {"rule": event.rule, **_outbreak(event, index, incidents, leaves, days)}
            for index, event in enumerate(planted.trouble, len(planted.outbreaks))
        ],
        "slow_departments": [
            {"department": slow.name, "from": _day(days, slow.first_day), "factor": slow.factor}
            for slow in planted.slow
        ],
        "hot_grids": [{"grid": place.grids["code"].iloc[row], "factor": HOT_FACTOR} for row in planted.hot_grids],
        "duplicate_pairs": _pairs(incidents),
        **_mediations(site, place, of["grid_app"], leaves, max(FEWEST_MEDIATIONS, count // 100), planted),
    }


def _outbreak(
    event: Outbreak | Trouble, index: int, incidents: pd.DataFrame, leaves: pd.DataFrame, days: Days
) -> dict[str, Any]:
    own = incidents[incidents["outbreak"] == index]
    return {
        "area": event.area,
        "category": leaves["path"].iloc[event.leaf],
        "from": _day(days, event.first_day),
        "to": _day(days, event.first_day + event.days - 1),
        "extra": event.extra,
        "incidents": {name: part["no"].tolist() for name, part in own.groupby("source")},
    }


def _pairs(incidents: pd.DataFrame) -> list[dict[str, str]]:
    calls = incidents[(incidents["twin"] >= 0) & (incidents["source"] == "hotline")]
    reports = incidents["no"].to_numpy()[calls["twin"]]
    return [{"grid_app": report, "hotline": call} for report, call in zip(reports, calls["no"], strict=True)]


def _mediations(
    site: _Site, place: Geography, incidents: pd.DataFrame, leaves: pd.DataFrame, count: int, planted: Plan
) -> dict[str, Any]:
    quarrels = [int(event.grids[0]) for event in planted.trouble if event.rule == "dispute"]
    cases = mediations.mediated(place, incidents, leaves, site.days, count, site.seed, quarrels)
    site.collect("矛盾调解 Mediations", 1, iter([mediations.write(site.out, cases, place, site.seed)]))
    return {
        "mediations": len(cases),
        "mediation_agreed": dict(zip(mediations.LEVELS, mediations.AGREED, strict=True)),
        "weak_mediation": [{"town": mediations.weak_town(place, site.seed), "factor": mediations.WEAK_FACTOR}],
    }


def _patrols(site: _Site, place: Geography, posts: pd.DataFrame, count: int) -> dict[str, Any]:
    went = patrols.patrolled(place, posts, site.days, count, site.seed)
    quarters = went["started"].dt.to_period("Q").nunique()
    site.collect("巡查记录 Patrols", quarters, patrols.write(site.out, went, place, posts, site.seed))
    rows = patrols.seldom(place, site.seed)
    return {
        "patrols": len(went),
        "patrols_from": f"{went['started'].min():%Y-%m-%d}",
        "seldom_patrolled": [{"grid": place.grids["code"].iloc[row], "factor": patrols.SELDOM_FACTOR} for row in rows],
    }


def _sensors(site: _Site, place: Geography, count: int) -> dict[str, Any]:
    register = sensors.register(place, site.days, count, site.seed)
    site.marks.extend(sensors.write(site.out, place, register))
    site.tell("物联读数 Readings", 0, 1)
    values = readings.measured(register, site.days, count, site.seed)
    months = values["at"].dt.to_period("M").nunique()
    site.collect("物联读数 Readings", months, readings.write(site.out, register, values, site.seed))
    raised = readings.alarms(register, values, site.days, site.seed)
    site.marks.extend(readings.write_alarms(site.out, register, raised))
    silent = register[register["silent_from"].notna()]
    return {
        "sensors": len(register),
        "readings": len(values),
        "alarms": len(raised),
        "silent_sensors": [
            {"sensor": no, "since": f"{since:%Y-%m-%d %H:%M:%S}"}
            for no, since in zip(silent["no"], silent["silent_from"], strict=True)
        ],
        "flooded_gauges": [
            {"sensor": no, "from": f"{since:%Y-%m-%d %H:%M:%S}"}
            for no, since in register.loc[register["flood_from"].notna(), ["no", "flood_from"]].itertuples(index=False)
        ],
        "frozen_sensors": register.loc[register["is_frozen"], "no"].tolist(),
    }


def _cameras(site: _Site, place: Geography, count: int) -> dict[str, Any]:
    register = cameras.register(place, count, site.seed)
    site.collect("视频点位 Cameras", 1, iter([cameras.write_register(site.out, place, register)]))
    area, dark = cameras.fullest_community(place, register)
    dead, blind = cameras.write_states(site.out, register, site.days, site.seed, dark)
    gone = {"area": area, "cameras": register["no"][dark].tolist(), "hours": cameras.DARK_HOURS}
    return {"cameras": count, "dead_cameras": dead, "blind_cameras": blind, "dark_community": gone}


def _day(days: Days, number: int) -> str:
    return (days.first + timedelta(days=number)).isoformat()


def _file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"name": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
