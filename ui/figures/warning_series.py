"""The evidence of a warning as a line in time: what came, against what was to be expected and the top of the usual band."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from ui.drawing import Drawing
from ui.figures.axis_days import MOST
from ui.theme import WARNING, palette, style

GRADES = ("blue", "yellow", "orange", "red")


class Point(Protocol):
    """One period of the evidence (`operations.warnings.Point`), `at` in local time."""

    at: datetime
    observed: float
    expected: float
    upper: float


def warning_series(
    points: Sequence[Point], hover: Sequence[str], grade: int, unit: str, theme: str, scale: float
) -> Drawing:
    """`points` in order of time, `hover` one text each; what lies over the band is marked in the colour of the grade."""
    colours, figure = palette(theme), Drawing()
    days = [point.at for point in points]
    _draw_band(figure, points, days, colours.muted)
    figure.add_scatter(
        x=days, y=[point.expected for point in points], mode="lines", hoverinfo="skip",
        line={"color": colours.quiet, "width": 1.5 * scale, "dash": "dash"},
    )  # fmt: skip
    figure.add_scatter(
        x=days, y=[point.observed for point in points], mode="lines+markers", hovertext=list(hover),
        hovertemplate="%{hovertext}<extra></extra>", line={"color": colours.accent, "width": 2 * scale},
        marker={"size": (5 if len(points) < 80 else 3) * scale, "color": colours.accent},
    )  # fmt: skip
    _mark_what_is_over(figure, points, WARNING[GRADES[grade - 1]], colours.text, scale)
    style(figure, theme, scale)
    top = max([point.observed for point in points] + [point.upper for point in points] + [1.0])
    low = min([point.observed for point in points] + [0.0])
    figure.update_yaxes(range=[1.08 * low, 1.15 * top], title_text=unit, title_standoff=8 * scale, nticks=5)
    figure.update_xaxes(showgrid=False, tickangle=0, **_ticks(days))
    figure.update_layout(hovermode="x")
    return figure


def _draw_band(figure: Drawing, points: Sequence[Point], days: list[datetime], colour: str) -> None:
    floor = [min(0.0, point.expected) for point in points]
    figure.add_scatter(
        x=days + days[::-1], y=[point.upper for point in points] + floor[::-1], mode="lines", fill="toself",
        fillcolor=colour, opacity=0.22, line={"width": 0, "color": colour}, hoverinfo="skip",
    )  # fmt: skip


def _mark_what_is_over(figure: Drawing, points: Sequence[Point], colour: str, edge: str, scale: float) -> None:
    over = [point for point in points if point.observed > point.upper]
    figure.add_scatter(
        x=[point.at for point in over], y=[point.observed for point in over], mode="markers", hoverinfo="skip",
        marker={"size": 10 * scale, "symbol": "diamond", "color": colour, "line": {"color": edge, "width": scale}},
    )  # fmt: skip


def _ticks(days: list[datetime]) -> dict[str, object]:
    """At most five moments under the axis, with the hour where the evidence reaches over less than a few days."""
    if not days:
        return {}
    step = -(-len(days) // MOST)
    shown = days[::-1][::step][::-1]
    form = "%m-%d<br>%H:%M" if days[-1] - days[0] < timedelta(days=4) else "%m-%d"
    return {"tickvals": shown, "ticktext": [f"{day:{form}}" for day in shown]}
