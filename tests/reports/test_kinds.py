"""Weekly, monthly, topic and performance: what each is of, its figures against SQL and the pages, its words only what numbers carry."""

import io
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import docx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from sqlalchemy import update

from analytics.answers import cursor
from analytics.metrics import METRICS, measure
from analytics.timeliness.on_time import rank_on_time
from analytics.view import View, facts, start_of
from operations.report_span import before, like, span_of
from operations.store import session
from operations.warning_actions import acknowledge
from operations.warning_folding import fold
from operations.warning_runs import begun
from operations.warning_tables import WarningEventRow, WarningRow
from reports.document import Document, Section, Table
from reports.errors import ReportError
from reports.formats import FORMATS
from reports.kinds import KINDS, document
from reports.parts import against_before, changed, hours
from reports.parts.standing import standing
from reports.parts.warned import warned
from reports.parts.whole import MEASURES
from reports.subject import subject
from tests.operations.findings import found, look
from working_time.calendar import day as kind_of_day

DAYS = {"daily": date(2026, 10, 19), "weekly": date(2026, 10, 14), "monthly": date(2026, 9, 20), "performance": date(2026, 9, 1), "topic": date(2026, 10, 19)}  # fmt: skip


def part(made: Document, title: str) -> Table:
    return next(one for section in made.sections for one in section.parts if one.title == title)


def counted(first: date, last: date, more: str = "true") -> int:
    row = cursor(None).execute(
        f"select count(*) from incident where (reported_at + interval 8 hour)::date between ? and ? and {more}", [first, last]
    ).fetchone()  # fmt: skip
    return row[0]


DATES = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@given(st.sampled_from(list(KINDS)), DATES)
def test_a_span_holds_its_day_and_the_one_before_ends_where_it_begins(kind: str, on: date):
    span = span_of(kind, on)
    past = before(kind, span)
    assert span.first <= on <= span.last and past.last + timedelta(days=1) == span.first and past.first <= past.last
    assert span_of(kind, span.last) == span


@given(DATES)
def test_days_are_like_a_day_of_their_kind_and_others_follow_each_other(on: date):
    assert {kind_of_day(one.first).is_free for one in like("daily", span_of("daily", on))} == {kind_of_day(on).is_free}
    months = [span_of("monthly", on), *like("monthly", span_of("monthly", on))]
    assert all(later.first == earlier.last + timedelta(days=1) for later, earlier in pairwise(months))  # fmt: skip
    assert len(months) == 13


@pytest.mark.parametrize("kind", ["weekly", "monthly", "topic"])
def test_every_measure_is_the_pages_own_and_the_count_is_what_sql_counts(district: Path, kind: str):
    span = span_of(kind, DAYS[kind])
    rows = {row[0]: row for row in part(document(kind, DAYS[kind]), "主要指标").rows}
    of = View.from_query({"period": "custom", "from": str(span.first), "to": str(span.last)})
    past = before(kind, span)
    then = View.from_query({"period": "custom", "from": str(past.first), "to": str(past.last)})
    for name in MEASURES:
        now, row = measure(of, name), rows[METRICS[name].label["zh"]]
        assert (row[1], row[3], row[4]) == (now.value, now.numerator, now.denominator)
        if METRICS[name].is_fact and kind == "weekly":
            assert row[5] == measure(then, name).value
    assert rows["事件数"][1] == counted(span.first, span.last)
    assert rows["事件数"][5] == (counted(past.first, past.last) if kind == "weekly" else None)


def test_what_lies_before_the_data_is_not_taken_for_nought(district: Path):
    made = document("monthly", DAYS["monthly"])
    said = [sentence for section in made.sections for sentence in section.sentences]
    assert "（数据自 2026-09-10 起）" in said[0] and "上月没有完整数据，不作比较" in said[0]
    assert not any("增加" in one or "上月 0" in one for one in said) and not any(
        part.title.startswith("超出") for section in made.sections for part in section.parts
    )


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_in_every_format_and_language_says_everything(district: Path, kind: str, lang: str):
    made = document(kind, DAYS[kind], lang=lang)
    said = [sentence for section in made.sections for sentence in section.sentences]
    assert said and not any(odd in text for text in [*said, made.title, made.name, made.date_line] for odd in ("{", "}", "None", "nan%", "report."))  # fmt: skip
    assert all(text.endswith("。" if lang == "zh" else ".") and text[:1] == text[:1].upper() for text in said)
    lines = [one.text for one in docx.Document(io.BytesIO(FORMATS["docx"](made))).paragraphs]
    assert set(said) <= set(lines)
    assert FORMATS["pdf"](made).startswith(b"%PDF-") and FORMATS["xlsx"](made) and FORMATS["pptx"](made)


