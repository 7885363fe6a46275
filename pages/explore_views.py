"""What each linked view of `/explore` is sent: a figure, or rows and values for the script that draws it, and a note."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import log2

import numpy as np
import pandas as pd

from analytics.area import LEVELS, areas, next_level
from analytics.explore import views
from analytics.explore.selection import Selection
from analytics.map_values import covered_areas
from analytics.timeliness.trends import BINS_PER_DOUBLING, FIRST_BIN_HOURS
from analytics.view import View
from pages.explore_words import long, part_of, token_rows, weekdays_said
from pages.outlines import current_map
from pages.panels import Drawn, made_of, nothing
from ui.components.numbers import count
from ui.figures.axis_days import dated
from ui.figures.explore_bars import Series, picked_bars
from ui.figures.explore_hours import hour_grid
from ui.maps.scale import scale as classes
from ui.words import Speaker, term

TICKS = 6
NAMED_HOURS = (0.25, 1.0, 6.0, 24.0, 72.0, 240.0, 720.0, 2400.0)
"""Hours that stand under the axis of durations, as a person would say them: a quarter, one, six, a day, three, ten …"""
CATEGORY_LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Asked:
    """Who asks, and for what."""

    view: View
    selection: Selection
    say: Speaker
    lang: str
    theme: str
    scale: float

    @cached_property
    def below(self) -> str:
        """The lines under every hover."""
        return made_of(self.view, self.say, self.lang, self.say("explore.caveat"))


def days(asked: Asked) -> Drawn:
    """Incidents over time."""
    say, rows = asked.say, views.over_time(asked.view, asked.selection)
    total = int(rows["count"].sum())
    if not total and not asked.selection.days:
        return nothing(say, asked.theme, asked.scale)
    spans = [(f"{r.first_on:%Y-%m-%d}", f"{r.last_on:%Y-%m-%d}") for r in rows.itertuples()]
    hover = [
        say("explore.hover", of=f"<b>{_days_said(span, say)}</b>", **part_of(n, total)) + asked.below
        for span, n in zip(spans, rows["count"], strict=True)
    ]
    picked = [_meets(asked.selection, r.first_on.date(), r.last_on.date()) for r in rows.itertuples()]
    figure = picked_bars(
        list(range(len(rows))),
        spans,
        [Series("", rows["count"].tolist(), hover, rows["is_partial"].tolist())],
        picked,
        asked.theme,
        asked.scale,
    )
    ticks = _ticks(len(rows))
    form = "%Y-%m" if views.grain(asked.view) == "month" else "%m-%d"
    figure.update_xaxes(tickvals=ticks, ticktext=_dated(rows["first_on"], ticks, form))
    more = say("explore.days_partial") if rows["is_partial"].any() else ""
    return figure, say(
        "explore.days_note", grain=say(f"explore.{views.grain(asked.view)}"), total=count(total), more=more
    )


def _meets(selection: Selection, first: date, last: date) -> bool:
    return selection.days is not None and first <= selection.days[1] and last >= selection.days[0]


def _days_said(span: tuple[str, str], say: Speaker) -> str:
    return say("explore.chip_day" if span[0] == span[1] else "explore.chip_days", first=span[0], last=span[1])


def _ticks(n: int) -> list[int]:
    return list(range(0, n, -(-n // TICKS))) if n else []


def _dated(starts: pd.Series, ticks: list[int], form: str) -> list[str]:
    """Days under the axis, the year where it begins if there are several."""
    shown = [starts.iloc[tick] for tick in ticks]
    return dated(shown, form) if len({day.year for day in shown}) > 1 else [f"{day:{form}}" for day in shown]


def hours(asked: Asked) -> Drawn:
    """Weekday by hour."""
    say, counts = asked.say, views.by_hour(asked.view, asked.selection)
    total = int(counts.to_numpy().sum())
    if not total and not asked.selection.hours:
        return nothing(say, asked.theme, asked.scale)
    names = [say(f"explore.weekday_{weekday}") for weekday in counts.index]
    hover = [
        [say("explore.hover", of=f"<b>{name} {hour}:00–{hour + 1}:00</b>", **part_of(n, total)) + asked.below
         for hour, n in row.items()]
        for name, (_, row) in zip(names, counts.iterrows(), strict=True)
    ]  # fmt: skip
    picked = np.zeros(counts.shape, bool)
    for weekday, hour in asked.selection.hours:
        picked[weekday - 1, hour] = True
    at, hour = np.unravel_index(counts.to_numpy().argmax(), counts.shape)
    most = count(counts.to_numpy().max())
    note = say("explore.hours_note", weekday=weekdays_said((at + 1, at + 1), say), hour=hour, n=most)
    return hour_grid(counts, picked, names, hover, asked.theme, asked.scale), note


def durations(asked: Asked) -> Drawn:
    """How long cases lasted, closed and open apart."""
    say, rows = asked.say, views.by_duration(asked.view, asked.selection)
    total = int(rows["closed"].sum() + rows["open"].sum())
    if not total and not asked.selection.durations:
        return nothing(say, asked.theme, asked.scale)
    below = made_of(asked.view, say, asked.lang, say("explore.caveat_lasted"))
    lasted = [f"<b>{long(r.from_hours, say)}–{long(r.to_hours, say)}</b>" for r in rows.itertuples()]
    series = [
        Series(say(f"explore.{state}"), rows[state].tolist(),
               [say("explore.hover_lasted", of=of, state=say(f"explore.{state}"), **part_of(n, total)) + below
                for of, n in zip(lasted, rows[state], strict=True)], [state == "open"] * len(rows))
        for state in ("closed", "open")
    ]  # fmt: skip
    low, high = asked.selection.durations or (0.0, 0.0)
    picked = [high > r.from_hours + 1e-4 and low < r.to_hours - 1e-4 for r in rows.itertuples()]
    spans = list(zip(rows["from_hours"], rows["to_hours"], strict=True))
    figure = picked_bars(list(range(len(rows))), spans, series, picked, asked.theme, asked.scale)
    shown = [hours for hours in NAMED_HOURS if hours < rows["to_hours"].max()]
    figure.update_xaxes(tickvals=[_place(hours) for hours in shown], ticktext=[long(hours, say) for hours in shown])
    closed, still_open = (count(rows[state].sum()) for state in ("closed", "open"))
    return figure, say("explore.durations_note", closed=closed, open=still_open)


def _place(hours: float) -> float:
    """Where so many hours lie among the bins: the first ends at a quarter of an hour, each further one √2 later."""
    return 0.5 + BINS_PER_DOUBLING * log2(hours / FIRST_BIN_HOURS)


def names(asked: Asked, by: str) -> dict:
    """Rows of a list: `token, name, count`, most first."""
    rows = views.by_name(asked.view, asked.selection, by)
    texts = [_named(by, name, asked) for name in rows["key"]]
    listed = zip(token_rows(by, list(rows["key"])), texts, rows["count"], strict=True)
    return {"rows": [{"token": t, "name": name, "count": int(n)} for t, name, n in listed], "total": int(rows["count"].sum())}  # fmt: skip


def _named(key: str, name: str | None, asked: Asked) -> str:
    if name is None:
        return asked.say(f"explore.unknown_{key}")
    return term(asked.lang, "channel", name) if key == "channel" else name


def categories(asked: Asked) -> dict:
    """Rows of the tree, each with its `depth` and the `parent`'s token; children stand behind their parents, most first."""
    found = {depth: views.by_name(asked.view, asked.selection, f"category:{depth}") for depth in CATEGORY_LEVELS}
    below: dict[str | None, list[dict]] = {}
    for depth, rows in found.items():
        for path, n in zip(rows["key"], rows["count"], strict=True):
            if depth != (path or "").count("/") + 1:
                continue  # it ends higher up, and stands there
            parent = path.rpartition("/")[0] if path and depth > 1 else None
            name = path.rpartition("/")[2] if path else asked.say("explore.unknown_category")
            token = token_rows("category", [path])[0]
            row = {"token": token, "name": name, "count": int(n), "depth": depth, "path": path}
            below.setdefault(parent, []).append(row)
    return {"rows": list(_walk(below, None)), "total": int(found[1]["count"].sum())}


