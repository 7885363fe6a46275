"""One outbreak is one warning, whichever of the rules that count it saw it first; another matter or place is told of."""

from datetime import timedelta
from pathlib import Path

import pytest

from operations import warning_actions as actions
from operations.notices import unread
from operations.warning_folding import fold, recheck
from operations.warning_raised import Look, Raised
from operations.warnings import warning, warnings
from tests.operations.findings import COMMUNITY, DISTRICT, NOON, TOWN, found, grids

DAY, WEEK, GRID = "counts_day", "counts", "counts_grid"
WHOLE_TOWN, WHOLE_DISTRICT = "counts_town", "counts_district"
FAMILY = frozenset({DAY, WEEK, GRID, WHOLE_TOWN, WHOLE_DISTRICT})
ELSEWHERE = "370116001002"
TOWNS_GRIDS = (*grids(1, 2, 3, 4, 5), *grids(1, 2, 3, 4, 5, community=ELSEWHERE))


@pytest.fixture(autouse=True)
def tables(store: Path) -> None: ...


def see(*findings: Raised) -> list[int]:
    (rule,) = {one.rule for one in findings}
    return fold(Look(rule, NOON, NOON, siblings=FAMILY - {rule}), findings)


def test_what_another_rule_has_told_of_at_the_place_is_told_once():
    first = see(found(rule=WEEK, grade=3))
    assert see(found(rule=DAY, grade=3)) == first
    assert see(found(rule=GRID, grade=2, extent=grids(2))) == first
    assert see(found(rule=DAY, grade=2, subject="噪声/工地")) == first
    assert len(warnings()) == 1 and unread().count == 1


def test_another_matter_another_place_and_what_is_graver_are_told_of():
    see(found(rule=WEEK, grade=2))
    see(found(rule=DAY, grade=2, subject="噪声大"))
    see(found(rule=DAY, grade=2, area=ELSEWHERE, extent=grids(1, 2, community=ELSEWHERE)))
    assert len(warnings()) == 3
    assert see(found(rule=GRID, grade=4, extent=grids(1))) != see(found(rule=WEEK, grade=2))


def test_what_reaches_further_takes_in_what_nobody_has_answered():
    see(found(rule=WEEK, grade=2))
    answered = see(found(rule=GRID, grade=2, area=ELSEWHERE, extent=grids(1, community=ELSEWHERE)))[0]
    actions.acknowledge(answered, "王")
    (town,) = see(found(rule=WHOLE_TOWN, grade=3, area=TOWN, extent=TOWNS_GRIDS))
    assert {one.id for one in warnings()} == {town, answered}
    assert see(found(rule=WEEK, grade=2)) == [town]
    assert [event.what for event in warning(town).events] == ["raised", "take_in"]


def test_a_rule_of_another_family_tells_of_its_own():
    see(found(rule=WEEK, grade=3))
    fold(Look("dispute", NOON, NOON), [found(rule="dispute", grade=3)])
    assert len(warnings()) == 2


def test_what_the_whole_district_has_hides_no_place_in_it():
    everywhere = tuple(f"{DISTRICT}00{town}001{grid:03d}" for town in (1, 2) for grid in range(1, 30))
    (district,) = see(found(rule=WHOLE_DISTRICT, grade=4, area=DISTRICT, extent=everywhere))
    (place,) = see(found(rule=WEEK, grade=2))
    assert place != district
    assert see(found(rule=DAY, grade=4, area=DISTRICT, extent=everywhere)) == [district] and len(warnings()) == 2


def test_what_was_closed_at_the_very_place_is_not_raised_by_another_rule_and_elsewhere_it_is():
    (number,) = see(found(rule=WHOLE_TOWN, grade=3, area=TOWN, extent=TOWNS_GRIDS))
    actions.acknowledge(number, "王")
    actions.judge(number, "王", False)
    actions.close(number, "王")
    assert see(found(rule=WEEK, grade=3, area=COMMUNITY)) == [number]
    assert see(found(rule=GRID, grade=3, extent=grids(1))) != [number]


def test_a_look_back_takes_nothing_in_that_a_later_look_has_seen():
    (now_there,) = see(found(rule=WEEK, grade=4, extent=grids(1, 2)))
    back = NOON - timedelta(days=3)
    wide = found(rule=DAY, grade=4, extent=grids(1, 2, 3, 4, 5, 6), until=back)
    assert fold(Look(DAY, back, NOON, siblings=FAMILY - {DAY}), [wide]) == [now_there]
    assert [one.id for one in warnings()] == [now_there] and unread().count == 1


def test_what_is_reopened_takes_in_what_was_told_in_it_meanwhile():
    (town,) = see(found(rule=WHOLE_TOWN, grade=3, area=TOWN, extent=TOWNS_GRIDS))
    fold(Look(WHOLE_TOWN, NOON, NOON), [])
    recheck(Look(WHOLE_TOWN, NOON, NOON), [])
    (small,) = see(found(rule=GRID, grade=2, extent=grids(1)))
    assert small != town
    see(found(rule=WHOLE_TOWN, grade=3, area=TOWN, extent=TOWNS_GRIDS))
    assert [one.id for one in warnings()] == [town] and warning(small).warning.merged_into == town