def test_a_topic_report_is_of_its_category_alone(district: Path):
    names = [row[0] for row in cursor(None).execute("select distinct split_part(category::varchar, '/', 1) from incident where category is not null").fetchall()]  # fmt: skip
    category = next(name for name in names if name)
    made = document("topic", DAYS["topic"], category=category)
    span = span_of("topic", DAYS["topic"])
    n = counted(span.first, span.last, f"split_part(category::varchar, '/', 1) = '{category}'")
    assert part(made, "主要指标").rows[0][1] == n and n < counted(span.first, span.last)
    assert category in made.title and dict(made.facts)["事件类别"] == category and category in made.name
    assert "传感器在线率" not in [row[0] for row in part(made, "主要指标").rows]
    with pytest.raises(ReportError, match="no category '火星'"):
        document("topic", DAYS["topic"], category="火星")
    with pytest.raises(ReportError, match="ask for a topic report"):
        document("weekly", DAYS["weekly"], category=category)


def test_the_performance_table_is_the_pages_ranking_with_numerator_and_denominator(district: Path):
    made = document("performance", DAYS["performance"])
    of = subject("performance", DAYS["performance"], None, "zh").view
    ranked = rank_on_time(of, "department").set_index("key")
    rows = {row[1]: row for row in part(made, "各部门按期办结").rows}
    for key, row in ranked.iterrows():
        assert rows[key][2:7] == (row["on_time"], row["due"], row["share"], row["low"], row["high"])
        assert rows[key][0] in (f"{row['first']:.0f}–{row['last']:.0f}", f"{row['first']:.0f}")
    first, last = date(2026, 9, 1), date(2026, 9, 30)
    closed = cursor(None).execute(
        """select department, count(*) from incident where due_at >= ? and due_at < ? and department is not null group by 1""",
        [start_of(first), start_of(last + timedelta(days=1))],
    ).fetchall()  # fmt: skip
    assert {name: row[3] for name, row in rows.items() if row[3]} == {name: n for name, n in closed if n}


def test_a_week_or_month_that_is_not_over_goes_out_to_nobody(district: Path):
    for kind in ("weekly", "monthly", "performance"):
        with pytest.raises(ReportError, match=r"are not whole|Nothing is known"):
            document(kind, date(2026, 10, 20))


def test_a_month_before_the_data_is_about_nothing(district: Path):
    with pytest.raises(ReportError, match=r"Nothing was reported .* 2025-01-01 to 2025-01-31"):
        document("monthly", date(2025, 1, 5))


@given(st.lists(st.integers(0, 400), min_size=7, max_size=7))
@settings(max_examples=60, deadline=None)
def test_a_weekday_is_named_only_if_it_has_most(district: Path, counts: list[int]):
    of = subject("topic", DAYS["topic"], None, "zh")
    names, often = of.say("weekdays").split(), [5.0, 5.0, 4.0, 4.0, 4.0, 4.0, 4.0]
    text = hours._said(of, "weekday", [float(one) for one in counts], often, names)
    named = [name for name in names if name in text]
    assert len(named) <= 1
    if named:
        at = names.index(named[0])
        assert counts[at] / often[at] == max(n / days for n, days in zip(counts, often, strict=True)) and sum(counts) >= 30  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_what_is_said_to_be_more_is_more_and_as_often_as_it_is_said(district: Path, counts: list[tuple[int, int]]):
    of = subject("weekly", DAYS["weekly"], None, "zh")
    keys = [f"类/{chr(0x7532 + n)}" for n in range(len(counts))]
    calls = iter([0, 1])

    def made_up(_view: View, _name: str, _by: str) -> pd.DataFrame:
        which = next(calls)
        return pd.DataFrame({"key": keys, "numerator": [pair[which] for pair in counts]})

    real, changed.measure_by = changed.measure_by, made_up
    try:
        rows = changed._rows(of, "category:2")
    finally:
        changed.measure_by = real
    sure = rows[rows["is_sure"]]
    text = changed._said(of, "categories", rows)
    if len(rows):
        assert f"可比的 {len(rows)} 个类别" in text and (f"{len(sure)} 个的变化超出偶然波动" in text) == bool(len(sure))
    more, fewer = text.split("，减少的有")[0], text.partition("，减少的有")[2]
    for row in rows.itertuples():
        now, then = row.now, row.before
        assert (f"{row.name}（" not in more.partition("增加的有")[2]) or now > then
        assert f"{row.name}（" not in fewer or now < then


def test_sections_are_made_of_parts_that_have_rows(district: Path):
    for kind in KINDS:
        for section in document(kind, DAYS[kind]).sections:
            assert isinstance(section, Section) and section.sentences
            assert all(one.rows for one in section.parts if isinstance(one, Table))


@pytest.mark.parametrize("area", [None, "370116001", "370116001001"])
def test_there_is_a_topic_report_of_every_category_that_has_incidents(district: Path, area: str | None):
    made = 0
    for category in facts(None).categories:
        try:
            found = document("topic", DAYS["topic"], area, category=category)
        except ReportError as error:
            assert "Nothing was reported" in str(error)
            continue
        made += 1
        assert part(found, "主要指标").rows[0][1] > 0 and category.split("/")[-1] in found.title
    assert made > 3


