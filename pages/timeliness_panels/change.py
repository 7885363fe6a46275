"""What changed against the period before, and how much of it was speed, how much another mix of cases."""

from analytics.metrics import METRICS
from analytics.timeliness.compare import compare_on_time, compare_resolution
from analytics.view import View
from pages.panels import Drawn, fraction, made_of, says
from pages.timeliness_panels.rows import SHOWN_WIDE
from ui.components.numbers import count, signed
from ui.drawing import literal
from ui.figures.change_parts import change_parts
from ui.words import Speaker

PARTS = ["value_before", "value_now", "mix", "within", "total"]


def change(view: View, lang: str, theme: str, scale: float, say: Speaker, what: str) -> Drawn:
    """The departments that moved the rate, or the mean hours, most."""
    is_rate = what == "on_time_rate"
    found = compare_on_time(view, "department") if is_rate else compare_resolution(view, "department")
    if found is None:
        return says(say("timeliness.no_before"), theme, scale)
    factor = 100.0 if is_rate else 1.0
    rows = found.keys.head(SHOWN_WIDE).assign(name=lambda f: f["key"].fillna(say("shell.unknown")))
    rows[PARTS] *= factor
    own = METRICS["on_time_rate"].caveat[lang] if is_rate else say("timeliness.caveat_mean")
    below = made_of(view, say, lang, say("timeliness.caveat_change"), own, before=view.before())
    hover = [_hover(r, is_rate, say) + below for r in rows.itertuples(index=False)]
    axis = say("timeliness.points_axis" if is_rate else "timeliness.change_hours_axis")
    figure = change_parts(rows, hover, [signed(n, 2) for n in rows["total"]], axis, lang, theme, scale)
    note = say(
        "timeliness.change_rate_note" if is_rate else "timeliness.change_hours_note",
        before=f"{factor * found.before:.1f}", now=f"{factor * found.now:.1f}",
        change=signed(factor * (found.now - found.before), 1), within=signed(factor * found.within, 1),
        mix=signed(factor * found.mix, 1),
    )  # fmt: skip
    return figure, note


def _hover(r, is_rate: bool, say: Speaker) -> str:
    unit = "%" if is_rate else say("timeliness.hours", n="")
    text = say(
        "timeliness.hover_change", of=literal(r.name), before=f"{r.value_before:.1f}{unit}", now=f"{r.value_now:.1f}{unit}",
        within=signed(r.within, 2), mix=signed(r.mix, 2), total=signed(r.total, 2),
    )  # fmt: skip
    per = 100 if is_rate else 1
    tops = [_number(value * n / per) for value, n in ((r.value_before, r.n_before), (r.value_now, r.n_now))]
    what = "timeliness.change_on_time" if is_rate else "timeliness.change_hours"
    below = "timeliness.change_due" if is_rate else "timeliness.change_reported"
    return text + fraction(
        say, say(what, before=tops[0], now=tops[1]), say(below, before=count(r.n_before), now=count(r.n_now))
    )


def _number(value: float) -> str:
    return count(round(value)) if value == value else "–"
