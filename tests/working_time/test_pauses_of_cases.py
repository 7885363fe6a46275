"""Cases' own pauses and natural calendars against a walk through every minute and every day."""

from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.working_time.test_clock import MOMENTS, PAUSES, at, is_office_minute
from working_time.calendar import day
from working_time.clock import WorkingTime, WorkingTimeError

OFFICE, NATURAL = WorkingTime(), WorkingTime(is_natural=True)
MINUTE = timedelta(minutes=1)


def counts(minute: datetime, is_natural: bool, pauses: tuple) -> bool:
    """Whether time passes in this minute."""
    is_open = is_natural or is_office_minute(minute)
    return is_open and not any(start <= minute < end for start, end in pauses)


def walked(start: datetime, minutes: int, is_natural: bool, pauses: tuple) -> datetime:
    """The end of the minute in which so many minutes have passed, one by one."""
    now = start
    while minutes:
        minutes -= counts(now, is_natural, pauses)
        now += MINUTE
    return now


def pushed(calendar: WorkingTime, due: np.ndarray, pauses: tuple, since: datetime) -> np.datetime64:
    """The due time after pauses, what of them lies before the start left out."""
    edges = [(max(start, since), max(end, since)) for start, end in pauses]
    starts, ends = (np.array([pair[n] for pair in edges], dtype="datetime64[us]") for n in (0, 1))
    return calendar.pushed_back(due, np.zeros(len(edges), int), starts, ends)[0]


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.integers(1, 3000), PAUSES, st.booleans())
def test_a_case_with_pauses_is_due_when_its_minutes_outside_of_them_have_passed(start, minutes, pauses, is_natural):
    calendar = NATURAL if is_natural else OFFICE
    due = calendar.due_after_hours([start], minutes / 60)
    assert pushed(calendar, due, pauses, start) == np.datetime64(walked(start, minutes, is_natural, pauses))


@settings(max_examples=40, deadline=None)
@given(MOMENTS, st.integers(1, 3000), PAUSES, PAUSES, st.booleans())
def test_pauses_of_the_site_and_of_a_case_count_once_where_they_overlap(start, minutes, site, own, is_natural):
    calendar = WorkingTime(pauses=site, is_natural=is_natural)
    due = calendar.due_after_hours([start], minutes / 60)
    assert pushed(calendar, due, own, start) == np.datetime64(walked(start, minutes, is_natural, site + own))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(MOMENTS, st.integers(1, 900), PAUSES), min_size=1, max_size=8), st.randoms())
def test_many_cases_at_once_are_each_as_if_alone_whatever_the_order_of_their_pauses(cases, random):
    starts = np.array([start for start, _, _ in cases], dtype="datetime64[us]")
    due = OFFICE.due_after_hours(starts, np.array([minutes for _, minutes, _ in cases]) / 60)
    flat = [(row, *pause) for row, (_, _, pauses) in enumerate(cases) for pause in pauses]
    random.shuffle(flat)
    of, paused, resumed = ([one[n] for one in flat] for n in (0, 1, 2))
    together = OFFICE.pushed_back(due, np.array(of, int), np.array(paused, "M8[us]"), np.array(resumed, "M8[us]"))
    alone = [pushed(OFFICE, due[[row]], pauses, datetime(2000, 1, 1)) for row, (_, _, pauses) in enumerate(cases)]
    assert together.tolist() == [one.item() for one in alone]


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.integers(1, 40))
def test_natural_days_end_with_the_last_one_or_with_the_next_workday_if_that_is_free(start, days):
    last: date = (start + timedelta(hours=8)).date() + timedelta(days=days)
    while day(last).is_free:
        last += timedelta(days=1)
    ends = datetime.combine(last, time(23, 59, 59)) - timedelta(hours=8)
    assert NATURAL.due_after_days([start], days)[0] == np.datetime64(ends)


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.integers(1, 30))
def test_working_days_are_counted_one_by_one_on_the_calendar(start, days):
    last: date = (start + timedelta(hours=8)).date()
    left = days
    while left:
        last += timedelta(days=1)
        left -= not day(last).is_free
    ends = datetime.combine(last, time(17, 30)) - timedelta(hours=8)
    assert OFFICE.due_after_days([start], days)[0] == np.datetime64(ends)


@pytest.mark.parametrize(
    ("reported", "days", "due"),
    [
        # 2025: free from Tuesday 28 January to Tuesday 4 February; Sunday 26 January and Saturday 8 February are workdays
        ("2025-01-24 10:00", 1, "2025-01-26 17:30"),
        ("2025-01-25 10:00", 2, "2025-01-27 17:30"),
        ("2025-01-27 10:00", 1, "2025-02-05 17:30"),
        ("2025-02-01 10:00", 4, "2025-02-08 17:30"),
        # 2026: free from Sunday 15 to Monday 23 February; Saturdays 14 and 28 February are workdays
        ("2026-02-13 10:00", 1, "2026-02-14 17:30"),
        ("2026-02-13 10:00", 2, "2026-02-24 17:30"),
        ("2026-02-27 10:00", 1, "2026-02-28 17:30"),
        ("2026-02-27 10:00", 2, "2026-03-02 17:30"),
    ],
)
def test_spring_festival_with_its_make_up_workdays(reported, days, due):
    assert OFFICE.due_after_days(at(reported), days) == at(due)


def test_natural_hours_run_through_nights_and_holidays():
    assert NATURAL.due_after_hours(at("2026-02-14 20:00"), 48) == at("2026-02-16 20:00")
    assert NATURAL.due_after_days(at("2026-02-14 20:00"), 3) == at("2026-02-24 23:59:59")


def test_a_pause_from_the_due_time_on_moves_nothing_and_a_missing_due_time_stays_missing():
    due = np.array([at("2026-03-02 17:30"), np.datetime64("NaT")])
    pauses = np.array([at("2026-03-02 17:30"), at("2026-03-02 10:00")])
    kept = OFFICE.pushed_back(due, [0, 1], pauses, pauses + np.timedelta64(5, "D"))
    assert kept[0] == due[0] and np.isnat(kept[1])
    assert OFFICE.pushed_back(due, [], [], [])[0] == due[0]


@pytest.mark.parametrize("resumed", ["NaT", "2026-03-01T01:00"])
def test_a_pause_without_an_end_or_with_one_before_its_beginning_is_refused(resumed):
    with pytest.raises(WorkingTimeError, match="A pause has no beginning"):
        OFFICE.pushed_back([at("2026-03-02 17:30")], [0], [at("2026-03-02 10:00")], [np.datetime64(resumed)])
