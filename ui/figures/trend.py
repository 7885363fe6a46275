"""Incidents by day as a line from nought, with weekends and holidays shaded."""

import pandas as pd

from ui.drawing import Drawing, literal
from ui.theme import Palette, palette, style
from ui.words import speaker

HALF_DAY = pd.Timedelta(hours=12)


def daily_trend(frame: pd.DataFrame, hover: list[str], is_over: bool, lang: str, theme: str, scale: float) -> Drawing:
    """`frame` has `day, count, is_free, holiday_zh, holiday_en`; unless `is_over`, the last day is drawn as one that goes on."""
    say, colours = speaker(lang), palette(theme)
    figure = Drawing()
    whole = frame if is_over else frame.iloc[:-1]
    figure.add_scatter(
        x=whole["day"],
        y=whole["count"],
        mode="lines+markers",
        line={"color": colours.accent, "width": 2.5 * scale},
        marker={"size": 5 * scale},
        hovertext=hover[: len(whole)],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    if not is_over:
        _draw_day_so_far(figure, frame.iloc[-2:], hover[-1], colours, scale)
    _shade_free_days(figure, frame, colours.muted)
    _name_holidays(figure, frame, lang, colours.quiet, scale)
    _label_peak(figure, whole, colours.text, scale)
    style(figure, theme, scale)
    figure.update_yaxes(
        rangemode="tozero", title_text=say("overview.trend_axis"), title_standoff=12 * scale, tickformat=",d", nticks=5
    )
    figure.update_yaxes(range=[0, max(5, frame["count"].max() * 1.22)])
    figure.update_xaxes(
        tickformat="%m-%d", dtick=7 * 86_400_000, tickangle=0, tick0=frame["day"].iloc[-1], showgrid=False
    )
    figure.update_layout(hovermode="x")
    return figure


def _draw_day_so_far(figure: Drawing, last: pd.DataFrame, hover: str, colours: Palette, scale: float) -> None:
    figure.add_scatter(
        x=last["day"], y=last["count"], mode="lines", hoverinfo="skip",
        line={"color": colours.accent, "width": 2 * scale, "dash": "dot"},
    )  # fmt: skip
    figure.add_scatter(
        x=last["day"].iloc[1:], y=last["count"].iloc[1:], mode="markers",
        marker={"size": 9 * scale, "color": colours.surface, "line": {"color": colours.accent, "width": 2 * scale}},
        hovertext=[hover], hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _shade_free_days(figure: Drawing, frame: pd.DataFrame, colour: str) -> None:
    for day in frame.loc[frame["is_free"], "day"]:
        figure.add_vrect(
            x0=day - HALF_DAY, x1=day + HALF_DAY, fillcolor=colour, opacity=0.16, line_width=0, layer="below"
        )


def _name_holidays(figure: Drawing, frame: pd.DataFrame, lang: str, colour: str, scale: float) -> None:
    names = frame[frame["holiday_en" if lang == "en" else "holiday_zh"] != ""]
    for name, days in names.groupby("holiday_en" if lang == "en" else "holiday_zh"):
        figure.add_annotation(
            text=literal(name),
            x=days["day"].iloc[len(days) // 2],
            y=1,
            yref="paper",
            yanchor="top",
            showarrow=False,
            font={"color": colour, "size": 13 * scale},
        )


def _label_peak(figure: Drawing, frame: pd.DataFrame, colour: str, scale: float) -> None:
    if frame.empty or frame["count"].max() == 0:
        return
    peak = frame.loc[frame["count"].idxmax()]
    figure.add_annotation(
        text=f"{int(peak['count']):,}",
        x=peak["day"],
        y=peak["count"],
        yshift=14 * scale,
        showarrow=False,
        font={"color": colour, "size": 14 * scale},
    )
