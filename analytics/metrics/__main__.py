"""`python -m analytics.metrics docs`: write `docs/metrics.md`."""

from pathlib import Path
from typing import Annotated

import typer

from analytics.metrics.describe import markdown
from settings import ROOT

cli = typer.Typer(help="The metrics.", no_args_is_help=True, add_completion=False)


@cli.callback()
def metrics() -> None:
    """The metrics."""


@cli.command()
def docs(out: Annotated[Path, typer.Option(help="file to write")] = ROOT / "docs" / "metrics.md") -> None:
    """Write docs/metrics.md from the registry."""
    out.write_text(markdown(), encoding="utf-8")


if __name__ == "__main__":
    cli()
