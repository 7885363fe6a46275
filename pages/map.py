"""`/map`: where it is many and where it is slow, grid by grid, and what stands there."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import dash
from dash import ClientsideFunction, Input, Output, State, clientside_callback, html

from analytics.area import areas
from analytics.map_devices import camera_states, sensor_states
from analytics.map_teams import team_gaps
from analytics.map_values import COUNTS, RATES, map_metric, values_by_area
from analytics.metrics import METRICS
from analytics.points import (
    POINTS_AT_MOST,
    incident_coordinates,
    incident_count,
    incident_points,
)
from analytics.staffing import standard
from analytics.view import View
from pages.answering import LINKED, Asking, follow, not_for_long, part
from pages.basemap_routes import ground_or_none
from pages.map_panel import about, area, layer_made, parts
from pages.outlines import current_map
from pages.panels import why
from settings import settings
from ui.language import language, page_title
from ui.maps import layers as drawn
from ui.maps import panel
from ui.maps.canvas import map_canvas, map_controls, map_stores
from ui.maps.density import density_picture
from ui.maps.picture import picture, script_words
from ui.words import Speaker, speaker
from warehouse.errors import WarehouseError

dash.register_page(__name__, path="/map", order=1, name="shell.map", title=page_title("shell.map"), icon="map")

SHOWN = LINKED[1:]
"""What the map's values depend on: all but the chosen area."""


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; the map's script and callbacks fill it in."""
    lang = language(lang)
    say = speaker(lang)
    metrics = [{"value": name, "label": METRICS[name].label[lang]} for name in (*COUNTS, *RATES)]
    head = html.Div([html.H1(say("map.question")), map_controls(say, metrics)], className="map-head")
    stage = html.Div([head, map_canvas(say, ground_or_none(), settings().map_review_number)], className="map-stage")
    return html.Div(
        [*map_stores(), stage, panel.map_panel(say)], id="map-page", className="map-page", **{"data-page": "map"}
    )


# ---- values: what one filter change sends ----


def _of_values(_filters: dict) -> Sequence[str]:
    return *SHOWN, "metric", "lang"


@part("map", [("map-values-data", "data")], about=_of_values, known="map-values-key")
def paint_areas(asking: Asking) -> tuple[dict]:
    """One value for every area, in the order of the outlines: the same whichever area is chosen, in whichever theme."""
    try:
        return (_values(asking.view, asking.filters),)
    except WarehouseError:
        not_for_long()
        return ({"url": None},)
    except Exception as error:
        return ({"url": None, "failed": why(error, asking.say)},)


def _values(view: View, filters: dict) -> dict:
    lang, asked, outlined = filters.get("lang", "zh"), map_metric(filters.get("metric")), current_map(view.as_of)
    say = speaker(lang)
    shown = picture(
        values_by_area(view, asked.key),
        outlined.area_ids,
        outlined.is_grid,
        whole=asked.is_whole,
        percent=asked.metric.is_rate,
        min_n=asked.min_n,
        say=say,
    )
    return {
        "url": outlined.url(view.as_of) if outlined.has_outline else None,
        "metric": about(view, asked, say, lang),
        "words": script_words(say),
    } | shown


# ---- layers: each asked for only while it is on ----


def _layer(name: str, *more: str):
    """A part that answers layer `name` when it is on and its question has changed, and empties it when it is off."""

    def is_on(filters: dict) -> bool:
        return name in str(filters.get("layers") or "").split(",")

    def about(filters: dict) -> Sequence[str]:
        return (*SHOWN, "lang", *more) if is_on(filters) else ()

    def register(ask):
        @part("map", [(f"map-{name}-data", "data")], about=about, known=f"map-{name}-key")
        def answer(asking: Asking) -> tuple[dict | None]:
            filters = asking.filters
            if not is_on(filters):
                return (None,)
            try:
                view, say = asking.view, asking.say
                layer = ask(view, say, filters)
                return (layer | {"made": layer_made(view, say)} if name != "incidents" else layer,)
            except WarehouseError:
                not_for_long()
                return (None,)
            except Exception as error:  # the map and the other layers stand
                return ({"label": asking.say(f"map.{name}"), "failed": why(error, asking.say)},)

        return ask

    return register