def test_the_performance_table_says_who_changed_against_the_month_before(district: Path):
    of = subject("performance", DAYS["performance"], None, "zh")
    of = replace(of, view=replace(of.view, previous=(of.view.since - timedelta(days=20), of.view.since)))
    table = next(one for one in standing(of, "department").parts if one.title.startswith("各部门按期办结率比"))
    for name, *row in table.rows:
        for (since, until), (hits, due, share) in zip(((of.view.since, of.view.until), of.view.previous), (row[:3], row[3:6]), strict=True):  # fmt: skip
            asked = "select count(*) filter (closed_at <= due_at), count(*) from incident where department = ? and due_at >= ? and due_at < ?"
            assert (hits, due) == cursor(None).execute(asked, [name, since, until]).fetchone()
            assert share == (hits / due if due else None)


@given(st.lists(st.tuples(*[st.integers(0, 200)] * 4).map(lambda n: (min(n[:2]), max(n[:2]), min(n[2:]), max(n[2:]))), min_size=1, max_size=15))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_who_is_said_to_have_risen_or_fallen_did_beyond_what_the_table_allows(district: Path, counts: list[tuple[int, ...]]):  # fmt: skip
    of = subject("performance", DAYS["performance"], None, "zh")
    of = replace(of, view=replace(of.view, previous=(of.view.since, of.view.since)))
    keys = [f"{chr(0x7532 + n)}局" for n in range(len(counts))]
    frames = iter([pd.DataFrame({"key": keys, "on_time": [one[at] for one in counts], "due": [one[at + 1] for one in counts]}) for at in (0, 2)])  # fmt: skip
    real, against_before.on_time_by = against_before.on_time_by, lambda _view, _by: next(frames)
    try:
        said, (table,) = against_before.against_before(of, "department", keys, dict(zip(keys, keys, strict=True)), "部门", "各部门")  # fmt: skip
    finally:
        against_before.on_time_by = real
    rose, fell = said.partition("提高、且超出偶然波动的：")[2], said.partition("下降、且超出偶然波动的：")[2].split("；")[0]  # fmt: skip
    among = sum(one[1] >= 30 and one[3] >= 30 for one in counts)
    for row in table.rows:
        found, (hits, due, hits_before, due_before) = row[8], (*row[1:3], *row[4:6])
        assert (f"{row[0]}（" in rose) == (found == "提高") and (f"{row[0]}（" in fell) == (found == "下降")
        assert (found == "件数太少") == (min(due, due_before) < 30)
        if found in ("提高", "下降"):  # an exact test of the same two shares must not find them at all likely
            assert fisher_exact([[hits, due - hits], [hits_before, due_before - hits_before]]).pvalue < 0.2 / among
            assert (row[7] > 0) == (found == "提高")


def test_warnings_are_those_that_stood_then(district: Path):
    until = start_of(DAYS["daily"] + timedelta(days=1))
    place = {"kind": "other", "place": "东升社区", "observed": 9.0, "expected": 2.0, "unit": "incidents"}
    grown, late, closed, old = (replace(found(subject=name), reason=place) for name in "甲乙丙丁")
    ids = [fold(look(), [one], begun("counts", 1))[0] for one in (grown, late, closed, old)]
    with session() as store:
        raised = dict(zip(ids, (until - timedelta(hours=3), until + timedelta(days=3), until - timedelta(days=4), until - timedelta(hours=2)), strict=True))  # fmt: skip
        for number, at in raised.items():
            store.execute(update(WarningRow).where(WarningRow.id == number).values(raised_at=at))
            store.execute(update(WarningEventRow).where(WarningEventRow.warning_id == number).values(happened_at=at))
    acknowledge(ids[0], "王")  # days after
    with session() as store:
        store.add(WarningEventRow(warning_id=ids[2], happened_at=until - timedelta(days=1), what="close", from_state="raised", to_state="closed", grade=2))  # fmt: skip
        store.add(WarningEventRow(warning_id=ids[3], happened_at=until - timedelta(hours=1), what="grow", from_state="raised", to_state="raised", grade=4))  # fmt: skip
    section = warned(subject("daily", DAYS["daily"], None, "zh"))
    assert section.sentences[0] == "当日新发预警 2 条。"
    assert "未办结预警 2 条（红色 I 级 1、黄色 III 级 1），其中 2 条等待受理" in section.sentences[1]
    assert [row[0] for row in section.parts[0].rows] == ["红色 I 级", "黄色 III 级"] and section.parts[0].rows[1][
        3
    ] == "待受理"
    before = warned(subject("daily", DAYS["daily"] - timedelta(days=3), None, "zh"))
    assert before.sentences[0] == "当日新发预警 1 条。" and "未办结预警 1 条（黄色 III 级 1）" in before.sentences[1]
    early = warned(subject("daily", DAYS["daily"] - timedelta(days=9), None, "zh")).sentences
    assert len(early) == 1 and "尚未开始预警" in early[0]
