"""How good a rule is follows from what became of its warnings, and from nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from operations import warning_actions as actions
from operations.store import session
from operations.tables import now
from operations.warning_folding import fold
from operations.warning_outcomes import LEAST_JUDGED, outcomes, wilson
from operations.warning_tables import WarningRow
from tests.operations.findings import found, look


@pytest.fixture(autouse=True)
def tables(store: Path) -> None: ...


def ended(subject: str, is_true: bool | None, confidence: float = 0.9, lead: int | None = None) -> int:
    (number,) = fold(look(), [found(subject=subject, confidence=confidence)])
    if is_true is not None:
        actions.acknowledge(number, "王")
        confirmed = now() + timedelta(minutes=lead) if lead is not None else None
        actions.judge(number, "王", is_true, confirmed_at=confirmed)
    return number


def test_the_figures_are_what_was_done():
    for n in range(6):
        ended(f"t{n}", True, lead=60 * (n + 1) if n < 3 else None)
    for n in range(6):
        ended(f"f{n}", False)
    ended("open", None)
    merged = ended("merged", None)
    actions.merge(merged, ended("into", None), "王")
    (one,) = outcomes()
    assert (one.raised, one.judged, one.true, one.unanswered, one.withdrawn) == (14, 12, 6, 2, 0)
    assert one.precision == 0.5 and one.precision_low == pytest.approx(0.2538, abs=1e-4)
    assert one.precision_high == pytest.approx(0.7462, abs=1e-4)
    assert (one.lead_n, one.lead_minutes, one.judged_minutes) == (3, pytest.approx(120, abs=1), 0)
    assert one.days == 1 and one.alarms_per_day == 14


def test_few_judgements_say_nothing():
    for n in range(LEAST_JUDGED - 1):
        ended(f"{n}", True)
    (one,) = outcomes()
    assert (one.judged, one.precision, one.precision_low, one.suggestion) == (9, None, None, None)


def test_the_suggestion_is_the_lowest_confidence_above_which_half_is_true():
    for n in range(12):
        ended(f"sure{n}", n % 4 != 0, confidence=0.95)
    for n in range(12):
        ended(f"unsure{n}", n == 0, confidence=0.6)
    (one,) = outcomes()
    assert one.precision == pytest.approx(10 / 24)
    assert (one.suggestion.confidence, one.suggestion.judged, one.suggestion.true) == (0.95, 12, 9)
    assert one.suggestion.per_day == pytest.approx(3) and one.suggestion.raised_per_day == 12


def test_the_period_is_that_of_the_raising_and_days_begin_with_the_first_warning():
    old, _new = ended("old", True), ended("new", True)
    with session() as store:
        store.execute(update(WarningRow).where(WarningRow.id == old).values(raised_at=now() - timedelta(days=10)))
    assert outcomes(now() - timedelta(days=5))[0].raised == 1
    assert outcomes()[0].days == pytest.approx(10, abs=0.01) and outcomes()[0].raised == 2
    assert outcomes(now() + timedelta(days=1), now() + timedelta(days=2)) == []


@given(n=st.integers(1, 500), share=st.floats(0, 1))
def test_the_interval_holds_the_share_and_lies_between_nought_and_one(n: int, share: float):
    hits = round(n * share)
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12 and hits / n - 1e-12 <= high <= 1
