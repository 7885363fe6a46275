"""Figures are made without plotly's own checks; here every one that a page answers passes them."""

import json
import os
from collections.abc import Iterator

import plotly.graph_objects as go
import pytest
from flask.testing import FlaskClient

from settings import settings
from tests import small
from ui.drawing import Drawing, merged, plain

PAGES = ("overview", "timeliness", "explore")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    before = os.environ.get("ZHILI_HOME")
    os.environ["ZHILI_HOME"] = str(tmp_path_factory.mktemp("pages") / "home")
    settings.cache_clear()
    small.build()
    from app import build_server

    yield build_server().test_client()
    if before is None:
        del os.environ["ZHILI_HOME"]
    else:
        os.environ["ZHILI_HOME"] = before
    settings.cache_clear()


def _answers(client: FlaskClient, page: str, filters: dict) -> dict:
    """What the page's callbacks answer, component by component."""
    found: dict = {}
    for known in json.loads(client.get("/_dash-dependencies").data):
        outputs = known["output"].strip(".").split("...")
        if not outputs[0].startswith(f"{page}-") or known["clientside_function"]:
            continue
        values = [
            {**given, "value": filters if given["id"] == "filters" else _first_choice(given["id"])}
            for given in known["inputs"]
        ]
        if not any(given["id"] == "filters" for given in known["inputs"]):
            continue
        body = {
            "output": known["output"],
            "outputs": _named(outputs) if known["output"].startswith("..") else _named(outputs)[0],
            "inputs": values,
            "changedPropIds": ["filters.data"],
            "state": [{**given, "value": None} for given in known["state"]],
        }
        answer = client.post("/_dash-update-component", json=body)
        assert answer.status_code == 200, (known["output"], answer.data[:300])
        found |= answer.json["response"]
    return found


def _named(outputs: list[str]) -> list[dict]:
    return [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in outputs]


def _first_choice(control: str) -> str | None:
    from pages.timeliness import CHOICES

    return {f"timeliness-{name}-by": of[0] for name, of in CHOICES.items()}.get(control)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("area", [None, "370116101"])
def test_every_figure_of_a_page_passes_plotlys_checks(client: FlaskClient, page: str, area: str | None):
    filters = {"period": "30d", "lang": "zh", "theme": "dark", "scale": 1, **({"area": area} if area else {})}
    figures = {name: parts["figure"] for name, parts in _answers(client, page, filters).items() if "figure" in parts}
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
