"""A figure as plain data: what plotly draws in the browser, made without plotly's checks, which cost some 25 ms a figure.

`Drawing` takes the calls that figures here make, in plotly's own words and with its underscores (`marker_color`); a test
hands every figure to plotly's checks instead.
"""

import html
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

WHOLE_WORDS = ("paper_bgcolor", "plot_bgcolor", "error_x", "error_y")
"""Names of plotly's with an underscore of their own."""


class Drawing:
    """Traces and a layout."""

    def __init__(self) -> None:
        self.data: list[dict[str, Any]] = []
        self.layout: dict[str, Any] = {}

    def add_scatter(self, **trace: object) -> None:
        """A line, or marks."""
        self._add("scatter", trace)

    def add_bar(self, **trace: object) -> None:
        """Bars."""
        self._add("bar", trace)

    def add_heatmap(self, **trace: object) -> None:
        """A table of shades."""
        self._add("heatmap", trace)

    def add_annotation(self, **annotation: object) -> None:
        """A text beside the marks."""
        self.layout.setdefault("annotations", []).append(merged({}, annotation))

    def add_hline(self, y: object, **shape: object) -> None:
        """A line from left to right."""
        self._add_shape("line", {"x0": 0, "x1": 1, "xref": "x domain", "y0": y, "y1": y, "yref": "y", **shape})

    def add_vline(self, x: object, **shape: object) -> None:
        """A line from top to bottom."""
        self._add_shape("line", {"x0": x, "x1": x, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain", **shape})

    def add_vrect(self, x0: object, x1: object, **shape: object) -> None:
        """A band from top to bottom."""
        self._add_shape("rect", {"x0": x0, "x1": x1, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain", **shape})

    def update_layout(self, **layout: object) -> None:
        """What is said here; the rest stands."""
        merged(self.layout, layout)

    def update_xaxes(self, **axis: object) -> None:
        """The same for the axis below."""
        merged(self.layout.setdefault("xaxis", {}), axis)

    def update_yaxes(self, **axis: object) -> None:
        """The same for the axis at the left."""
        merged(self.layout.setdefault("yaxis", {}), axis)

    def to_plotly_json(self) -> dict[str, Any]:
        """What the browser gets."""
        return {"data": self.data, "layout": self.layout}

    def _add(self, kind: str, trace: dict[str, object]) -> None:
        self.data.append(merged({"type": kind}, trace))

    def _add_shape(self, kind: str, shape: dict[str, object]) -> None:
        self.layout.setdefault("shapes", []).append(merged({"type": kind}, shape))


def literal(text: object) -> str:
    """A text from the data as plotly draws it sign for sign: plotly takes `<b>` or `<a>` in it for markup of ours.

    Only what plotly draws or tells needs this; what a click hands on (`customdata`) and what a page says stay as they are.
    """
    return html.escape(str(text), quote=False)


def merged(into: dict[str, Any], more: Mapping[str, object]) -> dict[str, Any]:
    """`into` with `more` laid over it, `a_b` meaning b of a, every value plain."""
    for name, value in more.items():
        first, _, rest = (name, "", "") if name in WHOLE_WORDS else name.partition("_")
        if rest:
            value = {rest: value}
        if isinstance(value, Mapping):
            inner = into.get(first)
            into[first] = merged(inner if isinstance(inner, dict) else {}, value)
        else:
            into[first] = plain(value)
    return into


def plain(value: object) -> Any:
    """Numbers, texts and lists as JSON has them: times in ISO 8601, what is missing or endless as null."""
    if isinstance(value, pd.Series | pd.Index | np.ndarray):
        return [plain(part) for part in value.tolist()]
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if value is pd.NaT or value is pd.NA:
        return None
    return value.isoformat() if isinstance(value, date | datetime) else value
