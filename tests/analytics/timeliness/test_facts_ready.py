"""What lies ready in the facts answers as the rows themselves would, and classes of durations tell what minutes tell."""

import numpy as np
import pytest

from analytics.answers import cursor
from analytics.metrics import measure_by
from analytics.timeliness import cases
from analytics.timeliness.survival import resolution_times
from analytics.view import View
from tests import small
from warehouse import facts

WHOLE = {"period": "all"}


@pytest.fixture
def view(home, monkeypatch: pytest.MonkeyPatch) -> View:
    """The small district, its facts in both orders as those of a large one are."""
    monkeypatch.setattr(facts, "MANY_ROWS", 1)
    small.build()
    return View.from_query(WHOLE)


def test_both_orders_hold_the_same_rows(view: View):
    rows = "select * from {} order by all"
    one, other = (
        cursor(None).execute(rows.format(f"incident_fact{order}")).fetchall() for order in ("", "_by_category")
    )
    assert len(one) > 100 and one == other


def test_a_category_answers_the_same_from_either_order(view: View, monkeypatch: pytest.MonkeyPatch):
    chosen = View.from_query(WHOLE | {"category": "城乡建设"})
    assert chosen.fact_table == "incident_fact_by_category"
    there = measure_by(chosen, "on_time_rate", "week")
    monkeypatch.setattr(View, "fact_table", "incident_fact")
    from analytics import answers

    monkeypatch.setattr(answers, "_ANSWERS", answers.Answers())
    assert measure_by(chosen, "on_time_rate", "week").equals(there) and len(there) > 1


def test_minutes_of_a_stage_lie_ready_where_its_end_is_known(view: View):
    wrong = (
        cursor(None)
        .execute(
            """select count(*) from incident_fact where verified_minutes is distinct from if(verified_at is null, null,
        greatest(0, date_diff('microsecond', greatest(reported_at, accepted_at, dispatched_at, settled_at), verified_at) // 60000000))"""
        )
        .fetchone()
    )
    assert wrong == (0,)


def test_classes_of_durations_tell_the_same_times_to_one_in_a_hundred(view: View, monkeypatch: pytest.MonkeyPatch):
    exact = resolution_times(cases.case_counts(cursor(None), view, "month"))
    monkeypatch.setattr(cases, "EXACT_CASES", 0)
    about = resolution_times(cases.case_counts(cursor(None), view, "month"))
    assert (about[["group", "n", "events"]] == exact[["group", "n", "events"]]).all(axis=None)
    for column in ("p50", "p90"):
        known = np.isfinite(exact[column])
        assert (np.isfinite(about[column]) == known).all()
        assert np.allclose(about[column][known], exact[column][known], rtol=0.0101)
    assert not about["p50"].equals(exact["p50"]), "classes were asked for"


def test_few_cases_are_told_to_the_minute(view: View):
    assert cursor(None).execute("select count(*) from incident_fact").fetchone()[0] < cases.EXACT_CASES
    hours = cases.case_counts(cursor(None), view, None)["hours"]
    assert len(hours) == len(np.unique(np.round(hours * 60)))
