"""`python -m clock docs`: write `docs/warning-rules.md`."""

from pathlib import Path
from typing import Annotated

import typer

from clock.describe import markdown
from settings import ROOT

cli = typer.Typer(help="What the clock does about warnings.", no_args_is_help=True, add_completion=False)


@cli.callback()
def clock() -> None:
    """What the clock does about warnings."""


@cli.command()
def docs(out: Annotated[Path, typer.Option(help="file to write")] = ROOT / "docs" / "warning-rules.md") -> None:
    """Write docs/warning-rules.md from the rules as delivered."""
    out.write_text(markdown(), encoding="utf-8")


if __name__ == "__main__":
    cli()
