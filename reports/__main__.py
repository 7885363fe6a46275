"""`python -m reports`: make a report now."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from operations.migrate import bring_up_to_date
from reports.build import build
from reports.errors import ReportError
from reports.formats import FORMATS
from reports.kinds import KINDS
from warehouse.errors import ZhiliError

app = typer.Typer(help="Reports as documents.", no_args_is_help=True)


@app.callback()
def reports() -> None:
    """Reports as documents: Word, Excel, PDF, PowerPoint."""


@app.command("build")
def build_command(
    kind: Annotated[str, typer.Argument(help=f"which report: {', '.join(KINDS)}")],
    on: Annotated[
        str, typer.Option(help="the day it is of, or a day of the week or month it is of, such as 2026-10-07")
    ],
    out: Annotated[Path, typer.Option(help="folder that the files are put into")],
    area: Annotated[str, typer.Option(help="code or name of an area; none: all")] = "",
    category: Annotated[str, typer.Option(help="for a topic report: the category, with / between its levels")] = "",
    format: Annotated[str, typer.Option(help="formats, with commas between them")] = ",".join(FORMATS),
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="the files as JSON")] = False,
) -> None:
    """Make a report and print its files; if it must not go out, one line says why, and there is no file."""
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise ReportError(f"--on {on!r} is no day. Write it as 2026-10-07.") from None
    if lang not in ("zh", "en"):
        raise ReportError(f"--lang {lang!r} is neither zh nor en.")
    bring_up_to_date()
    formats = [one.strip() for one in format.split(",") if one.strip()]
    files = build(kind, day, out, area=area or None, formats=formats, lang=lang, category=category or None)
    typer.echo(json.dumps([str(path) for path in files]) if as_json else "\n".join(map(str, files)))


def main() -> None:
    """Errors of ours are one line and exit code 1."""
    try:
        app(standalone_mode=True)
    except ZhiliError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
