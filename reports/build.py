"""Reports into a folder: all files asked for, whole, or none."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from reports.checks import check_disk
from reports.errors import ReportError
from reports.formats import FORMATS
from reports.kinds import document
from reports.review import review

Told = Callable[[int, int], None]
"""Is told how many steps of how many are done; what it raises ends the making, and nothing is left."""


def build(
    kind: str,
    on: date,
    out: Path,
    *,
    area: str | None = None,
    formats: Sequence[str] = tuple(FORMATS),
    lang: str = "zh",
    category: str | None = None,
    warning: int | None = None,
    told: Told = lambda _done, _steps: None,
) -> list[Path]:
    """The files of a report, with `warning` of a topic report on that one; `ReportError` in one line, and then none is there that was not there before."""
    if unknown := [one for one in formats if one not in FORMATS]:
        raise ReportError(f"There is no format {unknown[0]!r} (have: {', '.join(FORMATS)}).")
    steps = len(formats) + 2
    told(0, steps)
    check_disk(out)
    made = review(warning, lang) if warning is not None else document(kind, on, area, lang, category)
    bodies = {}
    for done, name in enumerate(formats, 1):
        told(done, steps)
        bodies[f"{made.name}.{name}"] = FORMATS[name](made)
    told(steps - 1, steps)
    try:
        return _put(out, bodies)
    except OSError as error:
        raise ReportError(
            f"{out} cannot be written: {error.strerror or error}. Whoever runs this machine can mend it."
        ) from None


def _put(out: Path, bodies: dict[str, bytes]) -> list[Path]:
    """Written beside, then all given their names; what is left of a try that failed is taken away."""
    with tempfile.TemporaryDirectory(prefix=".report-", dir=out) as name:
        for file, body in bodies.items():
            part = Path(name) / file
            with part.open("wb") as opened:
                opened.write(body)
                opened.flush()
                os.fsync(opened.fileno())
        done: list[Path] = []
        try:
            for file in bodies:
                (Path(name) / file).replace(out / file)
                done.append(out / file)
        except OSError:
            for path in done:
                with contextlib.suppress(OSError):
                    path.unlink()
            raise
        return done
