"""What every page's panels share: who asks, and what a panel says when it is empty or has failed."""

import logging
import textwrap
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
WRAP = {"zh": 26, "en": 54}
"""Letters in a line of a hover, by language."""


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


def made_of(
    view: View, say: Speaker, lang: str, *caveats: str, before: View | None = None, has_period: bool = True
) -> str:
    """The lines under every hover: period (where the figure has the view's), as-of time and what to bear in mind."""
    lines = [say("timeliness.made_period", **_times(view))] if has_period else []
    if before is not None:
        lines.append(say("timeliness.made_before", **_times(before)))
    lines.append(say("timeliness.made_as_of", until=f"{local(view.now):%Y-%m-%d %H:%M}"))
    lines += [line for caveat in caveats for line in textwrap.wrap(caveat, WRAP["en" if lang == "en" else "zh"])]
    return "<br>" + "<br>".join(lines)


def _times(view: View) -> dict[str, str]:
    return {"since": f"{local(view.since):%Y-%m-%d %H:%M}", "until": f"{local(view.until):%Y-%m-%d %H:%M}"}


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
