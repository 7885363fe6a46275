"""PowerPoint: a slide a section: what is so as the heading, what it rests on below, what the numbers are of on the last slide."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from reports.document import TEXT, Chart, Document, Table, numbered, width, widths, written
from reports.formats.look import AUTHOR, BAR, FONT, INK, LABEL, SHADE
from reports.formats.native_chart import placed

WIDE, TALL, EDGE = Inches(13.333), Inches(7.5), Inches(0.6)
MOST_ROWS = 8
LEFT_OUT = {"zh": "（前 8 行，另有 {n} 行见 Word 或 Excel）", "en": " (the first 8; {n} more in Word or Excel)"}


def made(document: Document) -> bytes:
    """The file."""
    show = Presentation()
    show.slide_width, show.slide_height = WIDE, TALL
    _first(show, document)
    for at, section in enumerate(document.sections, 1):
        parts = section.parts or (None,)
        for part in parts:
            slide = show.slides.add_slide(show.slide_layouts[6])
            top = _head(slide, numbered(at, section.title, document.lang), section.sentences)
            room = (EDGE, top, WIDE - 2 * EDGE, TALL - top - Inches(0.7))
            if isinstance(part, Chart):
                _words(slide, part.title, (EDGE, top, WIDE - 2 * EDGE, Inches(0.4)), 16, LABEL)
                placed(slide, part, (EDGE, top + Inches(0.4), room[2], room[3] - Inches(0.4)), 12)
            elif part is not None:
                _table(slide, part, room, document.lang)
            _words(
                slide,
                document.about,
                (EDGE, TALL - Inches(0.5), WIDE - 2 * EDGE, Inches(0.35)),
                11,
                LABEL,
            )
    _facts(show, document)
    about = show.core_properties
    about.title, about.subject, about.author = document.title, document.office, AUTHOR
    about.created = about.modified = datetime(2000, 1, 1, tzinfo=UTC)
    body = io.BytesIO()
    show.save(body)
    return body.getvalue()


def _words(
    slide: Any, text: str, box: tuple[Emu, Emu, Emu, Emu], points: float, colour: str = INK, *, bold: bool = False
) -> None:
    frame = slide.shapes.add_textbox(*box).text_frame
    frame.word_wrap, frame.margin_left, frame.margin_right, frame.margin_top = True, 0, 0, 0
    _run(frame.paragraphs[0], text, points, colour, bold=bold)


def _run(paragraph: Any, text: str, points: float, colour: str = INK, *, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(points), bold, FONT
    run.font.color.rgb = RGBColor.from_string(colour)
    east = run.font._element.makeelement(
        "{http://schemas.openxmlformats.org/drawingml/2006/main}ea", {"typeface": FONT}
    )
    run.font._element.append(east)


def _first(show: Any, document: Document) -> None:
    slide = show.slides.add_slide(show.slide_layouts[6])
    _words(slide, document.title, (EDGE, Inches(2.2), WIDE - 2 * EDGE, Inches(1)), 40, bold=True)
    _words(
        slide, f"{document.office}　{document.date_line}", (EDGE, Inches(3.2), WIDE - 2 * EDGE, Inches(0.6)), 20, LABEL
    )
    first = next((one for section in document.sections for one in section.sentences), "")
    _words(slide, first, (EDGE, Inches(4.2), WIDE - 2 * EDGE, Inches(1.6)), 22, BAR)


def _head(slide: Any, title: str, sentences: tuple[str, ...]) -> Emu:
    """Heading and sentences; returns where they end."""
    _words(slide, title, (EDGE, Inches(0.4), WIDE - 2 * EDGE, Inches(0.5)), 16, BAR, bold=True)
    box = slide.shapes.add_textbox(EDGE, Inches(0.85), WIDE - 2 * EDGE, Inches(0.5))
    frame = box.text_frame
    frame.word_wrap, frame.margin_left, frame.margin_right = True, 0, 0
    lines = 0
    for at, sentence in enumerate(sentences):
        _run(frame.paragraphs[0] if at == 0 else frame.add_paragraph(), sentence, 18)
        lines += 1 + int(width(sentence) / 47)
    return Inches(1.05 + 0.32 * max(lines, 1))


def _table(slide: Any, part: Table, room: tuple[Emu, Emu, Emu, Emu], lang: str) -> None:
    left, top, wide, tall = room
    rows = part.rows[:MOST_ROWS]
    left_out = len(part.rows) - len(rows)
    title = part.title + (LEFT_OUT[lang].format(n=left_out) if left_out else "")
    _words(slide, title, (left, top, wide, Inches(0.4)), 16, LABEL)
    height = min(tall - Inches(0.4), Inches(0.42) * (len(rows) + 1))
    table = slide.shapes.add_table(len(rows) + 1, len(part.columns), left, top + Inches(0.4), wide, height).table
    shares = widths(replace(part, rows=rows))
    for at, column in enumerate(part.columns):
        table.columns[at].width = int(wide * shares[at])
        _cell(table.cell(0, at), column.title, right=column.kind != TEXT, shade=SHADE, bold=True)
    for number, row in enumerate(rows, 1):
        for at, (value, column) in enumerate(zip(row, part.columns, strict=True)):
            _cell(table.cell(number, at), written(value, column.kind), right=column.kind != TEXT, shade="FFFFFF")


def _cell(cell: Any, text: str, *, right: bool, shade: str, bold: bool = False) -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(shade)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    _run(paragraph, text if len(text) <= 60 else text[:59] + "…", 12, bold=bold)


def _facts(show: Any, document: Document) -> None:
    slide = show.slides.add_slide(show.slide_layouts[6])
    box = slide.shapes.add_textbox(EDGE, Inches(0.6), WIDE - 2 * EDGE, Inches(5)).text_frame
    box.word_wrap = True
    for at, (label, value) in enumerate(document.facts):
        paragraph = box.paragraphs[0] if at == 0 else box.add_paragraph()
        _run(paragraph, f"{label}　", 16, LABEL)
        _run(paragraph, value, 16)
