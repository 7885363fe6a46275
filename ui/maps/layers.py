"""What the layers above the grids carry to the browser: rows of [lon, lat, state, name, about], and each state's shape."""

from collections.abc import Callable

import pandas as pd

from ui.maps.density import Picture
from ui.maps.moment import local_time
from ui.words import Speaker, term

SENSORS = (("alarm", "triangle", 8), ("silent", "square", 5), ("unknown", "diamond", 5), ("online", "dot", 4))
CAMERAS = (("offline", "cross", 5), ("unknown", "diamond", 5), ("online", "dot", 4))
TEAMS = (("short", "ring", 7), ("no_team", "diamond", 5))
Z_INDEX = {"cameras": 420, "sensors": 430, "teams": 440}
EMPTY = {"type": "FeatureCollection", "features": []}


def sensor_layer(found: pd.DataFrame, say: Speaker, lang: str) -> dict:
    """Sensors by state; `found` has `name, kind, lon, lat, state`."""
    layer = _layer("sensors", SENSORS, found, lambda row: term(lang, "sensor_kind", row.kind), say)
    return layer | {"note": say("map.alarm_apart")}


def camera_layer(found: pd.DataFrame, say: Speaker) -> dict:
    """Cameras by state; `found` has `name, owner, lon, lat, state`."""
    return _layer("cameras", CAMERAS, found, lambda row: row.owner or "", say)


def team_layer(gaps: pd.DataFrame, names: dict[str, str], standard: str, say: Speaker, lang: str) -> dict:
    """Grids short of posts, or without any team data; `gaps` has `area_id, lon, lat, missing, missing_<role>`."""
    state = (
        pd.Series("full", index=gaps.index).mask(gaps["missing"] > 0, "short").mask(gaps["missing"].isna(), "no_team")
    )
    about = [_missing(row, say, lang) for row in gaps.to_dict("records")]
    shown = gaps.assign(state=state, about=about, name=gaps["area_id"].map(names))
    layer = _layer("teams", TEAMS, shown[state != "full"], lambda row: row.about, say)
    full = int((state == "full").sum())
    return layer | {"note": f"{say('map.standard', name=standard)} · {say('map.full')} {full:,}"}


def _missing(gap: dict, say: Speaker, lang: str) -> str:
    roles = [key.removeprefix("missing_") for key in gap if key.startswith("missing_")]
    short = [(role, gap[f"missing_{role}"]) for role in roles if gap[f"missing_{role}"] > 0]
    posts = ", ".join(f"{term(lang, 'role', role)} {int(count)}" for role, count in short)
    return say("map.team_missing", posts=posts) if short else ""


def _layer(name: str, states: tuple, found: pd.DataFrame, about: Callable[[tuple], str], say: Speaker) -> dict:
    placed = found.dropna(subset=["lon", "lat"])
    counts = found["state"].value_counts()
    rows = [[round(r.lon, 5), round(r.lat, 5), r.state, r.name or "", about(r)] for r in placed.itertuples(index=False)]
    return {
        "label": say(f"map.{name}"),
        "z": Z_INDEX[name],
        "rows": rows,
        "states": [
            {"key": key, "shape": shape, "radius": radius, "label": say(f"map.{key}"), "n": int(counts.get(key, 0))}
            for key, shape, radius in states
        ],
    }


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
