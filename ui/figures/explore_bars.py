"""Bars that can be picked one by one or by dragging across them: over time, and by how long cases lasted."""

from collections.abc import Sequence
from dataclasses import dataclass

from ui.drawing import Drawing
from ui.theme import palette, style

PALE = 0.28
"""Opacity of what is not picked, beside what is."""


@dataclass(frozen=True)
class Series:
    """Bars of one kind: heights, hover texts, and which are drawn hollow because they are not final."""

    name: str
    counts: Sequence[int]
    hover: Sequence[str]
    is_hollow: Sequence[bool] = ()


def picked_bars(
    places: Sequence[float], spans: Sequence[Sequence[object]], series: Sequence[Series], is_picked: Sequence[bool],
    theme: str, scale: float,
) -> Drawing:  # fmt: skip
    """A bar a place, the series on top of each other; `spans` (first, last) come with a click, what is not picked is pale."""
    colours = palette(theme)
    figure = Drawing()
    opacity = [1.0 if picked else PALE for picked in is_picked] if any(is_picked) else 1.0
    for one in series:
        figure.add_bar(
            x=places, y=one.counts, name=one.name, customdata=spans,
            marker={
                "color": [colours.surface if hollow else colours.accent for hollow in one.is_hollow] or colours.accent,
                "opacity": opacity,
                "line": {"color": colours.accent, "width": [1.2 * scale if hollow else 0 for hollow in one.is_hollow] or 0},
            },
            hovertext=one.hover, hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
    style(figure, theme, scale)
    figure.update_layout(
        barmode="stack", bargap=0.12, dragmode="select", selectdirection="h", hovermode="closest",
        newselection={"line": {"color": colours.accent, "width": 1.5 * scale, "dash": "solid"}},
        activeselection={"fillcolor": colours.accent, "opacity": 0.15},
    )  # fmt: skip
    most = max((sum(counts) for counts in zip(*(one.counts for one in series), strict=True)), default=0)
    figure.update_yaxes(rangemode="tozero", range=[0, max(4, most * 1.08)], nticks=5, tickformat=",d", fixedrange=True)
    figure.update_xaxes(showgrid=False, zeroline=False, tickangle=0, fixedrange=True, range=[-0.6, len(places) - 0.4])
    return figure
