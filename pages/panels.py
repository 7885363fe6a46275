"""What every page's panels share: who asks, and what a panel says when it is empty or has failed."""

import logging
from collections.abc import Callable
from datetime import timedelta

import plotly.graph_objects as go
from dash import Input, Output, callback
from dash.exceptions import PreventUpdate

from analytics.area import areas
from analytics.view import View, local
from ui.components.panel import message
from ui.theme import palette, style
from ui.words import Speaker, speaker
from warehouse.errors import ZhiliError

log = logging.getLogger("zhili.web")

Drawn = tuple[go.Figure, str]
"""A figure and the note under it."""


def asked(filters: dict | None) -> tuple[Speaker, str, str, float]:
    """Words, language, theme and scale of the browser that asks; nothing happens before it has told them."""
    if not filters:
        raise PreventUpdate
    return speaker(filters["lang"]), filters["lang"], filters["theme"], float(filters.get("scale") or 1)


def why(error: Exception, say: Speaker) -> str:
    """What went wrong in one line; what nobody foresaw goes to the log with its trace."""
    if isinstance(error, ZhiliError):
        return say("shell.failed", why=str(error))
    log.error("a panel failed", exc_info=error)
    return say("shell.failed", why=say("shell.failed_unforeseen"))


def place(view: View, say: Speaker) -> str:
    """The name of the chosen area, or of the whole."""
    known = areas(view.as_of)
    tops = [area for area in known.values() if len(area.path) == 1]
    return known[view.area_id].name if view.area_id else tops[0].name if len(tops) == 1 else say("overview.all_areas")


def span(view: View, say: Speaker) -> str:
    """The period in words, or its days where they were chosen one by one."""
    if view.period != "custom":
        return say(f"shell.{view.period}")
    return f" {local(view.since):%Y-%m-%d} – {local(view.until - timedelta(seconds=1)):%Y-%m-%d} "


def says(text: str, theme: str, scale: float) -> Drawn:
    """A panel without a picture: it says why."""
    return style(message(text, palette(theme).quiet, scale), theme, scale), ""


def nothing(say: Speaker, theme: str, scale: float) -> Drawn:
    """A panel that the filters leave empty."""
    return says(say("shell.empty"), theme, scale)


def register(id: str, draw: Callable[..., Drawn], *choices: str) -> None:
    """The callback of the panel `id`, with its own empty and failed states.

    `draw(view, lang, theme, scale, say, *values)` gets the values of the controls `choices` last.
    """

    @callback(
        Output(f"{id}-figure", "figure"),
        Output(f"{id}-note", "children"),
        Input("filters", "data"),
        *[Input(choice, "value") for choice in choices],
    )
    def show(filters: dict | None, *values: str) -> Drawn:
        say, lang, theme, scale = asked(filters)
        try:
            return draw(View.from_store(filters), lang, theme, scale, say, *values)
        except Exception as error:  # the panel says so itself; the others stand
            return style(message(why(error, say), palette(theme).text, scale), theme, scale), ""
