"""Word: styles, real tables with headings that repeat, charts that can be edited, header, page numbers; laid out as official documents are.

After GB/T 9704-2012: title in 小标宋 22 pt, body in 仿宋 16 pt, headings in 黑体, 28 pt from line to line, pages numbered — 1 —. Where
these fonts are not installed the program that opens the file takes its own.
"""

import io
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from reports.document import TEXT, Chart, Document, Table, numbered, widths, written
from reports.formats.look import AUTHOR, CONTENTS, SHADE
from reports.formats.native_chart import native
from reports.template import filled, template_of

TITLE, BODY, HEADING, TABLE = ("方正小标宋简体", 22), ("仿宋", 16), ("黑体", 16), ("仿宋", 10.5)
LATIN = "Times New Roman"
WIDE, TALL = Cm(15.6), Cm(6.2)


def made(document: Document) -> bytes:
    """The file: in the office's own template if it has one, else as official documents are."""
    path = template_of(document.kind)
    if path is not None:
        file, place = filled(path, document)
        _about(file, document)
        if place is not None:
            _into(file, place, document)
        return _saved(file)
    file = docx.Document()
    _page(file, document)
    _styles(file)
    title = file.add_paragraph(document.title, style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line = file.add_paragraph(f"{document.office}　{document.date_line}")
    line.alignment, line.paragraph_format.first_line_indent = WD_ALIGN_PARAGRAPH.CENTER, Pt(0)
    _body(file, document)
    end = file.add_paragraph(document.dated)
    end.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return _saved(file)


def _saved(file: Docx) -> bytes:
    body = io.BytesIO()
    file.save(body)
    return body.getvalue()


def _into(file: Docx, place: Paragraph, document: Document) -> None:
    """What the report says in the place of a paragraph: it is written at the end, and then moved."""
    before = set(file.element.body)
    _body(file, document)
    for element in [one for one in file.element.body if one not in before]:
        place._p.addprevious(element)
    place._p.getparent().remove(place._p)


def _body(file: Docx, document: Document) -> None:
    """What the numbers are of, the contents where it is long, and the sections."""
    _facts(file, document)
    if document.has_contents:
        _contents(file, document)
    charts = 0
    for at, section in enumerate(document.sections, 1):
        file.add_heading(numbered(at, section.title, document.lang), 1)
        for sentence in section.sentences:
            file.add_paragraph(sentence)
        for part in section.parts:
            if isinstance(part, Table):
                _table(file, part)
            else:
                charts += 1
                _chart(file, part, charts)


def _contents(file: Docx, document: Document) -> None:
    """A table of contents that Word brings up to date (F9) with page numbers; until then the headings stand in it."""
    file.add_paragraph(CONTENTS[document.lang]).alignment = WD_ALIGN_PARAGRAPH.CENTER
    lines = [numbered(at, section.title, document.lang) for at, section in enumerate(document.sections, 1)]
    for at, line in enumerate(lines):
        paragraph = file.add_paragraph()
        if at == 0:
            _field(paragraph.add_run(), "begin", None)
            _field(paragraph.add_run(), None, 'TOC \\o "1-1" \\h \\z \\u')
            _field(paragraph.add_run(), "separate", None)
        paragraph.add_run(line)
    _field(paragraph.add_run(), "end", None)


def _field(run: Run, kind: str | None, inside: str | None) -> None:
    """A part of a field: its begin, its instruction, its end."""
    element = OxmlElement("w:instrText" if inside else "w:fldChar")
    if inside:
        element.text = inside
    else:
        element.set(qn("w:fldCharType"), kind)
    run._r.append(element)


def _page(file: Docx, document: Document) -> None:
    """A4 with the margins of an official document; who, what and when in header and properties."""
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Cm(3.7),
        Cm(3.5),
        Cm(2.8),
        Cm(2.6),
    )
    header = section.header.paragraphs[0]
    header.text, header.alignment = (
        document.about,
        WD_ALIGN_PARAGRAPH.RIGHT,
    )
    for run in header.runs:
        _font(run.font, BODY[0], 9)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, code in (("— ", None), ("", "PAGE"), (" —", None)):
        run = footer.add_run(text)
        run.font.size = Pt(14)
        if code:
            for kind, inside in (("begin", None), (None, code), ("end", None)):
                _field(run, kind, inside)
    _about(file, document)


def _about(file: Docx, document: Document) -> None:
    about = file.core_properties
    about.title, about.subject, about.author, about.comments = document.title, document.office, AUTHOR, ""
    about.created = about.modified = datetime(2000, 1, 1, tzinfo=UTC)  # the same numbers make the same file
    about.language = "zh-CN" if document.lang == "zh" else "en"