def _everywhere(view: View) -> View:
    return replace(view, area_id=None, area_level=None)


@_layer("sensors")
def sensors(view: View, say: Speaker, filters: dict) -> dict:
    """Every sensor by state; the chosen area only narrows what the map zooms to."""
    return drawn.sensor_layer(sensor_states(_everywhere(view)), say, filters.get("lang", "zh"))


@_layer("cameras")
def cameras(view: View, say: Speaker, _filters: dict) -> dict:
    """Every camera by state."""
    return drawn.camera_layer(camera_states(_everywhere(view)), say)


@_layer("teams")
def teams(view: View, say: Speaker, filters: dict) -> dict:
    """Grids short of the staffing standard."""
    names = {area_id: area.name for area_id, area in areas(view.as_of).items()}
    return drawn.team_layer(team_gaps(view.as_of), names, standard().name, say, filters.get("lang", "zh"))


@_layer("incidents", "area", "theme")
def incidents(view: View, say: Speaker, filters: dict) -> dict:
    """The view's incidents one by one, or a picture of their density where there are more than travel well."""
    found = incident_count(view)
    note = say("map.points_note", n=f"{found.with_point:,}", without=f"{found.total - found.with_point:,}")
    if found.with_point <= POINTS_AT_MOST:
        features = drawn.incident_features(incident_points(view), say, filters.get("lang", "zh"))
        return {"features": features, "label": say("map.incidents"), "note": note}
    points = incident_coordinates(view)
    shown = density_picture(points["lon"], points["lat"], filters.get("theme") or "dark")
    more = say("map.density_note", n=f"{found.with_point:,}", most=f"{POINTS_AT_MOST:,}")
    return drawn.density_layer(shown, more, say)


# ---- the panel ----


def _of_panel(_filters: dict) -> Sequence[str]:
    return *LINKED, "metric", "lang"


@part(
    "map",
    [
        *[(f"map-area-{name}", "children") for name in ("level", "name", "facts")],
        *[(f"map-{name}", "children") for name in panel.SECTIONS],
        ("map-overview", "href"),
    ],
    about=_of_panel,
    known="map-panel-key",
)
def describe_area(asking: Asking) -> tuple:
    """What is known of the chosen area."""
    filters, say, lang = asking.filters, asking.say, asking.lang
    href = "/?" + urlencode({name: filters[name] for name in LINKED if filters.get(name)}, errors="replace")
    try:
        view = asking.view
        return *area(view, say), *parts(view, filters.get("metric"), say, lang), href
    except WarehouseError:
        not_for_long()
        return "", say("shell.no_data"), [], *([] for _ in panel.SECTIONS), href
    except Exception as error:
        said = html.P(why(error, say), className="map-none", role="status")
        return "", say("map.panel"), [], said, *([] for _ in panel.SECTIONS[1:]), href


# ---- what the browser does by itself ----

follow("map")
clientside_callback(
    ClientsideFunction("gridMap", "filters"),
    Output("map-metric", "value"),
    Output("map-basis", "value"),
    Output("map-basis", "disabled"),
    Output("map-layers", "value"),
    Input("map-wanted", "data"),
    State("filters", "data"),
    State("map-metric", "value"),
    State("map-basis", "value"),
    State("map-basis", "disabled"),
    State("map-layers", "value"),
)
clientside_callback(
    ClientsideFunction("gridMap", "ask"),
    Output("map-asked", "data"),
    Input("map-metric", "value"),
    Input("map-basis", "value"),
    Input("map-layers", "value"),
    State("filters", "data"),
    prevent_initial_call=True,
)
