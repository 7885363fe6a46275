"""A small district, made by hand: 2 towns, 3 communities, 6 grids, 40 days of incidents, sensors and cameras."""

from atexit import register
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pandas as pd
import shapely

from settings import settings
from tests.homes import living_in, put

NOW = datetime(2026, 10, 20, 4, 0)
"""Noon in Shanghai on Tuesday, 20 October 2026: the newest time the incidents know."""
GRIDS = {
    "370116001001001": "370116001001",
    "370116001001002": "370116001001",
    "370116001002001": "370116001002",
    "370116001002002": "370116001002",
    "370116101201001": "370116101201",
    "370116101201002": "370116101201",
}
NAMES = {
    "370116": "莱芜区",
    "370116001": "凤城街道",
    "370116101": "杨庄镇",
    "370116001001": "东升社区",
    "370116001002": "胜利社区",
    "370116101201": "杨庄村",
}
CATEGORIES = ("城乡建设/环境卫生/垃圾清运", "城乡建设/市政设施/路灯损坏", "政法/矛盾纠纷/邻里纠纷")


def build() -> None:
    """Fill the warehouse of the present home, which has none yet; nothing is random."""
    copytree(_made() / "lake", settings().home / "lake")


@lru_cache(maxsize=1)
def _made() -> Path:
    """A home with the small district, made once in a process."""
    place = TemporaryDirectory()
    register(place.cleanup)
    with living_in(Path(place.name)) as home:
        _fill()
        return home


def _fill() -> None:
    frames = {
        "area": _areas(),
        "incident": _incidents(),
        "sensor": _sensors(),
        "reading": _readings(),
        "camera": _cameras(),
        "camera_state": _camera_states(),
        "alarm": _alarms(),
        "team_member": _team_members(),
        "patrol": _patrols(),
        "mediation": _mediations(),
        "source": _sources(),
        "load": _loads(),
        "reject": _rejects(),
    }
    put(frames)


def _areas() -> pd.DataFrame:
    rows = [_area("370116", "district", None, 0)]
    rows += [_area(code, "town", "370116", n) for n, code in enumerate(("370116001", "370116101"))]
    rows += [_area(code, "community", code[:9], n) for n, code in enumerate(sorted(set(GRIDS.values())))]
    rows += [_area(code, "grid", parent, n) for n, (code, parent) in enumerate(GRIDS.items())]
    return pd.DataFrame(rows)


def _area(code: str, level: str, parent: str | None, n: int) -> dict:
    residents = {"district": 6000, "town": 3000, "community": 2000, "grid": 1000}[level]
    box = shapely.box(117.6 + 0.01 * n, 36.2, 117.61 + 0.01 * n, 36.21)
    name = NAMES.get(code) or f"{NAMES[code[:12]]}第{int(code[12:])}网格"
    return {
        "area_id": code, "level": level, "name": name, "parent_id": parent, "district_id": code[:6],
        "town_id": code[:9] if len(code) >= 9 else None, "community_id": code[:12] if len(code) >= 12 else None,
        "kind": level, "population": residents, "lon": 117.605 + 0.01 * n, "lat": 36.205, "area_km2": 1.0,
        "geometry": shapely.to_wkb(box), "load_id": 1,
    }  # fmt: skip


