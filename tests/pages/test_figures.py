"""Figures are made without plotly's own checks; here every one that a page answers passes them."""

import json

import plotly.graph_objects as go
import pytest
from flask.testing import FlaskClient

from tests.pages.asking import FILTERS, answers
from ui.drawing import Drawing, merged, plain

PAGES = ("overview", "timeliness", "explore")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("area", [None, "370116101"])
def test_every_figure_of_a_page_passes_plotlys_checks(client: FlaskClient, page: str, area: str | None):
    filters = FILTERS | ({"area": area} if area else {})
    figures = {name: parts["figure"] for name, parts in answers(client, page, filters).items() if "figure" in parts}
    assert len(figures) >= 3
    for name, figure in figures.items():
        assert go.Figure(figure).to_plotly_json()["data"] or figure["layout"]["annotations"], name


def test_a_drawing_says_what_plotlys_own_figure_says():
    ours, theirs = Drawing(), go.Figure()
    for figure in (ours, theirs):
        figure.add_bar(x=[1, 2], y=["a", "b"], marker_color="red", error_x={"type": "data", "array": [1, 1]})
        figure.add_annotation(x=1, y="a", text="t", font={"size": 12})
        figure.update_xaxes(title={"font": {"color": "blue"}}, tickfont={"color": "red"})
        figure.update_xaxes(title_text="x", title_standoff=3)
        figure.update_yaxes(range=[0, 1])
        figure.update_layout(margin={"l": 1}, paper_bgcolor="white")
        figure.update_layout(margin={"r": 2})
    got = json.loads(json.dumps(ours.to_plotly_json()))
    want = json.loads(theirs.to_json())
    want["layout"].pop("template")
    assert got == want


def test_what_json_has_not_becomes_null():
    import numpy as np
    import pandas as pd

    assert plain(pd.Series([1.0, np.nan, np.inf])) == [1.0, None, None]
    assert plain(pd.Series(pd.to_datetime(["2026-10-01", None]))) == ["2026-10-01T00:00:00", None]
    assert merged({"a": {"b": 1}}, {"a_c": np.int64(2)}) == {"a": {"b": 1, "c": 2}}
