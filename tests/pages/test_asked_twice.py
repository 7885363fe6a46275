"""An answer is kept and shared: who asks a second time is told the same, whatever the first did with it."""

import json

import pytest
from flask.testing import FlaskClient

from analytics.metrics import measure_by
from analytics.view import View
from pages.ahead import Step, make_ready
from tests.pages.asking import FILTERS, answers, asked, dependencies


def bare(found: dict) -> str:
    return json.dumps(found, sort_keys=True)


@pytest.mark.parametrize("page", ["overview", "map", "timeliness", "explore"])
def test_a_page_says_the_same_twice(client: FlaskClient, page: str):
    assert bare(answers(client, page, FILTERS)) == bare(answers(client, page, FILTERS))


def test_the_data_page_says_the_same_twice_and_in_its_language(client: FlaskClient):
    (known,) = [one for one in dependencies(client) if "data-rejects-table.rowData" in one["output"]]
    given = [
        {"id": one["id"], "property": one["property"], "value": FILTERS if one["id"] == "filters" else None}
        for one in known["inputs"]
    ]
    first, second = asked(client, known, given, []), asked(client, known, given, [])
    assert bare(first) == bare(second)
    assert {row["reasons"] for row in first["data-rejects-table"]["rowData"]} == {"结案早于上报"}


def test_what_is_answered_ahead_is_not_asked_again(client: FlaskClient):
    filters = {"period": "7d", "channel": "hotline"}
    asked = View.from_store(filters)
    assert not measure_by.is_kept(asked, "settled_in_grid_rate", "settled_level")
    for _ in make_ready(Step("overview", filters, {})):
        pass
    assert measure_by.is_kept(asked, "settled_in_grid_rate", "settled_level")