def _walk(below: dict[str | None, list[dict]], parent: str | None, token: str | None = None):
    for row in below.get(parent, []):
        path = row.pop("path")
        yield row | {"parent": token, "has_children": path is not None and path in below}
        if path is not None:
            yield from _walk(below, path, row["token"])


def places(asked: Asked, level: str) -> dict:
    """Counts of the areas of a level in the order of the outlines, and the classes they are painted by."""
    view, outlined = asked.view, current_map(asked.view.as_of)
    rows = views.by_area(view, asked.selection, level)
    counts = dict(zip(rows["key"], rows["count"], strict=True))
    covered, unplaced, known = covered_areas(view.as_of), counts.pop(None, 0), areas(view.as_of)
    value = [
        int(counts.get(area, 0)) if known[area].level == level and (area in counts or area in covered) else None
        for area in outlined.area_ids
    ]
    shades = classes([n for n in value if n is not None], whole=True)
    return {
        "url": outlined.url(view.as_of) if outlined.has_outline else None,
        "level": LEVELS.index(level), "area": view.area_id, "value": value, "edges": shades.edges,
        "shades": shades.shades, "total": sum(counts.values()) + unplaced, "unplaced": int(unplaced),
        "can_pick_unplaced": view.area_id is None and level == next_level(view.as_of, None),
    }  # fmt: skip
