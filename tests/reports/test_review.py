"""The review of a warning: what the page of it says, as a document; every step, and nobody's number."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from operations import warning_actions as actions
from operations.migrate import bring_up_to_date
from operations.warning_folding import fold
from operations.warnings import warning
from reports.__main__ import app
from reports.document import Table
from reports.errors import ReportError
from reports.formats import FORMATS
from reports.review import review
from tests import small
from tests.homes import living_in
from tests.operations.findings import found, look
from tests.pages.test_warnings import PICKED


@pytest.fixture(scope="module")
def number(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A warning that was answered, sent out and found true."""
    with living_in(tmp_path_factory.mktemp("review") / "home"):
        small.build()
        bring_up_to_date()
        (raised,) = fold(look(), [replace(found(), reason=PICKED)])
        actions.acknowledge(raised, "王芳", "回电 13812345678")
        actions.judge(raised, "王芳", True, "现场属实")
        actions.dispatch(raised, "王芳")
        yield raised


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_what_was_seen_done_and_found(number: int, lang: str):
    made, kept = review(number, lang), warning(number)
    steps = next(part for section in made.sections for part in section.parts if isinstance(part, Table) and part.columns[-1].title in ("备注", "Comment"))  # fmt: skip
    assert len(steps.rows) == len(kept.events) and "王芳" in [row[2] for row in steps.rows]
    said = [sentence for section in made.sections for sentence in section.sentences]
    assert not any(odd in text for text in said for odd in ("{", "}", "report.", "nan"))
    assert ("属实" if lang == "zh" else "Judged: true") in said[-2]
    assert not any("13812345678" in str(cell) for row in steps.rows for cell in row)
    for name in FORMATS:
        assert FORMATS[name](made)
    lines = [one.text for one in docx.Document(io.BytesIO(FORMATS["docx"](made))).paragraphs]
    assert set(said) <= set(lines)


def test_the_command_makes_it_and_says_what_it_cannot(number: int, tmp_path: Path):
    ran = CliRunner().invoke(app, ["build", "topic", "--warning", str(number), "--format", "docx", "--out", str(tmp_path)])  # fmt: skip
    assert ran.exit_code == 0 and [one.name for one in tmp_path.iterdir()] == [f"review-{number}-zh.docx"]
    for arguments in (["daily", "--warning", "1"], ["topic", "--warning", str(number), "--on", "2026-10-19"]):
        ran = CliRunner().invoke(app, ["build", *arguments, "--out", str(tmp_path)])
        assert isinstance(ran.exception, ReportError) and "A warning is reviewed by" in str(ran.exception)
    with pytest.raises(ReportError, match="There is no warning 999"):
        review(999, "zh")
