"""Reports: their figures are those of the pages, they are the same in every format, and they go out whole or not at all."""

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import docx
import openpyxl
import pytest
from pptx import Presentation
from typer.testing import CliRunner

from analytics import freshness, overview
from analytics.answers import cursor
from analytics.metrics import METRICS, measure
from analytics.view import View
from reports import checks
from reports.__main__ import app
from reports.build import build
from reports.document import (
    CHANGE,
    COUNT,
    NUMBER,
    SHARE,
    Chart,
    Column,
    Document,
    Table,
    numbered,
    width,
    widths,
    written,
)
from reports.errors import ReportError
from reports.formats import FORMATS, pdf
from reports.kinds import document
from reports.parts.whole import MEASURES
from tests import small

DAY = date(2026, 10, 19)
"""The last whole day of the small district."""


@pytest.fixture
def brief(district: Path) -> Document:
    return document("daily", DAY)


def tables(brief: Document) -> dict[str, Table]:
    return {part.title: part for section in brief.sections for part in section.parts if isinstance(part, Table)}


def view(**more: str) -> View:
    return View.from_query({"period": "custom", "from": DAY.isoformat(), "to": DAY.isoformat(), **more})


@pytest.mark.parametrize("area", [None, "370116001", "东升社区"])
def test_every_measure_is_the_pages_own(district: Path, area: str | None):
    rows = {row[0]: row for row in tables(document("daily", DAY, area))["主要指标"].rows}
    of = view(**({"area": "370116001001" if area == "东升社区" else area} if area else {}))
    for name in MEASURES:
        now, row = measure(of, name), rows[METRICS[name].label["zh"]]
        assert row[1] == now.value and (row[3], row[4]) == (now.numerator, now.denominator)
        assert row[5] == measure(of.before(), name).value


def test_its_first_sentence_says_what_sql_counts(brief: Document):
    n, before = (
        cursor(None).execute(
            "select count(*) from incident where (reported_at + interval 8 hour)::date = ?", [DAY - timedelta(days=back)]
        ).fetchone()[0]
        for back in (0, 1)
    )  # fmt: skip
    assert f"上报事件 {n} 件，前一日 {before} 件" in brief.sections[0].sentences[0]
    chart = next(part for part in brief.sections[0].parts if isinstance(part, Chart))
    assert chart.values[-1] == n and chart.labels[-1] == "10-19" and len(chart.values) == 30


def test_it_says_what_its_numbers_are_of(brief: Document):
    facts = dict(brief.facts)
    assert facts["统计时段"] == "2026-10-19 00:00–24:00" and facts["数据截至"] == "2026-10-20 12:00"
    assert (
        facts["数据版本"] == str(view().snapshot) and "30 条记录" in facts["数据质量"] and "网格" in facts["数据覆盖"]
    )


def test_every_format_has_every_sentence_and_every_number(brief: Document):
    said = [sentence for section in brief.sections for sentence in section.sentences]
    word = docx.Document(io.BytesIO(FORMATS["docx"](brief)))
    lines = [paragraph.text for paragraph in word.paragraphs]
    assert set(said) <= set(lines) and len(word.tables) == 1 + len(tables(brief))
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    show = Presentation(io.BytesIO(FORMATS["pptx"](brief)))
    shown = "\n".join(shape.text_frame.text for slide in show.slides for shape in slide.shapes if shape.has_text_frame)
    assert all(sentence in shown for sentence in said)
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](brief)))
    for part in tables(brief).values():
        assert {written(row[1], part.columns[1].kind) for row in part.rows} <= cells
        sheet = book[part.title[:31]]
        assert [cell.value for cell in sheet[1]] == [column.title for column in part.columns]
        for at, column in enumerate(part.columns):
            if column.kind in (COUNT, NUMBER, SHARE):
                assert [sheet.cell(n + 2, at + 1).value for n in range(len(part.rows))] == ["–" if row[at] is None else pytest.approx(row[at]) for row in part.rows]  # fmt: skip
        assert sheet.freeze_panes == "B2"
    assert FORMATS["pdf"](brief).startswith(b"%PDF-")


