"""PDF, set by Typst: A4, its fonts embedded, charts as lines and surfaces."""

import json
from functools import lru_cache
from typing import Any

import typst

from reports.document import TEXT, Document, Table, numbered, widths, written
from reports.errors import ReportError
from reports.formats.look import CONTENTS
from settings import ROOT

TEMPLATE = ROOT / "reports" / "templates" / "brief.typ"
FONTS = (
    "FangSong",
    "STFangsong",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "SimSun",
    "Microsoft YaHei",
)
"""Any of these can write Chinese."""


def made(document: Document) -> bytes:
    """The file; `ReportError` where no Chinese font is installed."""
    found = _fonts()
    if not found:
        raise ReportError(
            "No Chinese font is installed, so the PDF would have boxes for signs. On Debian: apt-get install fonts-noto-cjk"
        )
    given = {
        "title": document.title, "about": document.about, "office": document.office, "date": document.date_line, "dated": document.dated, "lang": document.lang, "facts": document.facts,
        "contents": CONTENTS[document.lang] if document.has_contents else None, "fonts": found, "sections": [{"title": numbered(at, section.title, document.lang), "sentences": section.sentences, "parts": [_part(part) for part in section.parts]} for at, section in enumerate(document.sections, 1)],
    }  # fmt: skip
    try:
        return typst.compile(TEMPLATE, format="pdf", sys_inputs={"document": json.dumps(given, ensure_ascii=False)})
    except typst.TypstError as error:
        raise ReportError(
            f"The PDF cannot be set: {' '.join(str(error).split())[:300]}. Look at {TEMPLATE.name}."
        ) from None


@lru_cache(maxsize=1)
def _fonts() -> list[str]:
    known = set(typst.Fonts(include_system_fonts=True, include_embedded_fonts=False).families())
    return [name for name in FONTS if name in known]


def _part(part: Any) -> dict[str, object]:
    if isinstance(part, Table):
        return {
            "kind": "table", "title": part.title, "note": part.note, "widths": widths(part), "heads": [column.title for column in part.columns],
            "right": [column.kind != TEXT for column in part.columns],
            "rows": [[written(value, column.kind) for value, column in zip(row, part.columns, strict=True)] for row in part.rows],
        }  # fmt: skip
    return {"kind": "chart", "title": part.title, "note": part.note, "labels": part.labels, "values": part.values, "quiet": part.quiet or [False] * len(part.values)}  # fmt: skip
