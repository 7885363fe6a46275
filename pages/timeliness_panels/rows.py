"""What the panels that split by department, category or area share: keys, names, what was left out, times in words."""

import math
from datetime import date, timedelta

import pandas as pd

from analytics.area import areas, next_level
from analytics.metrics import below
from analytics.timeliness.on_time import LEAST_N
from analytics.view import View, start_of
from pages.panels import fraction, spanned
from ui.components.numbers import count
from ui.drawing import literal
from ui.words import Speaker

SHOWN, SHOWN_WIDE = 10, 8
QUANTILES = [f"{name}{part}" for name in ("p50", "p90") for part in ("", "_low", "_high")]


def split(view: View, by: str) -> str:
    """What the tables are split by for a choice on the page."""
    if by == "area":
        return next_level(view.as_of, view.area_id)
    if by == "category":
        return below(view.category)
    return by


def named(rows: pd.DataFrame, view: View, by: str) -> pd.DataFrame:
    """The rows with `name`, and `chosen`: the filter that a click on one sets."""
    known = areas(view.as_of)
    names = {"area": lambda key: known[key].name, "category": lambda key: key.split("/")[-1]}.get(by, str)
    return rows.assign(name=[names(key) for key in rows["key"]], chosen=[f"{by}:{key}" for key in rows["key"]])


def left_out(rows: pd.DataFrame, shown: int, n: str, say: Speaker) -> str:
    """How many were not drawn, too few to rank, or without a key; `n` is the column of counts."""
    keyed = rows[rows["key"].notna()]
    few, without = int((keyed[n] < LEAST_N).sum()), int(rows.loc[rows["key"].isna(), n].sum())
    better = len(keyed) - few - shown
    return (
        (say("timeliness.more_shown", n=better) if better else "")
        + (say("timeliness.too_few", n=few, least=LEAST_N) if few else "")
        + (say("timeliness.unknown_key", n=count(without)) if without else "")
    )


def hours(value: float, say: Speaker) -> str:
    """Hours in words, minutes below one, a dash where unknown."""
    if value != value:
        return "–"
    if value == float("inf"):
        return say("timeliness.not_reached")
    if value < 1:
        return say("timeliness.minutes", n=f"{60 * value:.0f}")
    return say("timeliness.hours", n=f"{value:,.1f}" if value < 10 else f"{value:,.0f}")


def most(value: float, say: Speaker) -> str:
    """Within how many hours nine of ten are through, or that this is not reached yet, or not known."""
    return say("timeliness.most_within" if math.isfinite(value) else "timeliness.most_open", n=hours(value, say))


def hover_times(rows: pd.DataFrame, names: list[str], say: Speaker, below: list[str]) -> list[str]:
    """What each row of `n, events, p50, p90, …` is made of, with the lines `below` it."""
    return [
        say("timeliness.hover_trend", of=literal(name), **{column: hours(row[column], say) for column in QUANTILES})
        + fraction(say, say("timeliness.closed_n", n=count(row["events"])), say("timeliness.reported_n", n=count(row["n"])))
        + lines
        for name, (_, row), lines in zip(names, rows.iterrows(), below, strict=True)
    ]  # fmt: skip


def stretch(first: date, after: date, view: View, say: Speaker) -> str:
    """The period line of a week or month within the view, from its first local day to the day after its last."""
    return spanned(max(start_of(first), view.since), min(start_of(after), view.until), say)


def week(first: date, say: Speaker) -> str:
    """The period line of a whole week."""
    return spanned(start_of(first), start_of(first + timedelta(days=7)), say)
