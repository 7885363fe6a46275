"""How long cases take by week or month: median and 90th percentile, each with its band."""

import numpy as np
import pandas as pd

from ui.drawing import Drawing
from ui.figures.axis_days import day_ticks
from ui.theme import palette, style
from ui.words import speaker

FAINT = 0.18


def resolution_trend(rows: pd.DataFrame, hover: list[str], by: str, lang: str, theme: str, scale: float) -> Drawing:
    """`rows` has `key` (a day), `is_whole, p50, p50_low, p50_high, p90, …` in hours; what is not reached (inf) is not drawn."""
    say, colours = speaker(lang), palette(theme)
    known = rows.replace(np.inf, np.nan)
    figure = Drawing()
    for name, colour in (("p90", colours.quiet), ("p50", colours.accent)):
        _band(figure, known, name, colour)
        figure.add_scatter(
            x=known["key"], y=known[name], mode="lines+markers", connectgaps=False,
            line={"color": colour, "width": 2.5 * scale}, marker={"size": 8 * scale, "symbol": ["circle" if whole else "circle-open" for whole in known["is_whole"]]},
            hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
        _label(figure, known, name, say(f"timeliness.{name}"), colour, scale)
    style(figure, theme, scale)
    figure.update_yaxes(
        range=[0, _top(known)],
        title_text=say("timeliness.hours_axis"),
        title_standoff=10 * scale,
        nticks=6,
        tickformat=",d",
    )
    figure.update_xaxes(
        title_text=say(f"timeliness.{by}_axis"), tickangle=0, showgrid=False, range=_span(known["key"], by),
        **day_ticks(known["key"], "%Y-%m" if by == "month" else "%m-%d"),
    )  # fmt: skip
    figure.update_layout(hovermode="closest")
    return figure


def _band(figure: Drawing, known: pd.DataFrame, name: str, colour: str) -> None:
    """One closed outline for every stretch of rows whose interval is known at both ends."""
    sure = known[[f"{name}_low", f"{name}_high"]].notna().all(axis=1)
    for _, part in known[sure].groupby((~sure).cumsum()[sure]):
        figure.add_scatter(
            x=[*part["key"], *part["key"][::-1]], y=[*part[f"{name}_high"], *part[f"{name}_low"][::-1]],
            fill="toself", fillcolor=colour, opacity=FAINT, mode="lines", line={"width": 0}, hoverinfo="skip",
        )  # fmt: skip


def _label(figure: Drawing, known: pd.DataFrame, name: str, text: str, colour: str, scale: float) -> None:
    seen = known.dropna(subset=[name])
    if len(seen):
        figure.add_annotation(
            x=seen["key"].iloc[-1], y=seen[[name, f"{name}_high"]].iloc[-3:].max().max(), text=f"<b>{text}</b>", showarrow=False,
            xanchor="right", yanchor="bottom", yshift=5 * scale, font={"color": colour, "size": 15 * scale},
        )  # fmt: skip


def _top(known: pd.DataFrame) -> float:
    reached = known[["p50", "p50_high", "p90", "p90_high"]].max().max()
    return 1.25 * float(reached) if reached == reached else 24.0


def _span(days: pd.Series, by: str) -> list[pd.Timestamp]:
    step = pd.Timedelta(days=15 if by == "month" else 4)
    return [days.min() - step, days.max() + step]
