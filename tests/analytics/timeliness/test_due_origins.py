"""Where due times of open cases come from, in warehouses old and new."""

from analytics.timeliness.due_origins import due_origins
from tests.analytics.timeliness.conftest import hours, view
from warehouse.connect import writer


def case(**cells: object) -> dict:
    return {"reported_at": hours(1), **cells}


def test_open_cases_are_counted_by_what_gave_their_due_time(hold):
    hold([
        case(due_at=hours(9), due_by="source"),
        case(due_at=hours(9), due_by="rule: default 5 working days"),
        case(due_at=hours(9), due_by="rule: 民生 2 working days"),
        case(due_at=hours(9), due_by="rule: default 5 working days", closed_at=hours(30)),
        case(due_at=hours(9), due_by="rule: default 5 working days", closed_at=hours(3)),
        case(due_at=hours(9), due_by="extension"),
        case(due_by="paused", is_paused=True),
        case(),
        case(due_at=hours(9)),
        case(reported_at=hours(25), due_by="paused"),
    ])  # fmt: skip
    assert due_origins(view(0, 24)) == {"source": 2, "extension": 1, "rule": 3, "paused": 1, "none": 1}


def test_a_warehouse_from_before_that_was_recorded_says_stated(hold):
    hold([case(due_at=hours(9), due_by="extension"), case()])
    with writer() as connection:
        for column in ("due_by", "is_paused", "paused_hours"):
            connection.execute(f"alter table incident drop column {column}")
        seen = due_origins(view(0, 48))
    assert seen == {"source": 1, "extension": 0, "rule": 0, "paused": 0, "none": 1}


def test_an_empty_view_has_every_origin_nought(hold):
    hold([case(reported_at=hours(25))])
    assert set(due_origins(view(0, 24)).values()) == {0}
