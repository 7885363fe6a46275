"""How long cases take: by week or month, as a curve of what is still open, and by department, category or area."""

import pandas as pd

from analytics.timeliness.on_time import LEAST_N
from analytics.timeliness.trends import resolution_by, resolution_curve
from analytics.view import View, local
from pages.panels import Drawn, fraction, made_of, nothing, says
from pages.timeliness_panels.rows import SHOWN, hours, hover_times, left_out, named, split, stretch
from ui.components.numbers import count
from ui.figures.interval_dots import interval_dots
from ui.figures.resolution import resolution_trend
from ui.figures.still_open import still_open, thinned
from ui.words import Speaker

SAID_DAYS = (1, 3, 7)


def closing(view: View, lang: str, theme: str, scale: float, say: Speaker, by: str) -> Drawn:
    """Median and 90th percentile by week or month, or the share that is still open after so long."""
    return _curve(view, lang, theme, scale, say) if by == "curve" else _trend(view, lang, theme, scale, say, by)


def _trend(view: View, lang: str, theme: str, scale: float, say: Speaker, by: str) -> Drawn:
    rows = resolution_by(view, by)
    if rows.empty:
        return nothing(say, theme, scale)
    rows = rows.assign(key=pd.to_datetime(rows["key"])).sort_values("key").reset_index(drop=True)
    ends = rows["key"] + (pd.offsets.MonthBegin(1) if by == "month" else pd.Timedelta(days=7))
    rows = rows.assign(is_whole=(rows["key"] >= local(view.since)) & (ends <= local(view.until)))
    names = [f"{key:%Y-%m}" if by == "month" else f"{key:%Y-%m-%d}" for key in rows["key"]]
    below = [
        made_of(view, say, lang, say("timeliness.caveat_km"), when=stretch(first.date(), after.date(), view, say))
        for first, after in zip(rows["key"], ends, strict=True)
    ]
    hover = hover_times(rows, names, say, below)
    unknown = int((rows["p90"] == float("inf")).iloc[::-1].cumprod().sum())
    more = say("timeliness.trend_open", n=unknown) if unknown else ""
    return resolution_trend(rows, hover, by, lang, theme, scale), say("timeliness.trend_note", more=more)


def _curve(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    every = resolution_curve(view)
    if every.empty:
        return nothing(say, theme, scale)
    reported, below = int(every["at_risk"].iloc[0]), made_of(view, say, lang, say("timeliness.caveat_km"))
    rows = thinned(every)
    hover = [
        say("timeliness.hover_curve", after=hours(r.hours, say), share=f"{100 * r.survival:.1f}", low=f"{100 * r.low:.1f}",
            high=f"{100 * r.high:.1f}")
        + fraction(say, say("timeliness.waiting_n", n=count(r.at_risk - r.closed)), say("timeliness.reported_n", n=count(reported)))
        + below
        for r in rows.itertuples()
    ]  # fmt: skip
    said = [say("timeliness.curve_after", days=days, share=_open_after(every, days)) for days in SAID_DAYS]
    note = say("timeliness.curve_note", what=say("timeliness.curve_join").join(said))
    return still_open(rows, hover, lang, theme, scale), note


def _open_after(curve: pd.DataFrame, days: int) -> str:
    seen = curve.loc[curve["hours"] <= 24 * days, "survival"]
    return f"{100 * (seen.iloc[-1] if len(seen) else 1.0):.1f}"


def times(view: View, lang: str, theme: str, scale: float, say: Speaker, by: str) -> Drawn:
    """Who takes long: median and 90th percentile with their intervals, slowest first."""
    every = resolution_by(view, split(view, by))
    if every.empty:
        return nothing(say, theme, scale)
    ranked = every[every["key"].notna() & (every["n"] >= LEAST_N)].sort_values(["p50", "key"], ascending=[False, True])
    if ranked.empty:
        return says(say("timeliness.all_too_few", least=LEAST_N), theme, scale)
    rows = named(ranked.head(SHOWN).reset_index(drop=True), view, by)
    below = [made_of(view, say, lang, say("timeliness.caveat_km"))] * len(rows)
    hover = hover_times(rows, list(rows["name"]), say, below)
    series = [(name, say(f"timeliness.{name}")) for name in ("p50", "p90")]
    figure = interval_dots(
        rows, series, hover, [f"n={count(n)}" for n in rows["n"]], say("timeliness.hours_axis"), theme, scale
    )
    return figure, say(
        "timeliness.times_note", click=say("timeliness.click"), more=left_out(every, len(rows), "n", say)
    )
