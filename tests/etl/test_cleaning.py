"""Cleaning: cells of text become values, however exports write them."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from etl import cleaning
from etl.cleaning import half_width
from etl.profile import Clock, ProfileError
from tests.etl.conftest import Site, row

Value = Callable[[str, str | None], object]
SHANGHAI, NEW_YORK = Clock(), Clock(zone="America/New_York", formats=("%m/%d/%Y %I:%M:%S %p",))


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("2026/9/28 9:05", datetime(2026, 9, 28, 1, 5)),
        ("2026年9月28日 09:05", datetime(2026, 9, 28, 1, 5)),
        ("2026年9月28日9时5分", datetime(2026, 9, 28, 1, 5)),
        ("2026年9月28日", datetime(2026, 9, 27, 16)),
        ("2026-09-28T09:05:30", datetime(2026, 9, 28, 1, 5, 30)),
        ("2026.9.28 9:05", datetime(2026, 9, 28, 1, 5)),
        ("20260928", datetime(2026, 9, 27, 16)),
        ("20260928090530", datetime(2026, 9, 28, 1, 5, 30)),
        ("2026-09-28 09:05:00+08:00", datetime(2026, 9, 28, 1, 5)),
        ("2026-09-28T01:05:00Z", datetime(2026, 9, 28, 1, 5)),
        ("2026-09-28 01:05:00+00", datetime(2026, 9, 28, 1, 5)),
        ("2026/9/28 9:05", datetime(2026, 9, 28, 1, 5)),
        ("46293.378472222", datetime(2026, 9, 28, 1, 5)),
        ("46293", datetime(2026, 9, 27, 16)),
        ("昨天", None),
        ("99", None),
        ("2026-02-30 10:00:00", None),
        ("", None),
        (None, None),
    ],
)
def test_times_of_every_export_become_utc(value: Value, cell: str | None, utc: datetime | None):
    assert value(cleaning.moment(half_width("cell"), SHANGHAI), cell) == utc


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("04/12/2018 11:11:26 AM", datetime(2018, 4, 12, 15, 11, 26)),
        ("01/12/2018 11:11:26 PM", datetime(2018, 1, 13, 4, 11, 26)),
    ],
)
def test_times_of_another_zone_follow_its_summer_time(value: Value, cell: str, utc: datetime):
    assert value(cleaning.moment("cell", NEW_YORK), cell) == utc


def test_a_day_is_a_day_in_its_own_zone(value: Value):
    assert value(cleaning.day("cell", SHANGHAI), "2026年9月28日") == date(2026, 9, 28)


def test_an_unknown_zone_is_named():
    with pytest.raises(ProfileError, match="zone 'Asia/Laiwu' is unknown"):
        cleaning.moment("cell", Clock(zone="Asia/Laiwu"))


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12.5", 12.5), ("１２．５", 12.5), ("1,234,567.5", 1234567.5), ("85%", 85.0), (" 3 ", 3.0), ("1e3", 1000.0),
     ("-0.5", -0.5), ("nan", None), ("inf", None), ("十二", None), ("1,2", None), ("", None)],
)  # fmt: skip
def test_numbers_of_every_export(value: Value, cell: str, number: float | None):
    assert value(cleaning.number(half_width("cell")), cell) == number


@pytest.mark.parametrize(("cell", "number"), [("3", 3), ("3.0", 3), ("３", 3), ("3.5", None), ("三", None)])
def test_whole_numbers(value: Value, cell: str, number: int | None):
    assert value(cleaning.integer(half_width("cell")), cell) == number


@pytest.mark.parametrize(
    ("cell", "is_so"),
    [("是", True), ("否", False), ("1", True), ("FALSE", False), ("在线", True), ("离线", False), ("也许", None)],
)
def test_yes_and_no(value: Value, cell: str, is_so: bool | None):
    assert value(cleaning.truth("cell"), cell) is is_so


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("　ＳＪ００１ ", "SJ001"),
        ("370116001001001.0", "370116001001001"),
        ("\u00a0A-1", "A-1"),
        ("  ", None),
        ("事件１", "事件1"),
    ],
)
def test_codes_lose_what_spreadsheets_add(value: Value, cell: str, code: str | None):
    assert value(cleaning.code(half_width("cell")), cell) == code


def test_text_keeps_its_full_width_signs_and_loses_blanks_around(value: Value):
    assert value(cleaning.text("cell"), "　你好，世界。\u00a0") == "你好，世界。"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"上报时间": "1899-12-31 00:00:00", "结案时间": ""}, "1899-12-30"),
        ({"上报时间": "2099-01-01 00:00:00", "结案时间": ""}, "implausible time: 2098-12-31"),
        ({"结案时间": "2026-09-30 07:00:00"}, "结案早于上报 / closed before it was reported"),
        ({"结案时间": "不知道"}, "closed_at 不是时间 / not a time: 不知道"),
        ({"上报时间": ""}, "缺少上报时间 / report time is missing"),
        ({"编号": "  "}, "source_no is missing"),
    ],
)
def test_a_row_that_breaks_a_promise_is_rejected_with_its_reason(here: Site, cells: dict, reason: str):
    here.csv(row(1, **cells), row(2))
    ((reasons,),) = here.ask("select array_to_string(reasons, ';') from reject")
    assert reason in reasons
    assert here.one("select count(*) from incident") == 1


def test_every_reason_is_given_not_the_first_only(here: Site):
    here.csv(row("", 上报时间="", 结案时间="x"))
    assert here.one("select len(reasons) from reject") == 3


def test_what_exports_write_for_nothing_is_nothing(here: Site):
    outcome = here.csv(row(1, 结案时间="-"), row(2, 结案时间="NULL"), row(3, 结案时间="无"), row(4, 结案时间=""))
    assert outcome.attempt.rows_rejected == 0
    assert here.one("select count(*) from incident where closed_at is null and status = 'reported'") == 4


@pytest.mark.parametrize("cell", ["无", "-", "null", "N/A"])
def test_what_means_nothing_is_no_number_of_a_case(here: Site, cell: str):
    assert here.csv(row(cell), row(1)).attempt.rows_rejected == 1
