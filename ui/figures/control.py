"""Week by week against what is usual: points, centre, limits as a band, and the weeks that are a real change."""

import numpy as np
import pandas as pd

from ui.drawing import Drawing
from ui.figures.axis_days import day_ticks
from ui.theme import palette, style

NAMED_APART = pd.Timedelta(weeks=5)
"""Weeks nearer to each other than this would write their names over each other: the newest of them is named."""


def control_chart(
    points: pd.DataFrame, centre: float, label: str, hover: list[str], axes: tuple[str, str], theme: str, scale: float
) -> Drawing:
    """`points` has `key, value, low, high, is_beyond, is_change` in order of time; no limits where NaN, no point where inf.

    `label` stands at the centre line, `axes` are the words of time and value.
    """
    colours, points = palette(theme), points.replace(np.inf, np.nan)
    figure = Drawing()
    if centre == centre:
        figure.add_scatter(
            x=[*points["key"], *points["key"][::-1]], y=[*points["high"], *points["low"][::-1]],
            fill="toself", fillcolor=colours.muted, opacity=0.2, mode="lines", line={"width": 0}, hoverinfo="skip",
        )  # fmt: skip
        figure.add_hline(y=centre, line={"color": colours.quiet, "dash": "dash", "width": 1.5 * scale})
        figure.add_annotation(
            x=1, xref="paper", y=centre, text=label, showarrow=False,
            xanchor="right", yanchor="bottom", font={"color": colours.quiet, "size": 14 * scale},
        )  # fmt: skip
    change = points["is_change"].to_numpy(dtype=bool)
    figure.add_scatter(
        x=points["key"], y=points["value"], mode="lines+markers", line={"color": colours.accent, "width": 2 * scale},
        marker={
            "size": [13 * scale if mark else 6 * scale for mark in change],
            "symbol": ["diamond" if mark else "circle" for mark in change],
            "color": [colours.text if mark else colours.accent for mark in change],
            "line": {"color": colours.surface, "width": [1.5 * scale if mark else 0 for mark in change]},
        },
        hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    _name_weeks(figure, points, centre, colours.text, scale)
    style(figure, theme, scale)
    figure.update_yaxes(
        title_text=axes[1],
        title_standoff=10 * scale,
        nticks=6,
        zeroline=False,
        range=_reach(points),
    )
    figure.update_xaxes(
        title_text=axes[0],
        tickformat="%m-%d\n%Y",
        nticks=8,
        tickangle=0,
        showgrid=False,
        range=_span(points["key"]),
        **day_ticks(points["key"], "%m-%d"),
    )
    figure.update_layout(hovermode="closest")
    return figure


def _name_weeks(figure: Drawing, points: pd.DataFrame, centre: float, colour: str, scale: float) -> None:
    named: dict[bool, pd.Timestamp] = {}
    for week in points[points["is_beyond"]].iloc[::-1].itertuples():
        above = week.value > centre
        if above in named and named[above] - week.key < NAMED_APART:
            continue
        named[above] = week.key
        figure.add_annotation(
            x=week.key, y=week.value, text=f"{week.key:%m-%d}", showarrow=False,
            yanchor="bottom" if above else "top", yshift=(8 if above else -8) * scale,
            font={"color": colour, "size": 14 * scale},
        )  # fmt: skip


def _span(weeks: pd.Series) -> list[pd.Timestamp]:
    """Room at the right for what the centre is."""
    week = pd.Timedelta(days=7)
    return [weeks.min() - week, weeks.max() + max(week, 0.12 * (weeks.max() - weeks.min()))]


def _reach(points: pd.DataFrame) -> list[float]:
    columns = ["value", "low", "high"]
    low, high = points[columns].min().min(), points[columns].max().max()
    room = max(1.0, 0.25 * (high - low))
    return [low - room, high + room]