def test_word_and_powerpoint_have_charts_that_can_be_edited(brief: Document):
    for name, chart in (("docx", "word/charts/chart1.xml"), ("pptx", "ppt/charts/")):
        files = zipfile.ZipFile(io.BytesIO(FORMATS[name](brief))).namelist()
        assert any(one.startswith(chart) for one in files) and any(one.endswith(".xlsx") for one in files)


def test_the_word_file_is_laid_out_as_official_documents_are(brief: Document):
    word = docx.Document(io.BytesIO(FORMATS["docx"](brief)))
    heads = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Heading 1"]
    assert heads[0] == "一、总体情况" and heads[-1].startswith("五、") and word.paragraphs[-1].text == "2026年10月19日"
    assert "PAGE" in word.sections[0].footer._element.xml and brief.title in word.sections[0].header.paragraphs[0].text
    assert 'w:eastAsia="仿宋"' in word.styles["Normal"].element.xml and "w:tblHeader" in word.tables[1]._tbl.xml


@pytest.mark.parametrize("name", ["docx", "pptx", "pdf"])
def test_the_same_numbers_make_the_same_words_again(brief: Document, name: str):
    assert abs(len(FORMATS[name](brief)) - len(FORMATS[name](brief))) < 64


def test_what_people_wrote_is_text_everywhere(brief: Document):
    nasty = ['=HYPERLINK("http://x")', "<b>&amp;</b>", '#import "x"; $x^2$ *a* _b_', "a\tb"]
    part = tables(brief)["超期最久的事件"]
    rows = tuple((text, *part.rows[0][1:]) for text in nasty)
    wrong = replace(
        brief, sections=(replace(brief.sections[0], sentences=tuple(nasty), parts=(replace(part, rows=rows),)),)
    )
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"](wrong)))
    assert [book[part.title].cell(n + 2, 1).value for n in range(4)] == nasty
    assert [book[part.title].cell(n + 2, 1).data_type for n in range(4)] == ["s"] * 4
    word = docx.Document(io.BytesIO(FORMATS["docx"](wrong)))
    assert [row.cells[0].text for row in word.tables[1].rows[1:]] == nasty
    assert FORMATS["pdf"](wrong).startswith(b"%PDF-") and FORMATS["pptx"](wrong)


