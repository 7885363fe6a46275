"""The office's own template: filled where it says, in its own styles; one that cannot be filled stops the report and says why."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from analytics.metrics import measure
from reports.__main__ import app
from reports.errors import ReportError
from reports.formats import FORMATS
from reports.kinds import document
from reports.subject import subject
from reports.template import check, template_of
from tests.reports.test_schedules import DAY


def office(path: Path, *lines: str, styles: bool = True) -> Path:
    """A template with these paragraphs, a header, and a table with two figures."""
    file = docx.Document()
    for line in lines:
        file.add_paragraph(line)
    file.sections[0].header.paragraphs[0].text = "〔{{office}}〕"
    if styles:
        table = file.add_table(1, 2, style="Table Grid")
        table.cell(0, 0).text, table.cell(0, 1).text = "按期办结率 {{on_time_rate}}", "{{ incident_count }} 件"
    file.save(str(path))
    return path


def test_places_are_filled_and_the_body_stands_where_its_place_was(district: Path, tmp_path: Path):
    path = office(tmp_path / "x.docx", "莱芜区社会治理中心文件", "{{title}}", "{{body}}", "签发：　　{{dated}}")
    put = CliRunner().invoke(app, ["template", "put", str(path), "daily"])
    assert put.exit_code == 0, put.exception
    try:
        made = document("daily", DAY)
        body = FORMATS["docx"](made)
        assert template_of("weekly") is None
    finally:
        (district / "templates" / "daily.docx").unlink()
    word = docx.Document(io.BytesIO(body))
    lines = [paragraph.text for paragraph in word.paragraphs]
    assert lines[:2] == ["莱芜区社会治理中心文件", made.title] and lines[-1] == "签发：　　2026年10月19日"
    assert {sentence for section in made.sections for sentence in section.sentences} <= set(lines)
    assert not any("{{" in line or "⟦" in line for line in lines)
    view = subject("daily", DAY, None, "zh").view
    cells = [cell.text for cell in word.tables[-1].rows[0].cells]
    assert cells == [f"按期办结率 {measure(view, 'on_time_rate').value:.1f}%", f"{measure(view, 'incident_count').value:.0f} 件"]  # fmt: skip
    assert word.sections[0].header.paragraphs[0].text == "〔全区〕" and len(word.tables) > 5
    assert any(name.startswith("word/charts/") for name in zipfile.ZipFile(io.BytesIO(body)).namelist())


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{{titel}}", "{{body}}"], "no place 'titel'"),
        (["只有文字"], "must stand|no place|{{body}}"),
        (["见 {{body}} 如下"], "must stand once, alone"),
        (["{{body}}", "{{body}}"], "must stand once, alone"),
        (["{% for x in range(9) %}{{title}}{% endfor %}"], "only places"),
        (["{{ title"], "not written as"),
        (["{{ title.__class__.__mro__ }}"], None),
        (["{{ cycler.__init__.__globals__ }}"], "no place 'cycler'"),
    ],
)
def test_a_template_that_cannot_be_filled_stops_the_report(district: Path, tmp_path: Path, lines: list, said: str | None):  # fmt: skip
    path = office(tmp_path / "x.docx", *lines, styles="只有文字" not in lines)
    if "只有文字" in lines:
        file = docx.Document()
        file.add_paragraph("只有文字")
        file.save(str(path))
    if said:
        with pytest.raises(ReportError, match=said) as error:
            check(path)
        assert "\n" not in str(error.value)
    (district / "templates").mkdir(exist_ok=True)
    (district / "templates" / "daily.docx").write_bytes(path.read_bytes())
    try:
        with pytest.raises(ReportError, match=r"daily\.docx"):
            FORMATS["docx"](document("daily", DAY))
    finally:
        (district / "templates" / "daily.docx").unlink()


def test_what_is_no_word_document_is_refused(tmp_path: Path):
    (tmp_path / "x.docx").write_text("text")
    with pytest.raises(ReportError, match="is no Word document"):
        check(tmp_path / "x.docx")
    with pytest.raises(ReportError, match="is no Word document"):
        check(tmp_path / "missing.docx")


def test_what_people_wrote_never_becomes_a_place(district: Path, tmp_path: Path):
    path = office(tmp_path / "x.docx", "{{title}}", "{{body}}")
    (district / "templates").mkdir(exist_ok=True)
    (district / "templates" / "all.docx").write_bytes(path.read_bytes())
    nasty = "{{7*7}} {% raw %} <w:p/> & ⟦body⟧"
    try:
        made = replace(document("daily", DAY), title=nasty)
        made = replace(made, sections=(replace(made.sections[0], sentences=(nasty,)),))
        lines = [one.text for one in docx.Document(io.BytesIO(FORMATS["docx"](made))).paragraphs]
    finally:
        (district / "templates" / "all.docx").unlink()
    assert lines.count(nasty) == 2
