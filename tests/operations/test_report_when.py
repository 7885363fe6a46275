"""When a report is due: the words an office writes, against a calendar read day by day."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.errors import BadScheduleError
from operations.report_when import When, due, local_day, next_due, parse

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 1))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("every day 07:30", When(time(7, 30))),
        ("每天 7:30", When(time(7, 30))),
        ("weekdays 07:30", When(time(7, 30), frozenset(range(5)))),
        ("周一至周五 07:30", When(time(7, 30), frozenset(range(5)))),
        ("Workdays 18:00", When(time(18), is_official=True)),
        ("工作日 18：00", When(time(18), is_official=True)),
        ("mon,thu 08:00", When(time(8), frozenset({0, 3}))),
        ("Monday, Thursday 08:00", When(time(8), frozenset({0, 3}))),
        ("周一、周四 08:00", When(time(8), frozenset({0, 3}))),
        ("day 1 08:00", When(time(8), month_day=1)),
        ("每月31日 08:00", When(time(8), month_day=31)),
    ],
)
def test_words_are_read_as_they_are_meant(text: str, meant: When):
    assert parse(text) == meant


@pytest.mark.parametrize("text", ["", "07:30", "weekdays", "weekdays 24:00", "day 0 08:00", "day 32 08:00", "someday 08:00", "* * * * *", "mon 08:60", "mon;fri 08:00"])  # fmt: skip
def test_other_words_are_refused_in_one_line(text: str):
    with pytest.raises(BadScheduleError) as said:
        parse(text)
    assert "\n" not in str(said.value) and "Write" in str(said.value)


def test_it_is_shanghai_time_whatever_the_machine_says():
    assert next_due(parse("weekdays 07:30"), False, datetime(2026, 11, 26, 23, 29)) == datetime(2026, 11, 26, 23, 30)
    assert next_due(parse("weekdays 07:30"), False, datetime(2026, 11, 26, 23, 30)) == datetime(2026, 11, 29, 23, 30)  # over the weekend  # fmt: skip
    assert local_day(datetime(2026, 11, 26, 23, 30)) == date(2026, 11, 27)


def test_the_official_calendar_has_make_up_days_and_holidays_can_be_skipped():
    week = (
        datetime(2025, 9, 27, 16),
        datetime(2025, 10, 12, 15),
    )  # National Day 2025: free from 1 to 8 October, 11 October worked
    official = [local_day(one).day for one in due(parse("workdays 07:30"), False, *week)]
    assert official == [28, 29, 30, 9, 10, 11]
    plain = [local_day(one).day for one in due(parse("weekdays 07:30"), False, *week)]
    skipping = [local_day(one).day for one in due(parse("weekdays 07:30"), True, *week)]
    assert plain == [29, 30, 1, 2, 3, 6, 7, 8, 9, 10] and skipping == [29, 30, 9, 10]


def test_the_31st_is_the_last_of_a_shorter_month():
    days = [local_day(one) for one in due(parse("day 31 08:00"), False, datetime(2027, 1, 15), datetime(2027, 5, 15))]
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


@given(st.sampled_from(["every day 00:00", "weekdays 07:30", "mon,sun 23:59", "workdays 08:00", "day 30 12:00"]), MOMENTS, st.integers(0, 60), st.booleans())  # fmt: skip
def test_nothing_is_due_twice_or_missed_however_the_time_is_cut(text: str, start: datetime, days: int, skips: bool):
    when, end = parse(text), start + timedelta(days=days)
    middle = start + (end - start) / 3
    whole = list(due(when, skips, start, end))
    assert whole == [*due(when, skips, start, middle), *due(when, skips, middle, end)]
    assert whole == sorted(set(whole)) and all(start < one <= end for one in whole)
