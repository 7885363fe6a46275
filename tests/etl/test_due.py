"""Due times from file to warehouse: stated ones win, rules give the others, pauses and extensions move them."""

from datetime import datetime, timedelta

import pytest

from etl.undo import undo
from tests.etl.conftest import Site
from warehouse.connect import writer

PROFILE = """
kind = "incidents"
label = { zh = "热线", en = "Hotline" }
match = "hotline*"
key = ["source_no"]
[file]
format = "csv"
[columns]
source_no = "编号"
reported_at = "上报"
accepted_at = "受理"
closed_at = "结案"
due_at = "期限"
category = "类型"
urgency = "紧急程度"
paused_at = "挂起"
resumed_at = "恢复"
extended_until = "延期至"
extended_days = "延期天数"
"""
DUE = """
[due]
basis = "site default, not the law"
days = 5
[[due.rules]]
urgency = "特急"
hours = 24
calendar = "natural"
[[due.rules]]
category = "城乡建设/环境卫生"
days = 2
[[due.rules]]
category = "城乡建设"
hours = 4
"""
HEADER = "编号,上报,受理,结案,期限,类型,紧急程度,挂起,恢复,延期至,延期天数"
FIVE, TWO, FOUR = (
    "rule: default 5 working days",
    "rule: 城乡建设/环境卫生 2 working days",
    "rule: 城乡建设 4 working hours",
)


@pytest.fixture
def hotline(here: Site) -> Site:
    """A site whose hotline states some due times, and has limits for the others."""
    here.profile("hotline", PROFILE + DUE)
    return here


def line(number: object = 1, **cells: object) -> str:
    usual = dict.fromkeys(HEADER.split(","), "") | {"编号": number, "上报": "2026-03-02 09:00", **cells}
    return ",".join(str(value) for value in usual.values())


def load(site: Site, *lines: str, name: str = "hotline.csv"):
    path = site.folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    outcome = site.load(path)
    assert outcome.is_good, outcome.said
    return outcome.attempt


def clock(utc: datetime | None) -> str | None:
    return f"{utc + timedelta(hours=8):%Y-%m-%d %H:%M}" if utc else None


def due(site: Site, as_of: int | None = None) -> list[tuple]:
    rows = site.ask("select due_at, due_by from incident order by source_no", as_of)
    return [(clock(at), by) for at, by in rows]


CASES = [
    ({"期限": "2026-03-03 12:00", "类型": "城乡建设"}, "2026-03-03 12:00", "source"),
    ({}, "2026-03-09 17:30", FIVE),
    ({"类型": "城乡建设/环境卫生/垃圾清运"}, "2026-03-04 17:30", TWO),
    ({"类型": "城乡建设/环境卫生"}, "2026-03-04 17:30", TWO),
    ({"类型": "城乡建设/环境卫生学"}, "2026-03-02 14:30", FOUR),
    ({"类型": "城乡建设委"}, "2026-03-09 17:30", FIVE),
    ({"上报": "2026-03-07 22:00", "紧急程度": "特急"}, "2026-03-08 22:00", "rule: 特急 24 natural hours"),
    # Spring Festival 2026: free from Sunday 15 to Monday 23 February; Saturdays 14 and 28 are make-up workdays
    ({"上报": "2026-02-13 16:00"}, "2026-02-27 17:30", FIVE),
    ({"上报": "2026-02-13 16:00", "类型": "城乡建设/环境卫生"}, "2026-02-24 17:30", TWO),
    ({"上报": "2026-02-14 16:30", "类型": "城乡建设"}, "2026-02-24 11:30", FOUR),
    ({"上报": "2026-02-26 10:00", "类型": "城乡建设/环境卫生"}, "2026-02-28 17:30", TWO),
    # paused for a working day, from Tuesday noon to Wednesday noon
    ({"挂起": "2026-03-03 12:00", "恢复": "2026-03-04 12:00"}, "2026-03-10 17:30", FIVE),
    # two pauses; the second lies on the weekend and moves nothing
    ({"挂起": "2026-03-03 08:30;2026-03-07 09:00", "恢复": "2026-03-03 12:00;2026-03-08 18:00"}, "2026-03-10 12:00", FIVE),
    ({"挂起": "2026-03-10 09:00", "恢复": "2026-03-12 09:00"}, "2026-03-09 17:30", FIVE),
    ({"挂起": "2026-03-03 09:00"}, None, "paused"),
    ({"挂起": "2026-03-10 09:00"}, "2026-03-09 17:30", FIVE),
    ({"挂起": "2026-03-03 12:00", "结案": "2026-03-04 12:00"}, "2026-03-10 17:30", FIVE),
    ({"挂起": "2026-03-03 12:00", "期限": "2026-03-20 12:00"}, None, "paused"),
    ({"挂起": "2026-03-03 12:00", "恢复": "2026-03-04 17:30", "期限": "2026-03-20 12:00"}, "2026-03-20 12:00", "source"),
    ({"延期至": "2026-03-20 12:00"}, "2026-03-20 12:00", "extension"),
    ({"延期至": "2026-03-20 12:00", "期限": "2026-03-03 12:00"}, "2026-03-20 12:00", "extension"),
    ({"延期至": "2026-03-04 12:00"}, "2026-03-09 17:30", FIVE),
    ({"延期天数": "3"}, "2026-03-12 17:30", "extension"),
    ({"延期天数": "0"}, "2026-03-09 17:30", FIVE),
]  # fmt: skip
"""Cells of a case reported on Monday, 2 March 2026, at 9 unless they say otherwise; when it is due; what says so."""


