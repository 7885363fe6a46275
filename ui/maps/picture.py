"""What one filter change sends to the map: values in the order of the outlines, classes of colour, and the legend's words."""

import math
from collections.abc import Sequence

import pandas as pd

from ui.maps.scale import Scale, scale
from ui.words import Speaker


def picture(
    found: pd.DataFrame,
    area_ids: Sequence[str],
    is_grid: Sequence[bool],
    *,
    whole: bool,
    percent: bool,
    min_n: int,
    say: Speaker,
) -> dict:
    """`value, n, d` (lists, None for no data), `edges`, `shades` and `legend`, from `numerator, denominator, value`."""
    found = found.reindex(list(area_ids))
    values = _whole_numbers(found["value"]) if whole else _rounded(found["value"])
    classes = scale([value for value, grid in zip(values, is_grid, strict=True) if grid], whole=whole)
    has_denominator = not found["denominator"].isna().all()
    return {
        "value": values,
        "n": _whole_numbers(found["numerator"]) if has_denominator else None,
        "d": _whole_numbers(found["denominator"]) if has_denominator else None,
        "edges": classes.edges,
        "shades": classes.shades,
        "legend": _legend(classes, whole=whole, percent=percent, why=_why(min_n, say), say=say),
    }


def _rounded(values: pd.Series) -> list[float | int | None]:
    """Four significant digits are more than the eye tells apart."""
    return [None if math.isnan(value) else _short(float(f"{value:.4g}")) for value in values]


def _whole_numbers(values: pd.Series) -> list[int | None]:
    return [None if math.isnan(value) else int(value) for value in values]


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _why(min_n: int, say: Speaker) -> str:
    return say("map.too_few_why", n=min_n) if min_n > 1 else say("map.no_data_why")


def _legend(classes: Scale, *, whole: bool, percent: bool, why: str, say: Speaker) -> list[dict]:
    """From the highest class down, then no data."""
    rows = [
        {"shade": shade, "text": _range(classes.edges, at, whole=whole, percent=percent), "n": count}
        for at, (shade, count) in enumerate(zip(classes.shades, classes.counts, strict=True))
    ]
    none = {"shade": "none", "text": say("map.no_data"), "n": classes.missing, "why": why if classes.missing else ""}
    return [*reversed(rows), none]


def _range(edges: Sequence[float], at: int, *, whole: bool, percent: bool) -> str:
    low, last = edges[at], at == len(edges) - 1
    sign = "%" if percent else ""
    if last and percent and low == 100:
        return "100%"
    if last:
        return f"≥ {_number(low)}{sign}" if low else "0"
    high = edges[at + 1] - 1 if whole else edges[at + 1]
    if low == 0:
        return "0" if whole and high == 0 else f"< {_number(high)}{sign}"
    return f"{_number(low)}{sign}" if low == high else f"{_number(low)}–{_number(high)}{sign}"


def _number(value: float) -> str:
    return f"{value:,.10g}" if value != int(value) else f"{int(value):,}"


def script_words(say: Speaker) -> dict:
    """The words the map's own script writes; names and numbers it fills in itself."""
    return {
        "levels": [say(f"level.{level}") for level in ("district", "town", "community", "grid")],
        "open": say("map.open_area", name="{name}"),
        "too_few": say("map.too_few", n="{n}"),
        "numerator": say("made.numerator", what="{n}"),
        "denominator": say("made.denominator", what="{n}"),
        "no_denominator": say("made.no_denominator"),
        **{key: say(f"map.{key}") for key in ("no_data", "classes", "grids", "whole", "none")},
    }