def test_no_report_of_a_day_that_is_not_whole_or_not_yet_known(district: Path, tmp_path: Path):
    for day, why in ((date(2026, 10, 20), "are not whole"), (date(2026, 10, 21), "Nothing is known of 2026-10-21 yet")):
        with pytest.raises(ReportError, match=why):
            build("daily", day, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_no_report_from_a_source_that_stopped_before_the_day_was_over(district: Path, tmp_path: Path, monkeypatch):
    real = freshness.by_source
    stopped = [
        replace(one, state="stale", until=small.NOW - timedelta(days=2)) if one.kind == "incidents" else one
        for one in real(None)
    ]
    monkeypatch.setattr(checks, "by_source", lambda _: stopped)
    with pytest.raises(ReportError, match=r"is stale since .* Whoever sends its export can mend it"):
        build("daily", DAY, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_report_from_a_source_that_has_never_sent_anything(district: Path, tmp_path: Path, monkeypatch):
    real = freshness.by_source
    silent = [
        replace(one, state="stale", until=None, since=None) if one.kind == "incidents" else one for one in real(None)
    ]
    monkeypatch.setattr(checks, "by_source", lambda _: silent)
    with pytest.raises(ReportError, match="has never sent anything"):
        build("daily", DAY, tmp_path)


def test_no_report_about_nothing_or_nowhere(district: Path, tmp_path: Path):
    with pytest.raises(ReportError, match="Nothing was reported"):
        build("daily", DAY, tmp_path, area="370116101201002")
    with pytest.raises(ReportError, match="There is no area"):
        build("daily", DAY, tmp_path, area="火星")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_or_a_broken_metric_leaves_no_half_report(district: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(checks, "LEAST_FREE_BYTES", 10**18)
    with pytest.raises(ReportError, match="MiB left"):
        build("daily", DAY, tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(
        checks, "by_source", lambda as_of: [replace(one, state="fresh") for one in freshness.by_source(as_of)]
    )
    monkeypatch.setitem(FORMATS, "pptx", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build("daily", DAY, tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(
        checks, "by_source", lambda as_of: [replace(one, state="fresh") for one in freshness.by_source(as_of)]
    )
    monkeypatch.setattr(Path, "replace", lambda self, to: self.rename(to) if to.suffix == ".docx" else (_ for _ in ()).throw(OSError(28, "No space left on device")))  # fmt: skip
    with pytest.raises(ReportError, match="No space left on device"):
        build("daily", DAY, tmp_path, formats=["docx", "xlsx"])
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_chinese_fonts_makes_no_pdf_of_boxes(brief: Document, monkeypatch):
    monkeypatch.setattr(pdf, "_fonts", lambda: [])
    with pytest.raises(ReportError, match="fonts-noto-cjk"):
        FORMATS["pdf"](brief)


def test_the_command_prints_its_files_or_one_line(district: Path, tmp_path: Path):
    ran = CliRunner().invoke(app, ["build", "daily", "--on", str(DAY), "--area", "凤城街道", "--format", "xlsx,docx", "--lang", "en", "--out", str(tmp_path)])  # fmt: skip
    assert ran.exit_code == 0 and sorted(path.name for path in tmp_path.iterdir()) == ["daily-2026-10-19-370116001-en.docx", "daily-2026-10-19-370116001-en.xlsx"]  # fmt: skip
    for arguments, why in ((["yearly", "--on", str(DAY)], "no report"), (["daily", "--on", "today"], "no day"), (["daily", "--on", str(DAY), "--format", "odt"], "no format"), (["daily", "--on", str(DAY), "--lang", "fr"], "neither")):  # fmt: skip
        ran = CliRunner().invoke(app, ["build", *arguments, "--out", str(tmp_path / "other")])
        assert isinstance(ran.exception, ReportError) and why in str(ran.exception) and "\n" not in str(ran.exception)


def test_headings_are_numbered_and_values_written_as_readers_expect():
    assert [numbered(at, "", "zh") for at in (1, 10, 11)] == ["一、", "十、", "十一、"]
    assert [written(None, COUNT), written(float("nan"), SHARE), written(1234, COUNT), written(0.5, SHARE), written(-3, NUMBER)] == ["–", "–", "1,234", "50.0%", "−3"]  # fmt: skip
    assert [written(one, CHANGE) for one in (0.059, -0.002, None)] == ["+5.9%", "−0.2%", "–"]
    assert written(644, NUMBER) == "644" and written(6.04, NUMBER) == "6.0"


def test_columns_share_the_width_by_what_stands_in_them(brief: Document):
    for part in tables(brief).values():
        shares = widths(part)
        assert sum(shares) == pytest.approx(1) and min(shares) > 0.02


def test_no_number_and_no_word_is_broken_by_a_narrow_column():
    columns = (Column("Department"), Column("On time", COUNT), Column("Rate before", SHARE), Column("Found"))
    table = Table("", columns, (("Bureau of Housing and Urban and Rural Development of the District", 12345, 0.5, "within chance"),))  # fmt: skip
    shares = widths(table)
    for at, word in enumerate(("Development", "12,345", "before", "chance")):
        assert shares[at] * 48 >= width(word) + 1.5
    assert shares[0] > 0.4


def test_the_overview_of_the_same_day_says_the_same(brief: Document):
    busiest = overview.busiest_areas(view(), 20).rows
    assert [row[:2] for row in tables(brief)["各地上报"].rows] == list(
        zip(busiest["name"], busiest["count"], strict=True)
    )