def test_a_case_is_due_as_stated_else_by_the_first_rule_that_fits(hotline: Site):
    load(hotline, *(line(100 + n, **cells) for n, (cells, _, _) in enumerate(CASES)))
    found = due(hotline)
    assert [(cells, *one) for (cells, _, _), one in zip(CASES, found, strict=True)] == CASES


BROKEN = [
    ({"挂起": "2026-03-04 09:00", "恢复": "2026-03-03 09:00"}, "a pause ends before it begins"),
    ({"恢复": "2026-03-03 09:00"}, "resumed without a pause"),
    ({"挂起": "2026-03-03 09:00;2026-03-05 09:00", "恢复": ";2026-03-06 09:00"}, "an earlier pause has no end"),
    ({"挂起": "2026-03-03 09:00;2026-03-05 09:00"}, "an earlier pause has no end"),
    ({"挂起": "2026-03-01 09:00"}, "paused before it was reported"),
    ({"挂起": "2099-03-01 09:00"}, "implausible time of a pause"),
    ({"挂起": "2026-03-03 09:00", "恢复": "2099-03-01 09:00"}, "implausible time of a pause"),
    ({"挂起": "2026-03-03 09:00;gestern"}, "not times separated by ';'"),
    ({"延期至": "2026-03-01 09:00"}, "extended to a time before the report"),
    ({"延期至": "2099-03-01 09:00"}, "implausible time of an extension"),
    ({"延期天数": "-1"}, "implausible days of an extension"),
    ({"延期天数": "1.5"}, "not a whole number"),
]  # fmt: skip


def test_a_pause_or_extension_that_cannot_be_is_rejected_with_its_reason(hotline: Site):
    attempt = load(hotline, *(line(n, **cells) for n, (cells, _) in enumerate(BROKEN)), line(99))
    assert (attempt.rows_rejected, attempt.rows_loaded) == (len(BROKEN), 1)
    reasons = [str(reasons) for (reasons,) in hotline.ask("select reasons from reject order by line")]
    assert [says for (_, says), told in zip(BROKEN, reasons, strict=True) if says not in told] == []


def test_what_is_empty_between_the_signs_is_no_pause(hotline: Site):
    load(hotline, line(1, 挂起="2026-03-03 08:30；", 恢复="2026-03-03 12:00；"), line(2, 挂起="-", 恢复="无"))
    assert due(hotline) == [("2026-03-10 12:00", FIVE), ("2026-03-09 17:30", FIVE)]


def test_a_paused_case_says_so_and_hours_paused_are_those_of_its_calendar(hotline: Site):
    pauses = {"挂起": "2026-03-03 08:30;2026-03-06 12:00", "恢复": "2026-03-03 12:00;2026-03-09 09:00"}
    natural = {"紧急程度": "特急", "挂起": "2026-03-02 10:00", "恢复": "2026-03-03 12:00"}
    load(hotline, line(1), line(2, 挂起="2026-03-03 09:00"), line(3, **pauses), line(4, **natural))
    told = hotline.ask("select is_paused, paused_hours from incident order by source_no")
    assert told == [(False, 0.0), (True, None), (False, 3.5 + 4.5), (False, 26.0)]


def test_overlapping_pauses_count_once_and_one_that_waits_past_a_report_counts_from_acceptance(hotline: Site):
    hotline.profile("hotline", PROFILE + DUE.replace("[due]", '[due]\ncounted_from = "accepted_at"'))
    twice = {"挂起": "2026-03-04 08:30;2026-03-03 08:30", "恢复": "2026-03-04 12:00;2026-03-04 10:00"}
    load(
        hotline,
        line(1, 受理="2026-03-02 10:00", **twice),
        line(2, 受理="2026-03-03 12:00", 挂起="2026-03-02 10:00", 恢复="2026-03-03 14:30"),
        line(3),
    )
    assert due(hotline) == [("2026-03-11 12:00", FIVE), ("2026-03-11 09:30", FIVE), (None, None)]


def test_the_load_says_how_many_due_times_it_reckoned_and_on_what(hotline: Site):
    said = load(
        hotline,
        line(1, 期限="2026-03-03 12:00"),
        line(2),
        line(3, 挂起="2026-03-03 09:00"),
        line(4, 上报="2026-11-23 10:00", 延期天数="40"),
        line(5, 上报="2026-11-23 10:00", 紧急程度="特急"),
    ).message
    assert "4 due times by rule (site default, not the law)" in said
    assert "1 due times reach years of unknown holidays: weekends only" in said
    assert "1 cases are paused, without a due time for now" in said


