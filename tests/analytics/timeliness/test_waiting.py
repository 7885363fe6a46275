"""What open cases wait for, by hand on a few of them; the whole is the metric of open cases."""

import math

import pytest

from analytics.metrics import measure
from analytics.timeliness.waiting import longest_overdue, waiting
from tests.analytics.timeliness.conftest import hours, view
from tests.analytics.timeliness.test_stages import case


def found(until: float) -> dict[str, tuple[int, float]]:
    return {row.stage: (row.n, row.longest_hours) for row in waiting(view(0, until)).itertuples() if row.n}


def test_a_case_waits_for_the_step_after_its_last_one_since_then(hold):
    hold([case(0), case(2), case(0, 1), case(0, 1, 3), case(0, 1, 3, 6), case(0, 1, 3, 6, 9), case(0, 1, 3, 6, 9, 12)])
    assert found(50) == {"accept": (2, 50), "dispatch": (1, 49), "settle": (1, 47), "verify": (1, 44), "close": (1, 41)}
    assert sum(n for n, _ in found(50).values()) == measure(view(0, 50), "open_count").value


def test_what_came_later_is_not_known_yet(hold):
    hold([case(-9, -8, -7, -6, -5, -4), case(0, 1, 3, 6, 9, 12), case(0)])
    assert found(5) == {"settle": (1, 2), "accept": (1, 5)}
    assert found(13) == {"accept": (1, 13)}


def test_a_step_that_its_source_never_records_is_waited_for_by_nobody(hold):
    hold([case(0, None, None, 4, None, 6, source="hotline"), case(1, source="hotline"), case(1, source="other")])
    assert found(10) == {"settle": (1, 9), "close": (1, 9)}


def test_all_steps_are_there_though_nothing_waits(hold):
    hold([case(0, 1, 2, 3, 4, 5)])
    rows = waiting(view(0, 50))
    assert rows["stage"].tolist() == ["accept", "dispatch", "settle", "verify", "close"]
    assert rows["n"].sum() == 0 and all(math.isnan(value) for value in rows["longest_hours"])


def test_the_longest_past_due_come_first_and_only_those_that_are_open(hold):
    hold([case(0, due_at=hours(10)), case(0, due_at=hours(4), category="甲/乙"), case(0), case(0, 1, 2, 3, 4, 5, due_at=hours(1)), case(0, due_at=hours(90))])  # fmt: skip
    rows = longest_overdue(view(0, 52), 5)
    assert rows["days"].tolist() == pytest.approx([2, 1.75]) and rows["category"].tolist()[0] == "甲/乙"
    assert len(longest_overdue(view(0, 52), 1)) == 1
