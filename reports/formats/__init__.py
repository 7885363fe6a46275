"""A document in each of its formats: bytes, made whole before anything is written to a folder."""

from collections.abc import Callable

from reports.document import Document
from reports.formats import docx, pdf, pptx, xlsx

FORMATS: dict[str, Callable[[Document], bytes]] = {
    "docx": docx.made,
    "xlsx": xlsx.made,
    "pdf": pdf.made,
    "pptx": pptx.made,
}
