"""At which level matters were settled: one stacked bar, each part named beneath it."""

import pandas as pd
import plotly.graph_objects as go

from ui.theme import palette, style
from ui.words import speaker, term

NARROWEST = 0.19
"""Share of the width a name beneath the bar takes."""


def settled_bar(frame: pd.DataFrame, lang: str, theme: str, scale: float) -> go.Figure:
    """`frame` has `level, count, total, share`, from the grid up."""
    say, colours = speaker(lang), palette(theme)
    shades = [*colours.levels, colours.muted]
    figure = go.Figure()
    starts = frame["share"].cumsum() - frame["share"]
    names = [term(lang, "level", level) for level in frame["level"]]
    for row, name, shade in zip(frame.itertuples(), names, shades, strict=False):
        hover = say(
            "overview.hover_level", level=name, n=f"{row.count:,}", total=f"{row.total:,}", share=f"{row.share:.1%}"
        )
        figure.add_bar(
            x=[row.share], y=[""], orientation="h", marker_color=shade, marker_line={"color": colours.surface, "width": 2},
            hovertemplate=hover + "<extra></extra>",
        )  # fmt: skip
    centres = list(starts + frame["share"] / 2)
    for centre, place, name, share in zip(centres, _spread(centres), names, frame["share"], strict=True):
        figure.add_shape(
            type="line", x0=centre, x1=place, y0=-0.42, y1=-0.62, line={"color": colours.quiet, "width": 1}
        )
        figure.add_annotation(
            x=place, y=-0.66, yanchor="top", text=f"{name}<br><b>{share:.1%}</b>", showarrow=False, align="center",
            font={"color": colours.text, "size": 15 * scale},
        )  # fmt: skip
    style(figure, theme, scale)
    figure.update_layout(barmode="stack", bargap=0.2, margin={"l": 4, "r": 4, "t": 4, "b": 4})
    figure.update_xaxes(visible=False, range=[0, 1])
    figure.update_yaxes(visible=False, range=[-1.75, 0.5])
    return figure


def _spread(centres: list[float]) -> list[float]:
    """Places for the names, as near their parts as they can stand without touching."""
    places = list(centres)
    edge = 1 - NARROWEST / 2
    for i in reversed(range(len(places))):
        places[i] = min(places[i], edge)
        edge = places[i] - NARROWEST
    edge = NARROWEST / 2
    for i, place in enumerate(places):
        places[i] = max(place, edge)
        edge = places[i] + NARROWEST
    return places
