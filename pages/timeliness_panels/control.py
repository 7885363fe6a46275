"""Has it really changed? The on-time rate or the median time, week by week, against what is usual."""

import pandas as pd

from analytics.timeliness.control_chart import Chart
from analytics.timeliness.weekly_charts import weekly_median_chart, weekly_on_time_chart
from analytics.view import View
from pages.panels import Drawn, fraction, made_of, nothing
from pages.timeliness_panels.rows import hours, week
from ui.components.numbers import count
from ui.figures.control import control_chart
from ui.words import Speaker

SAID_CHANGES = 2
SCALED = ["value", "low", "high"]


def control(view: View, lang: str, theme: str, scale: float, say: Speaker, what: str) -> Drawn:
    """The weeks of the last year with their limits, and the real changes in words."""
    is_rate = what == "on_time_rate"
    chart = weekly_on_time_chart(view) if is_rate else weekly_median_chart(view)
    points = chart.points.assign(key=pd.to_datetime(chart.points["key"]))
    if points.empty:
        return nothing(say, theme, scale)
    factor = 100.0 if is_rate else 1.0
    points[SCALED] *= factor
    centre, write = factor * chart.centre, _percent if is_rate else (lambda value: hours(value, say))
    hover = [_hover(r, view, is_rate, write, lang, say) for r in points.itertuples()]
    axes = ("due_week_axis", "rate_axis") if is_rate else ("week_axis", "median_axis")
    label = say("timeliness.centre", value=write(centre))
    figure = control_chart(
        points, centre, label, hover, tuple(say(f"timeliness.{axis}") for axis in axes), theme, scale
    )
    return figure, _said(points, chart, centre, write, say)


def _percent(value: float) -> str:
    return f"{value:.1f}%"


def _hover(r, view: View, is_rate: bool, write, lang: str, say: Speaker) -> str:
    first = r.key.date()
    text = say(
        "timeliness.hover_control", of=f"{first:%Y-%m-%d}", value=write(r.value), low=write(r.low), high=write(r.high)
    )
    if is_rate:
        hits, n = (
            say("timeliness.on_time_n", n=count(round(r.value * r.n / 100))),
            say("timeliness.due_n", n=count(r.n)),
        )
    else:
        hits, n = say("timeliness.closed_n", n=count(r.events)), say("timeliness.reported_n", n=count(r.n))
    caveats = [say("timeliness.caveat_control"), *([] if is_rate else [say("timeliness.caveat_km")])]
    return text + fraction(say, hits, n) + made_of(view, say, lang, *caveats, when=week(first, say))


def _said(points: pd.DataFrame, chart: Chart, centre: float, write, say: Speaker) -> str:
    """The real changes in words, newest first: each week beyond a limit, each run by the week it was noticed."""
    if chart.baseline is None:
        return say("timeliness.control_short")
    known = points["is_beyond"] | (points["is_run"] & ~points["is_run"].shift(fill_value=False))
    found = [
        say(f"timeliness.control_{'beyond' if r.is_beyond else 'run'}_{'high' if r.value > centre else 'low'}",
            **{"week": f"{r.key:%Y-%m-%d}"} | ({"value": write(r.value)} if r.is_beyond else {}))
        for r in points[known].iloc[::-1].itertuples()
    ]  # fmt: skip
    if not found:
        return say("timeliness.control_calm", centre=write(centre))
    rest = len(found) - SAID_CHANGES
    what = say("timeliness.control_join").join(found[:SAID_CHANGES])
    return say("timeliness.control_note", what=what + (say("timeliness.control_earlier", n=rest) if rest > 0 else ""))
