"""An office's own Word template: `home/templates/<kind>.docx`, or `all.docx`, with named places such as `{{title}}` and `{{body}}`.

Checked before use: a template that cannot be filled stops the report and says why. Places are filled by docxtpl in a sandbox; `{{body}}`
stands alone in a paragraph and becomes what the report says, its tables and charts in the template's own styles.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
from docx.document import Document as Docx
from docx.opc.exceptions import PackageNotFoundError
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from analytics.metrics import METRICS
from reports.document import Document
from reports.errors import ReportError
from settings import settings

PLACES = ("title", "office", "dates", "dated", "summary", "body")
STYLES = ("Normal", "Heading 1", "Table Grid")
BODY = "⟦body⟧"
FOR_ALL = "all"


def template_of(kind: str) -> Path | None:
    """The office's template for a kind of report, if it has one."""
    folder = settings().home / "templates"
    return next((path for name in (kind, FOR_ALL) if (path := folder / f"{name}.docx").is_file()), None)


def known_places() -> set[str]:
    """Every name a place may have: a measure's is its value, with `_before` that of the period before."""
    return {*PLACES, *METRICS, *(f"{name}_before" for name in METRICS)}


def check(path: Path) -> list[str]:
    """The places of a template, by name; `ReportError` in one line if it cannot be filled."""
    try:
        opened = docx.Document(str(path))
        template = DocxTemplate(str(path))
        found = template.get_undeclared_template_variables(_sandbox())
        text = "".join(paragraph.text for paragraph in _paragraphs(opened))
    except TemplateError as error:
        raise ReportError(f"{path.name}: a place is not written as {{{{name}}}} ({error}).") from None
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ReportError(f"{path.name} is no Word document ({type(error).__name__}). Save it from Word as .docx.") from None  # fmt: skip
    if "{%" in text:
        raise ReportError(f"{path.name}: only places such as {{{{title}}}} are filled, no {{% … %}}.")
    if unknown := sorted(found - known_places()):
        raise ReportError(f"{path.name}: there is no place {unknown[0]!r}. Have: {', '.join(PLACES)}, and the names of measures such as on_time_rate (docs/metrics.md).")  # fmt: skip
    if not found:
        raise ReportError(f"{path.name} has no place such as {{{{body}}}}, so every report would be the same.")
    if missing := [name for name in STYLES if name not in {style.name for style in opened.styles}]:
        raise ReportError(f"{path.name} has no style {missing[0]!r}. Use it once in Word, then save.")
    if "body" in found and sum(paragraph.text.replace(" ", "") == "{{body}}" for paragraph in opened.paragraphs) != 1:
        raise ReportError(f"{path.name}: {{{{body}}}} must stand once, alone in a paragraph outside of tables.")
    return sorted(found)


def filled(path: Path, document: Document) -> tuple[Docx, Paragraph | None]:
    """The template with all places filled but the body, and the paragraph that is to become it."""
    check(path)
    template = DocxTemplate(str(path))
    try:
        template.render(_values(document), _sandbox(), autoescape=True)
    except TemplateError as error:
        raise ReportError(f"{path.name} cannot be filled: {error}.") from None
    body = io.BytesIO()
    template.save(body)
    opened = docx.Document(io.BytesIO(body.getvalue()))
    return opened, next((paragraph for paragraph in opened.paragraphs if paragraph.text.strip() == BODY), None)


def _values(document: Document) -> Mapping[str, str]:
    summary = "".join(document.sections[0].sentences)
    own = {"title": document.title, "office": document.office, "dates": document.date_line, "dated": document.dated, "summary": summary, "body": BODY}  # fmt: skip
    return dict.fromkeys(known_places(), "–") | dict(document.values) | own


def _sandbox() -> SandboxedEnvironment:
    made = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    made.globals.clear()  # places, and nothing else that Jinja knows
    return made


def _paragraphs(opened: Docx) -> list[Paragraph]:
    inside = [paragraph for table in opened.tables for row in table.rows for cell in row.cells for paragraph in cell.paragraphs]  # fmt: skip
    ends = [paragraph for section in opened.sections for part in (section.header, section.footer) for paragraph in part.paragraphs]  # fmt: skip
    return [*opened.paragraphs, *inside, *ends]
