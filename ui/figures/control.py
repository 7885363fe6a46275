"""Week by week against what is usual: points, centre, limits as a band, and the weeks that are a real change."""

import pandas as pd
import plotly.graph_objects as go

from ui.figures.axis_days import day_ticks
from ui.theme import palette, style
from ui.words import speaker


def control_chart(
    points: pd.DataFrame, centre: float, hover: list[str], lang: str, theme: str, scale: float
) -> go.Figure:
    """`points` has `key, value, low, high, is_beyond, is_change`, shares 0 to 1 in order of time; no limits where NaN."""
    say, colours = speaker(lang), palette(theme)
    figure = go.Figure()
    value = 100 * points["value"]
    if centre == centre:
        figure.add_scatter(
            x=[*points["key"], *points["key"][::-1]], y=[*(100 * points["high"]), *(100 * points["low"])[::-1]],
            fill="toself", fillcolor=colours.muted, opacity=0.2, mode="lines", line={"width": 0}, hoverinfo="skip",
        )  # fmt: skip
        figure.add_hline(y=100 * centre, line={"color": colours.quiet, "dash": "dash", "width": 1.5 * scale})
        figure.add_annotation(
            x=1, xref="paper", y=100 * centre, text=say("timeliness.centre", share=f"{100 * centre:.1f}"), showarrow=False,
            xanchor="right", yanchor="bottom", font={"color": colours.quiet, "size": 14 * scale},
        )  # fmt: skip
    change = points["is_change"].to_numpy(dtype=bool)
    figure.add_scatter(
        x=points["key"], y=value, mode="lines+markers", line={"color": colours.accent, "width": 2 * scale},
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
        title_text=say("timeliness.rate_axis"),
        title_standoff=10 * scale,
        nticks=6,
        zeroline=False,
        range=_reach(points),
    )
    figure.update_xaxes(
        title_text=say("timeliness.due_week_axis"),
        tickformat="%m-%d\n%Y",
        nticks=8,
        tickangle=0,
        showgrid=False,
        range=_span(points["key"]),
        **day_ticks(points["key"], "%m-%d"),
    )
    figure.update_layout(hovermode="closest")
    return figure


def _name_weeks(figure: go.Figure, points: pd.DataFrame, centre: float, colour: str, scale: float) -> None:
    for week in points[points["is_beyond"]].itertuples():
        above = week.value > centre
        figure.add_annotation(
            x=week.key, y=100 * week.value, text=f"{week.key:%m-%d}", showarrow=False,
            yanchor="bottom" if above else "top", yshift=(8 if above else -8) * scale,
            font={"color": colour, "size": 14 * scale},
        )  # fmt: skip


def _span(weeks: pd.Series) -> list[pd.Timestamp]:
    """Room at the right for what the centre is."""
    week = pd.Timedelta(days=7)
    return [weeks.min() - week, weeks.max() + max(week, 0.12 * (weeks.max() - weeks.min()))]


def _reach(points: pd.DataFrame) -> list[float]:
    columns = ["value", "low", "high"]
    low, high = 100 * points[columns].min().min(), 100 * points[columns].max().max()
    room = max(1.0, 0.2 * (high - low))
    return [low - room, high + room]
