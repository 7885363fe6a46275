"""What a block of the wall holds, as numbers and words that its script puts in their places; each kind has one maker."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from analytics import overview
from analytics.area import areas
from analytics.freshness import Freshness
from analytics.map_values import map_metric, values_by_area
from analytics.metrics import METRICS
from analytics.overview import Ranking
from analytics.risk.kept import kept
from analytics.timeliness.on_time import rank_on_time
from analytics.view import View, local
from operations.warning_life import OPEN, State
from operations.warnings import Kept, counts, warnings
from pages import measured
from pages.outlines import current_map
from pages.wall_scenes import RISK, Block
from pages.warning_list import urgency
from pages.warning_words import grade_of, said, short, state_name
from ui.components.numbers import count
from ui.maps.picture import picture
from ui.words import Speaker

Made = dict[str, Any]
USUAL_LIMIT, RISK_DAYS, MOST_OPEN = 6, 7, 200
SOURCES = {
    "incident": "incidents", "sensor": "readings", "camera": "camera_states", "alarm": "alarms", "patrol": "patrols",
    "mediation": "mediations", "team": "teams",
}  # fmt: skip
"""The kind of source that figures of each table rest on."""
GRAVEST = (4, 3, 2, 1)


def made(block: Block, view: View, say: Speaker, lang: str) -> Made:
    """The block's content."""
    return KINDS[block.kind](view, block.options, say, lang)


def stale_since(block: Block, sources: Sequence[Freshness]) -> str | None:
    """Since when what the block rests on is stale, as text ("" where never heard of); None while it is not."""
    kinds = {SOURCES[table] for table in _tables(block)}
    stale = [one for one in sources if one.kind in kinds and one.state == "stale"]
    if not stale:
        return None
    known = [one.since for one in stale if one.since is not None]
    return f"{local(min(known)):%m-%d %H:%M}" if known else ""


def _tables(block: Block) -> set[str]:
    if block.kind in ("warnings", "grades"):
        return set()
    names = block.options.get("metrics", (block.options.get("metric", RISK),))
    return {METRICS[name].table if name != RISK else "incident" for name in names}


def _numbers(view: View, options: Mapping[str, Any], say: Speaker, lang: str) -> Made:
    names = options["metrics"]
    overview.prepare_changes([(view, name) for name in names if METRICS[name].is_fact])
    return {"numbers": [_number(view, name, say, lang) for name in names]}


def _number(view: View, name: str, say: Speaker, lang: str) -> Made:
    change = overview.with_change(view, name)
    metric = change.now.metric
    return {
        "label": metric.label[lang],
        "value": measured.value(view, change.now),
        "unit": metric.unit[lang],
        "change": measured.against_before(view, change, say),
    }


def _trend(view: View, _options: Mapping[str, Any], _say: Speaker, _lang: str) -> Made:
    frame = overview.daily(view)
    return {
        "days": [f"{day:%m-%d}" for day in frame["day"]],
        "counts": frame["count"].astype(int).tolist(),
        "free": frame["is_free"].astype(int).tolist(),
    }


def _ranking(view: View, options: Mapping[str, Any], _say: Speaker, _lang: str) -> Made:
    ask: Callable[[View, int], Ranking] = (
        overview.busiest_areas if options["by"] == "area" else overview.busiest_categories
    )
    rows = ask(view, options.get("limit", USUAL_LIMIT)).rows
    most = max(rows["count"].max(), 1) if len(rows) else 1
    return {"rows": [{"name": row.name, "text": count(row.n), "share": round(row.n / most, 3)} for row in rows.rename(columns={"count": "n"}).itertuples(index=False)]}  # fmt: skip


def _offices(view: View, options: Mapping[str, Any], _say: Speaker, _lang: str) -> Made:
    ranked = rank_on_time(view, "department").iloc[::-1].head(options.get("limit", USUAL_LIMIT))
    return {
        "rows": [
            {"name": row.key, "text": f"{100 * row.share:.1f}%", "share": round(row.share, 3), "note": f"{count(row.on_time)} / {count(row.due)}"}
            for row in ranked.itertuples()
        ]
    }  # fmt: skip