def _styles(file: Docx) -> None:
    for name, (font, size), is_bold in (
        ("Normal", BODY, False),
        ("Title", TITLE, False),
        ("Heading 1", HEADING, False),
    ):
        style: ParagraphStyle = file.styles[name]
        _font(style.font, font, size)
        style.font.bold, style.font.color.rgb = is_bold, RGBColor(0, 0, 0)
        spacing = style.paragraph_format
        spacing.space_before = spacing.space_after = Pt(0)
        spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28 if name != "Title" else 36)
    file.styles["Normal"].paragraph_format.first_line_indent = Pt(2 * BODY[1])
    heading = file.styles["Heading 1"].paragraph_format
    heading.first_line_indent, heading.keep_with_next, heading.space_before = Pt(2 * BODY[1]), True, Pt(6)
    title = file.styles["Title"]
    title.paragraph_format.first_line_indent, title.paragraph_format.space_after = Pt(0), Pt(12)
    for border in title.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _font(font: Any, name: str, size: float) -> None:
    font.name, font.size = LATIN, Pt(size)
    fonts = font.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), name)


def _facts(file: Docx, document: Document) -> None:
    """What the numbers are of: two columns without lines."""
    table = file.add_table(0, 2)
    for label, value in document.facts:
        cells = table.add_row().cells
        for cell, text in zip(cells, (label, value), strict=True):
            _cell(cell.paragraphs[0], text, TABLE[1])
    _set_widths(table, [0.19, 0.81])
    file.add_paragraph("").paragraph_format.line_spacing = Pt(10)


def _cell(paragraph: Paragraph, text: str, size: float, *, right: bool = False, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    _font(run.font, TABLE[0], size)
    run.font.bold = bold
    spacing = paragraph.paragraph_format
    spacing.first_line_indent, spacing.line_spacing_rule, spacing.line_spacing = Pt(0), WD_LINE_SPACING.SINGLE, 1.0
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT


def _caption(file: Docx, text: str) -> None:
    paragraph = file.add_paragraph()
    _cell(paragraph, text, 12, bold=True)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(8), True


def _note(file: Docx, text: str) -> None:
    if text:
        _cell(file.add_paragraph(), text, 9)


def _table(file: Docx, part: Table) -> None:
    _caption(file, part.title)
    table = file.add_table(1, len(part.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    heads = table.rows[0]
    heads._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, column in zip(heads.cells, part.columns, strict=True):
        _cell(cell.paragraphs[0], column.title, TABLE[1], right=column.kind != TEXT, bold=True)
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), SHADE)
        cell._tc.get_or_add_tcPr().append(shade)
    for row in part.rows:
        new = table.add_row()
        new._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, value, column in zip(new.cells, row, part.columns, strict=True):
            _cell(cell.paragraphs[0], written(value, column.kind), TABLE[1], right=column.kind != TEXT)
    _set_widths(table, widths(part))
    _note(file, part.note)


def _set_widths(table: Any, shares: list[float]) -> None:
    """Said for the columns and for every cell: Word reads the cells, others the columns."""
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = int(WIDE * share)
        for cell in column.cells:
            cell.width = int(WIDE * share)


def _chart(file: Docx, part: Chart, number: int) -> None:
    _caption(file, part.title)
    found, package = native(part), file.part.package
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, found.xml, package)
    book = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), CONTENT_TYPE.SML_SHEET, found.workbook, package)
    chart.rels.add_relationship(RELATIONSHIP_TYPE.PACKAGE, book, found.workbook_id)
    drawn = file.part.relate_to(chart, RELATIONSHIP_TYPE.CHART)
    paragraph = file.add_paragraph()
    paragraph.alignment, paragraph.paragraph_format.first_line_indent = WD_ALIGN_PARAGRAPH.CENTER, Pt(0)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    drawing = parse_xml(
        f"""<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
            xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
            xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
        <wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{WIDE}" cy="{TALL}"/><wp:docPr id="{number}" name="chart{number}"/>
        <a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="{drawn}"/></a:graphicData></a:graphic>
        </wp:inline></w:drawing>"""
    )
    drawing.find(f".//{qn('wp:docPr')}").set("descr", _described(part))
    paragraph.add_run()._r.append(drawing)
    _note(file, part.note)


def _described(part: Chart) -> str:
    """What a screen reader says."""
    return (
        f"{part.title}: {part.labels[0]} {part.values[0]:,.0f} – {part.labels[-1]} {part.values[-1]:,.0f}"
        if part.values
        else part.title
    )
