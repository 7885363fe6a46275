"""What the layers above the grids carry to the browser: rows of [lon, lat, state, name, about, area], and each
state's shape. The browser counts those that lie in the chosen area.
"""

from collections.abc import Callable

import pandas as pd

from ui.maps.density import Picture
from ui.maps.moment import local_time
from ui.words import Speaker, term

SENSORS = (("alarm", "triangle", 8), ("silent", "square", 5), ("unknown", "diamond", 5), ("online", "dot", 4))
CAMERAS = (("offline", "cross", 5), ("unknown", "diamond", 5), ("online", "dot", 4))
TEAMS = (("short", "ring", 7), ("no_team", "diamond", 5), ("full", "none", 0))
Z_INDEX = {"cameras": 420, "sensors": 430, "teams": 440}
EMPTY = {"type": "FeatureCollection", "features": []}


def sensor_layer(found: pd.DataFrame, say: Speaker, lang: str) -> dict:
    """Sensors by state; `found` has `name, kind, area_id, lon, lat, state`."""
    layer = _layer("sensors", SENSORS, found, lambda row: term(lang, "sensor_kind", row.kind), say)
    return layer | {"note": say("map.alarm_apart")}


def camera_layer(found: pd.DataFrame, say: Speaker) -> dict:
    """Cameras by state; `found` has `name, owner, area_id, lon, lat, state`."""
    return _layer("cameras", CAMERAS, found, lambda row: row.owner or "", say)


def team_layer(gaps: pd.DataFrame, names: dict[str, str], standard: str, say: Speaker, lang: str) -> dict:
    """Grids short of posts, or without any team data, and, counted but not drawn, those that are complete; `gaps` has `area_id, lon, lat, missing, missing_<role>`."""
    state = (
        pd.Series("full", index=gaps.index).mask(gaps["missing"] > 0, "short").mask(gaps["missing"].isna(), "no_team")
    )
    about = [_missing(row, say, lang) for row in gaps.to_dict("records")]
    shown = gaps.assign(state=state, about=about, name=gaps["area_id"].map(names))
    shown.loc[state == "full", ["lon", "lat"]] = None
    return _layer("teams", TEAMS, shown, lambda row: row.about, say) | {"note": say("map.standard", name=standard)}


def _missing(gap: dict, say: Speaker, lang: str) -> str:
    roles = [key.removeprefix("missing_") for key in gap if key.startswith("missing_")]
    short = [(role, gap[f"missing_{role}"]) for role in roles if gap[f"missing_{role}"] > 0]
    posts = ", ".join(f"{term(lang, 'role', role)} {int(count)}" for role, count in short)
    return say("map.team_missing", posts=posts) if short else ""


def _layer(name: str, states: tuple, found: pd.DataFrame, about: Callable[[tuple], str], say: Speaker) -> dict:
    rows = [
        [
            _degrees(r.lon),
            _degrees(r.lat),
            r.state,
            r.name or "",
            about(r),
            r.area_id if isinstance(r.area_id, str) else "",
        ]
        for r in found.itertuples(index=False)
    ]
    return {
        "label": say(f"map.{name}"),
        "z": Z_INDEX[name],
        "rows": rows,
        "states": [
            {"key": key, "shape": shape, "radius": radius, "label": say(f"map.{key}")} for key, shape, radius in states
        ],
    }


def _degrees(value: float) -> float | None:
    """What has no place is counted all the same, and drawn nowhere."""
    return None if pd.isna(value) else round(value, 5)


def incident_features(found: pd.DataFrame, say: Speaker, lang: str) -> dict:
    """GeoJSON of single incidents, for dash-leaflet to cluster; `found` as `analytics.points.incident_points`."""
    return {
        "type": "FeatureCollection",
        "features": [_feature(row, say, lang) for row in found.itertuples(index=False)],
    }


def _feature(row: tuple, say: Speaker, lang: str) -> dict:
    about = {
        "title": row.title or say("map.untitled"),
        "category": (row.category or say("map.unclassified")).replace("/", " › "),
        "status": term(lang, "incident_status", row.status),
        "reported": local_time(row.reported_at),
    }
    point = {"type": "Point", "coordinates": [round(row.lon, 6), round(row.lat, 6)]}
    return {"type": "Feature", "geometry": point, "properties": about}


def density_layer(picture: Picture, note: str, say: Speaker) -> dict:
    """A picture of density and where it lies."""
    return {"label": say("map.density"), "url": picture.url, "bounds": picture.bounds, "note": note} | {
        key: say(f"map.{key}") for key in ("few", "many")
    }
