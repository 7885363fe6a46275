"""Due times from file to warehouse: stated ones win, rules give the others, pauses and extensions move them."""

from datetime import datetime, timedelta

import pytest

from tests.etl.conftest import Site

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


@pytest.mark.parametrize(
    ("cells", "at", "by"),
    [
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
    ],
)  # fmt: skip
def test_a_case_is_due_as_stated_else_by_the_first_rule_that_fits(hotline: Site, cells: dict, at: str | None, by: str):
    load(hotline, line(**cells))
    assert due(hotline) == [(at, by)]
