"""Which share is still open after how long: a falling staircase with its band, days from left to right."""

import numpy as np
import pandas as pd

from ui.drawing import Drawing
from ui.theme import palette, style
from ui.words import speaker

MOST_STEPS = 120
"""More steps than this say nothing that the eye could tell apart."""
LEAST_AT_RISK = 20
"""Past the time at which fewer than this are watched the curve is chance."""
FAINT = 0.18


def thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """At most 120 rows of a life table, evenly down the curve, to where fewer than 20 cases are watched."""
    rows = curve[(curve["at_risk"] >= LEAST_AT_RISK) | (curve.index == curve.index[0])].reset_index(drop=True)
    levels = np.linspace(rows["survival"].iloc[0], rows["survival"].iloc[-1], MOST_STEPS)
    at = np.searchsorted(-rows["survival"].to_numpy(), -levels)
    return rows.iloc[np.unique(np.clip(at, 0, len(rows) - 1))].reset_index(drop=True)


def still_open(rows: pd.DataFrame, hover: list[str], lang: str, theme: str, scale: float) -> Drawing:
    """`rows` has `hours, survival, low, high`, shares 0 to 1, in order of time."""
    say, colours = speaker(lang), palette(theme)
    days, known = rows["hours"] / 24, rows.dropna(subset=["low", "high"])
    figure = Drawing()
    figure.add_scatter(
        x=[*(known["hours"] / 24), *(known["hours"] / 24)[::-1]], y=[*(100 * known["high"]), *(100 * known["low"])[::-1]],
        fill="toself", fillcolor=colours.accent, opacity=FAINT, mode="lines", line={"width": 0}, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=days, y=100 * rows["survival"], mode="lines", line={"color": colours.accent, "width": 2.5 * scale, "shape": "hv"},
        hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    style(figure, theme, scale)
    figure.update_yaxes(
        range=[0, 102], title_text=say("timeliness.still_open_axis"), title_standoff=10 * scale, nticks=6
    )
    figure.update_xaxes(
        title_text=say("timeliness.days_axis"),
        range=[0, max(1.0, float(days.max()))],
        nticks=8,
        tickangle=0,
        showgrid=False,
    )
    figure.update_layout(hovermode="closest", hoverdistance=60)
    return figure
