"""The map's frame on the page: ground, places for names and legend, and dash-leaflet's clusters of incidents."""

import json
from typing import Any

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import dcc, html

from ui.maps.layers import EMPTY
from ui.words import Speaker

LAYERS = ("incidents", "sensors", "cameras", "teams")


def map_canvas(say: Speaker, ground: dict[str, Any] | None = None, review: str = "") -> html.Div:
    """The map, its breadcrumbs, its buttons, its legend and its empty state. `assets/grid_map.js` draws into it.

    `ground` says where tiles to lie under the grids are (`url, kind, least, most, by`); `review` is the map's review number.
    """
    by = [say("wall.review", number=review)] if review else []
    if ground and ground["by"]:
        by.append(f"© {ground['by']}")
    return html.Div(
        [
            dl.MapContainer(
                [_incidents()],
                id="map-canvas",
                center=[0, 0],
                zoom=2,
                zoomSnap=0,
                zoomDelta=0.75,
                wheelPxPerZoomLevel=90,
                minZoom=2,
                maxZoom=19,
                zoomControl=False,
                attributionControl=False,
                keyboard=True,
                preferCanvas=False,
                trackViewport=False,
                className="map-canvas",
            ),
            html.Nav(id="map-crumbs", className="map-crumbs", **{"aria-label": say("map.breadcrumbs")}),
            _buttons(say),
            html.Div(
                [
                    html.Div(id="map-legend", className="map-legend told", tabIndex="0", role="group"),
                    html.Div(id="map-key", className="map-key"),
                ],
                className="map-keys",
            ),
            *([html.P("  ".join(by), className="map-by")] if by else []),
            html.Div(
                [html.Strong(say("map.no_map")), html.P(say("map.no_map_what"))],
                id="map-empty",
                className="map-empty hidden",
                role="status",
            ),
            html.Div(html.P(id="map-failed-why"), id="map-failed", className="map-empty hidden", role="status"),
        ],
        className="map-frame",
        role="region",
        **{"aria-label": say("map.map_label"), "data-ground": json.dumps(ground)},
    )


def _incidents() -> dl.GeoJSON:
    return dl.GeoJSON(
        id="map-incidents",
        data=EMPTY,
        cluster=True,
        zoomToBoundsOnClick=False,
        superClusterOptions={"radius": 60, "maxZoom": 17},
        pointToLayer={"variable": "zhili.gridMap.incidentMarker"},
        clusterToLayer={"variable": "zhili.gridMap.incidentCluster"},
    )


def _buttons(say: Speaker) -> html.Div:
    faces = (("up", "↑"), ("in", "+"), ("out", "−"), ("whole", "⤢"))
    words = {"up": "map.up", "in": "map.zoom_in", "out": "map.zoom_out", "whole": "map.north"}
    return html.Div(
        [
            html.Button(
                face, id=f"map-button-{name}", type="button", title=say(words[name]), **{"aria-label": say(words[name])}
            )
            for name, face in faces
        ],
        className="map-buttons",
    )


def map_controls(say: Speaker, metrics: list[dict]) -> html.Div:
    """Which metric colours the map, on which basis, and which layers are on."""
    return html.Div(
        [
            dmc.Select(
                id="map-metric", label=say("map.metric"), data=metrics, value=metrics[0]["value"], allowDeselect=False
            ),
            dmc.SegmentedControl(
                id="map-basis",
                data=[{"value": "", "label": say("map.per_area")}, {"value": "per_10k", "label": say("map.per_10k")}],
                value="",
            ),
            dmc.ChipGroup(
                [dmc.Chip(say(f"map.{name}"), value=name, size="md") for name in LAYERS],
                id="map-layers",
                multiple=True,
                value=[],
            ),
        ],
        className="map-controls",
    )


def map_stores() -> list[dcc.Store]:
    """Where Dash keeps that the controls have been looked at."""
    return [dcc.Store(id="map-asked"), dcc.Store(id="map-wanted")]