def _incidents() -> pd.DataFrame:
    grids = list(GRIDS)[:5]
    return pd.DataFrame([_incident(n, grids[(n * n + n // 7) % 5]) for n in range(400)])


def _incident(n: int, grid: str) -> dict:
    reported = NOW - timedelta(hours=2.4 * n)
    closed = reported + timedelta(hours=10 + n % 90)
    is_closed = closed <= NOW and n % 17 != 0
    return {
        "incident_id": f"grid_app:{n}", "source": "grid_app", "source_no": str(n), "category": CATEGORIES[n % 3],
        "channel": ("grid_app", "hotline")[n % 2], "department": ("城管局", "城管局", "住建局")[n % 3], "status": "closed" if is_closed else "dispatched",
        "reported_at": reported, "closed_at": closed if is_closed else None,
        "settled_at": closed if is_closed else None, "due_at": reported + timedelta(hours=72),
        "settled_level": ("grid", "grid", "community", "town", None)[n % 5] if is_closed else None,
        "reopened_count": n % 11 == 0, "repeat_of": f"grid_app:{n + 1}" if n % 19 == 0 else None,
        "is_responded": n % 10 != 3 if is_closed and n % 4 else None, "is_resolved": n % 5 != 2 if is_closed and n % 4 else None,
        "satisfaction": ("satisfied", "satisfied", "neutral", "dissatisfied")[n % 4] if is_closed and n % 3 else None, "title": "垃圾清运不及时", "lon": 117.605, "lat": 36.205, "area_id": grid, "grid_id": grid,
        "located_by": "point", "is_outside": False, "load_id": 2,
    }  # fmt: skip


def _sensors() -> pd.DataFrame:
    grids = [*GRIDS] * 2
    rows = [
        {"sensor_id": f"S{n}", "grid_id": grid, "every_minutes": 60.0 if n % 2 else None}
        for n, grid in enumerate(grids)
    ]
    return pd.DataFrame(rows).assign(
        source="sensors", kind="bin", unit="percent", area_id=lambda f: f.grid_id, load_id=3
    )


def _readings() -> pd.DataFrame:
    ages = {"S0": 20, "S1": 1, "S2": 30, "S3": 4, "S4": 2, "S5": 2}
    rows = [{"sensor_id": sensor, "measured_at": NOW - timedelta(hours=age)} for sensor, age in ages.items()]
    return pd.DataFrame(rows).assign(source="readings", value=50.0, unit="percent", load_id=4)


def _cameras() -> pd.DataFrame:
    rows = [{"camera_id": f"C{n}", "grid_id": grid} for n, grid in enumerate(GRIDS)]
    return pd.DataFrame(rows).assign(source="cameras", owner="公安", area_id=lambda f: f.grid_id, load_id=5)


def _camera_states() -> pd.DataFrame:
    seen = [
        ("C0", 1, True, True),
        ("C0", 3, False, False),
        ("C1", 1, True, False),
        ("C2", 1, True, None),
        ("C3", 30, True, True),
        ("C4", 2, False, None),
    ]
    rows = [
        {"camera_id": c, "seen_at": NOW - timedelta(hours=h), "is_online": o, "has_frame": f} for c, h, o, f in seen
    ]
    return pd.DataFrame(rows).assign(source="camera_states", load_id=6)


def _alarms() -> pd.DataFrame:
    """One an hour; every third is never acknowledged, the others after 5, 10, … 60 minutes."""
    rows = [
        {"alarm_id": f"alarms:{n}", "sensor_id": f"S{n % 12}", "raised_at": NOW - timedelta(hours=n + 1)}
        for n in range(60)
    ]
    for n, row in enumerate(rows):
        if n % 3:
            row["acknowledged_at"] = row["raised_at"] + timedelta(minutes=5 + 5 * (n % 12))
            row["cleared_at"] = row["raised_at"] + timedelta(hours=2)
        else:
            row["cleared_at"] = row["raised_at"] + timedelta(minutes=30)
    return pd.DataFrame(rows).assign(source="alarms", kind="overflow", load_id=7)


def _team_members() -> pd.DataFrame:
    """The first grid has a full team, the second no police, the third two workers and nobody else; the rest is not named."""
    posts = [("grid_chief", 1), ("grid_worker", 1), ("grid_police", 1), ("part_time_worker", 1)]
    of_grid = {0: posts, 1: [post for post in posts if post[0] != "grid_police"], 2: [("grid_worker", 2)]}
    rows = [
        {"member_id": f"teams:{grid}{role}{n}", "grid_id": list(GRIDS)[at], "role": role}
        for at, team in of_grid.items() for role, count in team for n in range(count) for grid in [at]
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(source="teams", load_id=8)


def _patrols() -> pd.DataFrame:
    """Grid 0 every day, grid 1 every other day, grid 2 once, 20 days ago."""
    days = [(0, n) for n in range(40)] + [(1, n) for n in range(0, 40, 2)] + [(2, 20)]
    rows = [
        {
            "patrol_id": f"patrols:{grid}-{n}",
            "grid_id": list(GRIDS)[grid],
            "started_at": NOW - timedelta(days=n, hours=1),
        }
        for grid, n in days
    ]
    return pd.DataFrame(rows).assign(
        source="patrols", ended_at=lambda f: f.started_at + timedelta(minutes=40), load_id=9
    )


def _mediations() -> pd.DataFrame:
    """Every two days one: agreed, agreed, failed, withdrawn, open, in turn, closed after two days."""
    outcomes = ("agreed", "agreed", "failed", "withdrawn", None)
    rows = [
        {"mediation_id": f"mediations:{n}", "area_id": list(GRIDS)[n % 6], "grid_id": list(GRIDS)[n % 6], "outcome": outcomes[n % 5],
         "level": ("grid", "community")[n % 2], "category": "邻里纠纷", "opened_at": NOW - timedelta(days=2 * n + 2)}
        for n in range(20)
    ]  # fmt: skip
    frame = pd.DataFrame(rows).assign(source="mediations", located_by="code", load_id=10)
    return frame.assign(closed_at=(frame.opened_at + timedelta(days=2)).where(frame.outcome.notna()))


KINDS = {"grid_map": "areas", "grid_app": "incidents", "sensors": "sensors", "readings": "readings",
         "cameras": "cameras", "camera_states": "camera_states"}  # fmt: skip


def _sources() -> pd.DataFrame:
    rows = [{"source": name, "kind": kind, "label_zh": f"{name}来源", "label_en": name, "load_id": n}
            for n, (name, kind) in enumerate(KINDS.items(), 1)]  # fmt: skip
    return pd.DataFrame(rows).assign(late_after_hours=26.0, stale_after_hours=74.0)


def _loads() -> pd.DataFrame:
    rows = [
        {"load_id": n, "source": name, "kind": kind, "file": f"{name}.csv"}
        for n, (name, kind) in enumerate(KINDS.items(), 1)
    ]
    return pd.DataFrame(rows).assign(
        file_hash="0", file_bytes=10, started_at=NOW, finished_at=NOW + timedelta(seconds=3), status="done", rows_read=103,
        rows_loaded=70, rows_replaced=0, rows_duplicate=3, rows_rejected=30, rows_unlocated=0, rows_outside=0,
        data_from=NOW - timedelta(days=40), data_until=NOW, is_demo=True, snapshot_id=2,
        findings=['[{"what": "重叠 / overlap", "area_id": "370116001001001", "detail": "3 m²", "done": "mended"}]'] + [None] * 5,
    )  # fmt: skip


def _rejects() -> pd.DataFrame:
    rows = [{"line": n + 2, "text": f"=cmd|{n}<b>行</b>"} for n in range(30)]
    return pd.DataFrame(rows).assign(
        load_id=2, file="grid_app.csv", reasons=[["结案早于上报 / closed before it was reported"]] * 30
    )