def test_the_sites_pauses_stop_every_limit_and_a_changed_file_of_them_is_loaded_again(hotline: Site):
    site = hotline.settings.sources / "pauses.txt"
    site.write_text("")
    hotline.profile("hotline", PROFILE + DUE.replace("[due]", '[due]\npauses = "pauses.txt"'))
    load(hotline, line(1), line(2, 期限="2026-03-20 12:00"))
    assert due(hotline) == [("2026-03-09 17:30", FIVE), ("2026-03-20 12:00", "source")]
    site.write_text('[[pause]]\npaused_at = 2026-03-03T08:30:00\nresumed_at = 2026-03-04T12:00:00\nreason = "停工"\n')
    assert load(hotline, line(1), line(2, 期限="2026-03-20 12:00")).rows_replaced == 1
    assert due(hotline) == [("2026-03-11 12:00", FIVE), ("2026-03-20 12:00", "source")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            '[[pause]]\npaused_at = 2026-03-04T08:30:00\nresumed_at = 2026-03-03T12:00:00\nreason = "停工"',
            "ends before",
        ),
        ("[[pause]]\npaused_at = 2026-03-04T08:30:00", "Write [[pause]] with paused_at, resumed_at, reason"),
        ("pause = 3", "Write [[pause]]"),
        ("[[pause", "Write [[pause]]"),
    ],
)
def test_a_file_of_pauses_that_cannot_be_read_fails_the_load_in_one_line(hotline: Site, content: str, says: str):
    (hotline.settings.sources / "pauses.txt").write_text(content)
    hotline.profile("hotline", PROFILE + DUE.replace("[due]", '[due]\npauses = "pauses.txt"'))
    (hotline.folder / "hotline.csv").write_text("\n".join([HEADER, line(1)]) + "\n")
    outcome = hotline.load(hotline.folder / "hotline.csv")
    assert not outcome.is_good and says in outcome.said and "\n" not in outcome.said


def test_a_case_that_goes_on_gets_its_due_time_and_undo_takes_it_away_again(hotline: Site):
    load(hotline, line(1, 挂起="2026-03-03 12:00"))
    later = load(hotline, line(1, 挂起="2026-03-03 12:00", 恢复="2026-03-04 12:00"), name="hotline_2.csv")
    assert due(hotline) == [("2026-03-10 17:30", FIVE)]
    with writer() as connection:
        undo(connection, later.load_id)
    assert due(hotline) == [(None, "paused")]
    assert hotline.one("select is_paused from incident") is True


def test_the_same_rows_again_change_nothing(hotline: Site):
    rows = line(1), line(2, 挂起="2026-03-03 12:00"), line(3, 延期天数="2"), line(4, 期限="2026-03-20 12:00")
    load(hotline, *rows)
    again = load(hotline, *reversed(rows), name="hotline_2.csv")
    assert (again.rows_duplicate, again.rows_replaced) == (4, 0)


def test_another_limit_in_the_profile_reckons_anew(hotline: Site):
    load(hotline, line(1))
    hotline.profile("hotline", PROFILE + DUE.replace("days = 5", "days = 7"))
    assert load(hotline, line(1)).rows_replaced == 1
    assert due(hotline) == [("2026-03-11 17:30", "rule: default 7 working days")]


def test_a_source_without_limits_keeps_what_it_states_and_tells_who_is_paused(hotline: Site):
    hotline.profile("hotline", PROFILE.replace('extended_days = "延期天数"\n', ""))
    stated = {"期限": "2026-03-20 12:00"}
    load(
        hotline,
        line(1, **stated),
        line(2),
        line(3, 挂起="2026-03-03 12:00", **stated),
        line(4, 挂起="2026-03-03 12:00"),
    )
    assert due(hotline) == [("2026-03-20 12:00", "source"), (None, None), (None, "paused"), (None, None)]
    assert hotline.one("select count(*) from incident where is_paused") == 2


def test_a_stated_due_time_moves_with_pauses_only_where_the_profile_says_so(hotline: Site):
    hotline.profile("hotline", PROFILE + DUE.replace("days = 5", "days = 5\nstated_includes_pauses = false"))
    paused = {"期限": "2026-03-20 12:00", "挂起": "2026-03-03 12:00", "恢复": "2026-03-04 12:00"}
    load(hotline, line(1, **paused), line(2, **paused | {"挂起": "2026-03-20 12:00", "恢复": "2026-03-21 12:00"}))
    assert due(hotline) == [("2026-03-23 12:00", "source"), ("2026-03-20 12:00", "source")]
    assert hotline.ask("select paused_hours from incident order by source_no") == [(7.5,), (0.0,)]
