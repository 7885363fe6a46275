"""Working time against a walk through every minute, and due times as a person would count them on the calendar."""

from datetime import datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from working_time.calendar import day
from working_time.clock import WorkingTime, WorkingTimeError

OFFICE = WorkingTime()
MOMENTS = st.datetimes(datetime(2025, 9, 1), datetime(2026, 3, 1)).map(lambda at: at.replace(second=0, microsecond=0))
MINUTES = st.integers(0, 6000)
PAUSES = st.lists(st.tuples(MOMENTS, st.integers(0, 9000)), max_size=4).map(
    lambda rows: tuple((at, at + timedelta(minutes=minutes)) for at, minutes in rows)
)
easy = settings(max_examples=40, deadline=None)


def at(text: str) -> np.datetime64:
    """A time on Shanghai's clock, in UTC."""
    return np.datetime64(datetime.fromisoformat(text) - timedelta(hours=8), "us")


def is_office_minute(utc: datetime) -> bool:
    clock = utc + timedelta(hours=8)
    spans = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
    return not day(clock.date()).is_free and any(start <= clock.time() < end for start, end in spans)


def counted(start: datetime, end: datetime, pauses: tuple = ()) -> int:
    """Working minutes, one by one."""
    minutes = [start + timedelta(minutes=n) for n in range(int((end - start).total_seconds() // 60))]
    return sum(is_office_minute(m) and not any(a <= m < b for a, b in pauses) for m in minutes)


@settings(max_examples=25, deadline=None)
@given(MOMENTS, st.integers(0, 9000), PAUSES)
def test_working_hours_are_the_office_minutes_between_that_are_not_paused(start, minutes, pauses):
    end = start + timedelta(minutes=minutes)
    assert WorkingTime(pauses=pauses).hours_between([start], [end])[0] * 60 == pytest.approx(
        counted(start, end, pauses)
    )


@easy
@given(MOMENTS, MINUTES, PAUSES)
def test_between_a_report_and_its_due_time_lies_the_limit(start, minutes, pauses):
    calendar = WorkingTime(pauses=pauses)
    due = calendar.due_after_hours([start], minutes / 60)
    assert calendar.hours_between([start], due)[0] * 60 == pytest.approx(minutes)
    assert due[0] >= np.datetime64(start)


@easy
@given(MOMENTS, st.integers(1, 90_000), PAUSES)
def test_the_hours_up_to_a_working_minute_are_due_at_it_and_at_another_time_no_later(start, minutes, pauses):
    calendar, end = WorkingTime(pauses=pauses), start + timedelta(minutes=minutes)
    due = calendar.due_after_hours([start], calendar.hours_between([start], [end]))[0]
    before = end - timedelta(minutes=1)
    is_worked = is_office_minute(before) and not any(a <= before < b for a, b in pauses)
    assert due == np.datetime64(end) if is_worked else due <= np.datetime64(end)


@easy
@given(MOMENTS, MINUTES, PAUSES, st.integers(1, 20))
def test_pauses_push_a_due_time_back_by_exactly_their_working_time(start, minutes, pauses, days):
    paused = WorkingTime(pauses=pauses)
    for plain_due, due in (
        (OFFICE.due_after_hours([start], minutes / 60), paused.due_after_hours([start], minutes / 60)),
        (OFFICE.due_after_days([start], days), paused.due_after_days([start], days)),
    ):
        lost = OFFICE.hours_between([start], due) - paused.hours_between([start], due)
        assert OFFICE.hours_between(plain_due, due) == pytest.approx(lost)


@easy
@given(st.lists(MOMENTS, min_size=2, max_size=20), MINUTES, PAUSES, st.integers(1, 10))
def test_who_reports_later_is_not_due_earlier(starts, minutes, pauses, days):
    starts, calendar = np.sort(np.array(starts, dtype="datetime64[us]")), WorkingTime(pauses=pauses)
    assert (np.diff(calendar.due_after_hours(starts, minutes / 60)) >= np.timedelta64(0)).all()
    assert (np.diff(OFFICE.due_after_days(starts, days)) >= np.timedelta64(0)).all()
    limits = np.arange(len(starts)) / 3
    assert (np.diff(calendar.due_after_hours(starts[0], limits)) >= np.timedelta64(0)).all()


@pytest.mark.parametrize(
    ("reported", "hours", "due"),
    [
        ("2026-03-02 08:30", 7.5, "2026-03-02 17:30"),
        ("2026-03-02 08:30", 7.75, "2026-03-03 08:45"),
        ("2026-03-02 11:00", 2, "2026-03-02 14:30"),
        ("2026-03-06 17:00", 1, "2026-03-09 09:00"),
        ("2026-03-07 03:00", 1, "2026-03-09 09:30"),
        ("2026-09-30 17:00", 1, "2026-10-08 09:00"),
        ("2026-03-07 03:00", 0, "2026-03-07 03:00"),
    ],
)
def test_a_limit_in_hours_runs_in_office_hours_only(reported, hours, due):
    assert OFFICE.due_after_hours(at(reported), hours) == at(due)


@pytest.mark.parametrize(
    ("reported", "days", "due"),
    [
        ("2026-03-02 00:00", 1, "2026-03-03 17:30"),
        ("2026-03-02 23:59", 1, "2026-03-03 17:30"),
        ("2026-03-06 10:00", 1, "2026-03-09 17:30"),
        ("2026-03-07 10:00", 1, "2026-03-09 17:30"),
        ("2026-09-30 10:00", 3, "2026-10-10 17:30"),  # Saturday the 10th is a make-up workday
    ],
)
def test_a_limit_in_days_ends_at_the_close_of_the_last_workday_after_the_day_of_the_report(reported, days, due):
    assert OFFICE.due_after_days(at(reported), days) == at(due)


def test_office_hours_can_be_set():
    summer = WorkingTime(office_hours=((time(9), time(12)), (time(14), time(18))))
    assert summer.due_after_hours(at("2026-07-01 08:00"), 4) == at("2026-07-01 15:00")
    assert summer.due_after_days(at("2026-07-01 08:00"), 1) == at("2026-07-02 18:00")


def test_beyond_the_known_years_only_weekends_are_free_and_it_is_said():
    starts = np.array([at("2026-12-31 09:00"), at("2026-03-02 09:00"), at("2051-10-02 09:00")])
    due = OFFICE.due_after_days(starts, 1)
    assert due.tolist() == [
        d.item()
        for d in (at("2027-01-01 17:30"), at("2026-03-03 17:30"), at("2051-10-02 17:30") + np.timedelta64(1, "D"))
    ]
    assert OFFICE.is_known(starts, due).tolist() == [False, True, False]


def test_a_missing_time_stays_missing():
    times = np.array(["NaT", "2026-03-02T01:00"], dtype="datetime64[us]")
    assert np.isnat(OFFICE.due_after_hours(times, 2)).tolist() == [True, False]
    assert np.isnat(OFFICE.due_after_days(times, 2)).tolist() == [True, False]
    assert np.isnan(OFFICE.hours_between(times, times[1])).tolist() == [True, False]
    assert not OFFICE.is_known(times[:1], times[:1])[0]


def test_backwards_is_negative():
    assert OFFICE.hours_between(at("2026-03-02 10:00"), at("2026-03-02 09:00")) == -1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: WorkingTime(office_hours=()),
        lambda: WorkingTime(office_hours=((time(9), time(12)), (time(11), time(17)))),
        lambda: WorkingTime(pauses=((datetime(2026, 1, 2), datetime(2026, 1, 1)),)),
        lambda: OFFICE.due_after_hours(at("2026-03-02 10:00"), -1),
        lambda: OFFICE.due_after_hours(at("2026-03-02 10:00"), 1e6),
        lambda: OFFICE.due_after_days(at("2026-03-02 10:00"), 0),
        lambda: OFFICE.due_after_days(at("2026-03-02 10:00"), 10**6),
        lambda: OFFICE.hours_between(at("1899-12-30 00:00"), at("2026-03-02 10:00")),
    ],
)
def test_what_cannot_be_reckoned_with_is_refused(wrong):
    with pytest.raises(WorkingTimeError):
        wrong()