def _open_ones(view: View) -> list[Kept]:
    """The gravest of the warnings that are open in the view's area, in the order of the list on `/warnings`."""
    return sorted(warnings(areas=_within(view), states=OPEN, most=MOST_OPEN), key=urgency)


def _within(view: View) -> tuple[str, ...]:
    return (view.area_id,) if view.area_id else ()


def _open_by_grade(view: View) -> dict[int, int]:
    found = counts(areas=_within(view))
    return {grade: sum(n for (state, mine), n in found.items() if state in OPEN and mine == grade) for grade in GRAVEST}


def _warnings(view: View, options: Mapping[str, Any], say: Speaker, lang: str) -> Made:
    rows = [
        {**grade_of(one.grade, say), "sentence": said(one, say, lang), "raised": short(one.raised_at),
         "waits": state_name(one.state, say) if one.state == State.raised else ""}
        for one in _open_ones(view)[: options.get("limit", USUAL_LIMIT)]
    ]  # fmt: skip
    return {"warnings": rows, "more": sum(_open_by_grade(view).values()) - len(rows)}


def _grades(view: View, _options: Mapping[str, Any], say: Speaker, _lang: str) -> Made:
    return {"grades": [{**grade_of(grade, say), "n": n} for grade, n in _open_by_grade(view).items()]}


def _risk(view: View, options: Mapping[str, Any], say: Speaker, _lang: str) -> Made:
    """The grids of the chosen area that most is expected of."""
    risk, known = kept("", RISK_DAYS), areas(view.as_of)
    if risk is None:
        return {"rows": [], "none": say("risk_said.waits")}
    mine = [
        (expected, low, high, known[grid])
        for expected, low, high, grid in zip(risk.expected, risk.low, risk.high, risk.grids, strict=True)
        if grid in known and (view.area_id is None or view.area_id in known[grid].path)
    ]
    mine = sorted(mine, key=lambda row: -row[0])[: options.get("limit", USUAL_LIMIT)]
    most = max((row[0] for row in mine), default=1.0) or 1.0
    rows = [
        {"name": _short(area.path_names), "text": f"{expected:.1f}", "share": round(float(expected / most), 3), "note": f"{low:.0f}–{high:.0f}"}
        for expected, low, high, area in mine
    ]  # fmt: skip
    return {"rows": rows}


def _short(names: tuple[str, ...]) -> str:
    """A grid's name after its town's."""
    return " › ".join((names[1], names[-1])) if len(names) > 2 else names[-1]


def _expected() -> pd.DataFrame:
    """As `values_by_area` has it: what is expected of each grid; null where no map is made yet."""
    risk = kept("", RISK_DAYS)
    values = {} if risk is None else dict(zip(risk.grids, risk.expected, strict=True))
    return pd.DataFrame({"numerator": values, "denominator": math.nan, "value": values}, dtype=float)


def _shown(view: View, metric: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The values of every area, and how they are written."""
    if metric == RISK:
        return _expected(), {"whole": False, "percent": False, "min_n": 1}
    asked = map_metric(metric)
    return values_by_area(view, asked.key), {
        "whole": asked.is_whole,
        "percent": asked.metric.is_rate,
        "min_n": asked.min_n,
    }


def _map(view: View, options: Mapping[str, Any], say: Speaker, lang: str) -> Made:
    outlined, (values, how) = current_map(view.as_of), _shown(view, options["metric"])
    shown = picture(values, outlined.area_ids, outlined.is_grid, **how, say=say)
    known = areas(view.as_of)
    marks = [
        {**grade_of(one.grade, say), "area": one.area_id, "waits": one.state == State.raised}
        for one in _open_ones(view)
        if one.area_level != "district" and one.area_id in known
    ]
    return {
        "url": outlined.url(view.as_of) if outlined.has_outline else None,
        "value": shown["value"], "edges": shown["edges"], "shades": shown["shades"], "legend": shown["legend"],
        "marks": marks, "area": view.area_id,
    }  # fmt: skip


KINDS: dict[str, Callable[[View, Mapping[str, Any], Speaker, str], Made]] = {
    "numbers": _numbers, "trend": _trend, "ranking": _ranking, "offices": _offices, "warnings": _warnings, "grades": _grades, "risk": _risk,
    "map": _map,
}  # fmt: skip
