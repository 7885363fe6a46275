"""Who closes on time: the share of each department or area, lowest first."""

import pandas as pd

from analytics.metrics import METRICS
from analytics.timeliness.on_time import LEAST_N, on_time_by, rank_on_time
from analytics.view import View
from pages.panels import Drawn, fraction, made_of, nothing, says
from pages.timeliness_panels.rows import SHOWN, left_out, named, split
from ui.components.numbers import count
from ui.drawing import literal
from ui.figures.interval_dots import interval_dots
from ui.words import Speaker


def lowest(ranked: pd.DataFrame, say: Speaker) -> str:
    """Which department of `rank_on_time` is lowest, or how many cannot be told apart from it; nothing where there is one."""
    if len(ranked) < 2:
        return ""
    last = ranked.iloc[-1]
    level = len(ranked) - int(last["first"]) + 1
    if level > 1:
        return say("timeliness.headline_level", n=level)
    return say("timeliness.headline_worst", name=last["key"], share=f"{100 * last['share']:.1f}")


def on_time(view: View, lang: str, theme: str, scale: float, say: Speaker, by: str) -> Drawn:
    """The on-time rate with its interval, lowest first, against the rate of all."""
    key = split(view, by)
    every = on_time_by(view, key)
    if every.empty:
        return nothing(say, theme, scale)
    ranked = rank_on_time(view, key).iloc[::-1]
    if ranked.empty:
        return says(say("timeliness.all_too_few", least=LEAST_N), theme, scale)
    rows = named(ranked.head(SHOWN).reset_index(drop=True), view, by)
    below = made_of(view, say, lang, METRICS["on_time_rate"].caveat[lang])
    hover = [
        say("timeliness.hover_rate", of=literal(r.name), share=f"{100 * r.share:.1f}", low=f"{100 * r.low:.1f}", high=f"{100 * r.high:.1f}")
        + fraction(say, say("timeliness.on_time_n", n=count(r.on_time)), say("timeliness.due_n", n=count(r.due)))
        + below
        for r in rows.itertuples(index=False)
    ]  # fmt: skip
    rows = rows.assign(rate=100 * rows["share"], rate_low=100 * rows["low"], rate_high=100 * rows["high"])
    whole = 100 * every["on_time"].sum() / every["due"].sum()
    labels = [f"<b>{rate:.1f}%</b>" for rate in rows["rate"]]
    figure = interval_dots(rows, [("rate", "")], hover, labels, say("timeliness.rate_axis"), theme, scale, whole)
    more = left_out(every, len(rows), "due", say)
    return figure, say("timeliness.on_time_note", share=f"{whole:.1f}", click=say("timeliness.click"), more=more)
