"""What of a block is drawn where: grids by their colours, warnings as marks, and where most is expected."""

import math
from typing import Any

import pandas as pd

from analytics.area import areas
from analytics.map_values import map_metric, values_by_area
from analytics.risk.kept import kept
from analytics.view import View
from operations.warning_life import State
from pages.outlines import current_map
from pages.wall.open_warnings import gravest
from pages.wall.scenes import RISK
from pages.warning_words import grade_of
from ui.maps.picture import picture
from ui.words import Speaker

Made = dict[str, Any]
RISK_DAYS = 7


def most_expected(view: View, limit: int, say: Speaker) -> Made:
    """The grids of the chosen area that most is expected of."""
    risk, known = kept("", RISK_DAYS), areas(view.as_of)
    if risk is None:
        return {"rows": [], "none": say("risk_said.waits")}
    mine = [
        (expected, low, high, known[grid])
        for expected, low, high, grid in zip(risk.expected, risk.low, risk.high, risk.grids, strict=True)
        if grid in known and (view.area_id is None or view.area_id in known[grid].path)
    ]
    mine = sorted(mine, key=lambda row: -row[0])[:limit]
    most = max((row[0] for row in mine), default=1.0) or 1.0
    rows = [
        {"name": short_name(area.path_names), "text": f"{expected:.1f}", "share": round(float(expected / most), 3), "note": f"{low:.0f}–{high:.0f}"}
        for expected, low, high, area in mine
    ]  # fmt: skip
    return {"rows": rows}


def short_name(names: tuple[str, ...]) -> str:
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


def coloured(view: View, metric: str, of: str, say: Speaker) -> Made:
    """The grids' values with their colours, and a mark for each area that has an open warning (`of` devices or of matters only); the district has none."""
    outlined, (values, how) = current_map(view.as_of), _shown(view, metric)
    shown = picture(values, outlined.area_ids, outlined.is_grid, **how, say=say)
    known = areas(view.as_of)
    marks = [
        {**grade_of(one.grade, say), "area": one.area_id, "waits": one.state == State.raised}
        for one in gravest(view, of)
        if one.area_level != "district" and one.area_id in known
    ]
    return {
        "url": outlined.url(view.as_of) if outlined.has_outline else None,
        "value": shown["value"], "edges": shown["edges"], "shades": shown["shades"], "legend": shown["legend"],
        "marks": marks, "area": view.area_id,
    }  # fmt: skip
