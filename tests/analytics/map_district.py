"""A made-up district of squares for the map's tests: 15 towns, 861 communities, 1,251 grids, and what happened in them."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import shapely

from tests.homes import put
from warehouse.tables import TABLES

GRIDS, COMMUNITIES, TOWNS, ACROSS = 1251, 861, 15, 40
NOW = datetime(2026, 11, 23, 16, 0)
EVIL = "<img src=x onerror=window.hacked=1>"
SILENT = "370116001001001"
"""The first grid: nothing has ever come from it."""
WEST, SOUTH, SIDE = 117.4, 36.0, 0.01


def squares() -> pd.DataFrame:
    """Every area with its outline; the second grid's name is an attack."""
    at = np.arange(GRIDS)
    community, town = at * COMMUNITIES // GRIDS, at * COMMUNITIES // GRIDS * TOWNS // COMMUNITIES
    first = {t: community[town == t].min() for t in range(TOWNS)}
    town_id = [f"370116{t + 1:03d}" for t in town]
    community_id = [f"{t}{c - first[n] + 1:03d}" for t, c, n in zip(town_id, community, town, strict=True)]
    serial = pd.Series(community_id).groupby(community_id).cumcount() + 1
    x, y = WEST + at % ACROSS * SIDE, SOUTH + at // ACROSS * SIDE
    grids = pd.DataFrame(
        {
            "area_id": [f"{c}{s:03d}" for c, s in zip(community_id, serial, strict=True)],
            "level": "grid",
            "name": [f"网格{n}" for n in at],
            "parent_id": community_id,
            "district_id": "370116",
            "town_id": town_id,
            "community_id": community_id,
            "population": 400 + at % 300,
            "geometry": shapely.box(x, y, x + SIDE, y + SIDE),
        }
    )
    grids.loc[1, "name"] = EVIL
    above = [_above(grids, level, column) for level, column in _LEVELS]
    areas = pd.concat([*above, grids], ignore_index=True)
    points = shapely.point_on_surface(areas["geometry"].to_numpy())
    return areas.assign(
        lon=shapely.get_x(points), lat=shapely.get_y(points), area_km2=1.0, kind=None, load_id=1,
        geometry=shapely.to_wkb(areas["geometry"].to_numpy()),
    )  # fmt: skip


_LEVELS = (("district", "district_id"), ("town", "town_id"), ("community", "community_id"))
_PARENT = {"district": None, "town": "district_id", "community": "town_id"}


def _above(grids: pd.DataFrame, level: str, column: str) -> pd.DataFrame:
    rows = []
    for area_id, inside in grids.groupby(column):
        one = inside.iloc[0]
        parent = _PARENT[level]
        outline = shapely.union_all(inside["geometry"].to_numpy())
        rows.append(
            {
                "area_id": area_id, "level": level, "name": f"{level}{area_id[6:]}", "geometry": outline,
                "parent_id": one[parent] if parent else None, "district_id": "370116",
                "town_id": one["town_id"] if level != "district" else None,
                "community_id": area_id if level == "community" else None,
                "population": int(inside["population"].sum()),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def happenings(areas: pd.DataFrame, count: int) -> pd.DataFrame:
    """Incidents over 60 days, none of them in the silent grid; every tenth is known by its community only."""
    chance = np.random.default_rng(3)
    grids = areas[(areas["level"] == "grid") & (areas["area_id"] != SILENT)].reset_index(drop=True)
    grid = grids.iloc[chance.integers(0, len(grids), count)].reset_index(drop=True)
    reported = pd.Series(NOW - pd.to_timedelta(np.sort(chance.uniform(0, 60 * 86400, count))[::-1], unit="s"))
    reported.iloc[-1] = NOW - timedelta(seconds=1)
    closed = (reported + pd.to_timedelta(chance.exponential(60, count), unit="h")).where(lambda at: at < NOW)
    known = np.arange(count) % 10 != 0
    columns = dict.fromkeys(TABLES["incident"].column_names)
    columns |= {
        "incident_id": [f"app:{n}" for n in range(count)], "source": "app", "source_no": np.arange(count).astype(str),
        "category": np.where(np.arange(count) % 3 == 0, "城乡建设/环境卫生", "政法/矛盾纠纷"), "channel": "grid_app",
        "status": np.where(closed.isna(), "dispatched", "closed"), "reported_at": reported, "closed_at": closed,
        "settled_at": closed, "due_at": reported + pd.Timedelta(hours=72), "settled_level": "grid", "title": "垃圾清运",
        "reopened_count": 0, "lon": grid["lon"].where(known), "lat": grid["lat"].where(known), "is_outside": False,
        "area_id": grid["area_id"].where(known, grid["parent_id"]), "grid_id": grid["area_id"].where(known),
        "located_by": np.where(known, "point", "name"), "load_id": 2,
    }  # fmt: skip
    return pd.DataFrame(columns)


def teams(areas: pd.DataFrame) -> pd.DataFrame:
    """A full team in every grid but two: the third lacks its police officer, the fourth is in no list."""
    roles = ("grid_chief", "grid_worker", "grid_police", "part_time_worker")
    grids = list(areas.loc[areas["level"] == "grid", "area_id"])
    posts = [(grid, role) for grid in grids for role in roles]
    posts = [p for p in posts if p[0] != grids[3] and p != (grids[2], "grid_police")]
    return pd.DataFrame(
        [(f"t:{g}{r}", "teams", g, r, None, 3) for g, r in posts], columns=TABLES["team_member"].column_names
    )


def sensors(areas: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Four sensors, one in each state, with their readings and alarms."""
    grids = areas[areas["level"] == "grid"].iloc[10:14]
    names = ("heard", "silent", "never", "alarming")
    columns = dict.fromkeys(TABLES["sensor"].column_names)
    register = pd.DataFrame(
        columns
        | {
            "sensor_id": names, "source": "sensors", "kind": "bin", "name": names, "every_minutes": 60.0,
            "lon": grids["lon"].to_numpy(), "lat": grids["lat"].to_numpy(), "area_id": grids["area_id"].to_numpy(),
            "grid_id": grids["area_id"].to_numpy(), "located_by": "point", "is_outside": False, "load_id": 4,
        }
    )  # fmt: skip
    heard = [("heard", 1), ("silent", 200), ("alarming", 1)]
    readings = [(name, "readings", NOW - timedelta(hours=hours), 5.0, "percent", 5) for name, hours in heard]
    alarm = ("a:1", "alarms", "alarming", "overflow", NOW - timedelta(hours=2), None, None, 6)
    return {
        "sensor": register,
        "reading": pd.DataFrame(readings, columns=TABLES["reading"].column_names),
        "alarm": pd.DataFrame([alarm], columns=TABLES["alarm"].column_names),
    }


def fill(incidents: int = 9000, areas: pd.DataFrame | None = None) -> None:
    """Writes the district into the warehouse of the settings' home."""
    areas = squares() if areas is None else areas
    tables = {"area": areas, "incident": happenings(areas, incidents), "team_member": teams(areas)} | sensors(areas)
    tables["load"] = pd.DataFrame([_load(n, kind) for n, kind in enumerate(("areas", "incidents", "readings"), 1)])
    put(tables)


def _load(load_id: int, kind: str) -> dict:
    return {
        "load_id": load_id, "source": kind, "kind": kind, "file": f"{kind}.csv", "started_at": NOW, "finished_at": NOW,
        "status": "done", "data_from": NOW - timedelta(days=60), "data_until": NOW, "is_demo": True,
    }  # fmt: skip
