"""Where cases wait, by hand on a few of them, and how late open ones are."""

import pytest

from analytics.metrics import measure
from analytics.timeliness.overdue import overdue_by_age
from analytics.timeliness.stages import stage_times
from analytics.view import View
from tests.analytics.timeliness.conftest import hours, view

TIMES = ("reported_at", "accepted_at", "dispatched_at", "settled_at", "verified_at", "closed_at")


def case(*at: float | None, **more: object) -> dict:
    """A case by the hours of its six times, None for a missing one."""
    return {name: None if hour is None else hours(hour) for name, hour in zip(TIMES, at, strict=False)} | more


def stages(*, until: float = 100) -> dict[str, tuple]:
    rows = stage_times(view(0, until)).set_index("stage")
    return {row.Index: (row.n, row.events, row.skipped, row.hours) for row in rows.itertuples()}


def test_each_stage_lasts_from_the_time_before_it_to_its_own(hold):
    hold([case(0, 1, 3, 6, 10, 15)])
    rows = stage_times(view(0, 100))
    assert rows["stage"].tolist() == ["accept", "dispatch", "settle", "verify", "close"]
    assert rows["p50"].tolist() == rows["hours"].tolist() == [1, 2, 3, 4, 5]
    assert rows["share"].tolist() == pytest.approx([1 / 15, 2 / 15, 3 / 15, 4 / 15, 5 / 15])


def test_an_open_case_is_in_the_stage_after_its_last_time_until_the_views_end(hold):
    hold([case(0, 1, 3, 6, 10, 15), case(0, 1, 4)])
    got = stages(until=50)
    assert got["settle"] == (2, 1, 0, 3 + 46)
    assert got["verify"] == (1, 1, 0, 4) and got["close"] == (1, 1, 0, 5)


def test_a_skipped_stage_gives_its_hours_to_the_one_that_followed(hold):
    hold([case(0, 1, 3, 6, 10, 15), case(0, None, 5, 6, None, 20)])
    got = stages()
    assert got["accept"] == (1, 1, 1, 1) and got["dispatch"] == (2, 2, 0, 2 + 5)
    assert got["verify"] == (1, 1, 1, 4) and got["close"] == (2, 2, 0, 5 + 14)
    assert sum(hours for *_, hours in got.values()) == 15 + 20


def test_a_stage_that_its_source_never_records_keeps_no_open_case_waiting(hold):
    hold(
        [
            case(0, None, None, 6, None, 6, source="hotline"),
            case(0, source="hotline"),
            case(0, 1, source="app"),
            case(0, source="app"),
        ]
    )
    got = stages(until=10)
    assert got["accept"] == (2, 1, 1, 1 + 10)
    assert got["settle"] == (2, 1, 0, 6 + 10)
    assert got["close"][:2] == (2, 1)


def test_what_comes_after_the_views_end_is_not_known_yet(hold):
    hold([case(0, 1, 3, 60, 70, 80), case(0, 1, 2, 4)])
    got = stages(until=50)
    assert got["settle"] == (2, 1, 0, 47 + 2)
    assert got["verify"] == (0, 0, 0, 0) and got["close"] == (1, 0, 0, 46)


def test_times_out_of_order_last_nought_hours(hold):
    hold([case(0, 5, 3, 6, 6, 7)])
    got = stages()
    assert got["dispatch"] == (1, 1, 0, 0) and got["settle"] == (1, 1, 0, 1)


def test_the_bottleneck_has_the_largest_share_of_hours_among_stages_with_enough_cases(hold):
    hold([case(0, 1, 3, 9, 10, 11) for _ in range(30)] + [case(0, 1, 2, 3, 3, 100)])
    rows = stage_times(view(0, 200))
    assert rows.loc[rows["is_bottleneck"], "stage"].tolist() == ["settle"]


def test_without_enough_cases_nothing_is_called_a_bottleneck(hold):
    hold([case(0, 1, 3, 9, 10, 11) for _ in range(29)])
    assert not stage_times(view(0, 200))["is_bottleneck"].any()


def test_overdue_cases_are_told_by_how_late_they_are_and_whose_they_are(hold):
    late = [0.5, 24, 71, 72, 168, 721]
    cases = [case(0, due_at=hours(800 - hour), department="城管局") for hour in late]
    cases += [case(0, due_at=hours(790), department="水务局"), case(0, due_at=hours(801)), case(0)]
    cases += [
        case(0, None, None, None, None, 799, due_at=hours(700)),
        case(0, None, None, None, None, 810, due_at=hours(780)),
    ]
    hold(cases)
    rows = overdue_by_age(view(700, 800))
    table = rows.pivot(index="key", columns="age", values="count")[["<1 d", "1–3 d", "3–7 d", "7–30 d", ">30 d"]]
    assert table.loc["城管局"].tolist() == [1, 2, 1, 1, 1]
    assert table.loc["水务局"].tolist() == [1, 0, 0, 0, 0]
    assert rows[rows["key"].isna()]["count"].tolist() == [1, 0, 0, 0, 0]
    assert rows["key"].iloc[0] == "城管局" and rows["total"].iloc[0] == 6


@pytest.mark.parametrize("by", ["department", "town", "category:1"])
def test_the_ages_add_up_to_the_metric(ask, by):
    seen = View.from_query({})
    assert overdue_by_age(seen, by)["count"].sum() == measure(seen, "overdue_count").numerator > 0
