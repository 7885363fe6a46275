"""The inbox: whatever is complete there is loaded, then moved to done or failed; nothing is deleted or overwritten."""

import hashlib
import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path

import duckdb

from etl.attempt import shown
from etl.load import Outcome, in_order, load_file
from etl.profile import Profile
from settings import Settings
from warehouse.connect import writer

log = logging.getLogger("zhili.inbox")
MOST_TRIES = 2
"""A file during whose loading the process ended so often is set aside: it may be what ended it."""
PATIENCE_SECONDS = 2.0
"""A file that was touched less than this long ago may still be on its way in."""
BESIDE_A_SHAPEFILE = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".shp.xml")


def look(site: Settings, patience_seconds: float = PATIENCE_SECONDS) -> list[Outcome]:
    """Load every complete file in the inbox; one line in the log and one outcome for each."""
    site.inbox.mkdir(parents=True, exist_ok=True)
    waiting = [file for file in sorted(site.inbox.iterdir()) if file.is_file() and _is_complete(file, patience_seconds)]
    files = in_order(waiting)
    if not files:
        return []
    outcomes = []
    with writer(memory=site.load_memory) as connection:
        for path, profile in files:
            try:
                outcomes += _take(connection, path, profile, site)
            except OSError as error:  # it could not be moved: the others are taken all the same
                log.error("%s: %s", shown(path.name), error)
    return outcomes


def _take(connection: duckdb.DuckDBPyConnection, path: Path, profile: Profile | None, site: Settings) -> list[Outcome]:
    """Load one file and put it away, unless it is still growing, or has ended the process twice."""
    name = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]  # the file's own may be as long as a name can be
    mark = path.with_name(f".{name}.tries")
    tries = len(mark.read_bytes()) if mark.exists() else 0
    if tries >= MOST_TRIES:
        log.error("%s: the process ended %d times while it was loaded; it is not tried again.", shown(path.name), tries)
        _put_away(path, site.inbox / "failed")
        mark.unlink()
        return []
    mark.write_bytes(b"x" * (tries + 1))
    before = path.stat().st_mtime_ns
    outcome = load_file(connection, path, profile)
    mark.unlink()
    log.log(logging.INFO if outcome.is_good else logging.ERROR, "%s", outcome.said)
    if path.exists() and path.stat().st_mtime_ns == before:  # else it is still growing: it is taken next time
        _put_away(path, site.inbox / ("done" if outcome.is_good else "failed"))
    return [outcome]


def _is_complete(file: Path, patience_seconds: float) -> bool:
    if file.name.startswith(".") or file.suffix in (".part", ".tmp", ".crdownload", ".filepart"):
        return False
    stat = file.stat()
    return time.time() - max(stat.st_mtime, stat.st_ctime) >= patience_seconds


def _put_away(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in (path, *_companions(path)):
        file.rename(_free_name(folder, file))


def _companions(path: Path) -> Iterable[Path]:
    if path.suffix.lower() != ".shp":
        return []
    return [beside for ending in BESIDE_A_SHAPEFILE if (beside := path.with_suffix(ending)).exists()]


def _free_name(folder: Path, file: Path) -> Path:
    """A name in `folder` that nothing has yet."""
    target, number = folder / file.name, 2
    while target.exists():
        target = folder / f"{file.stem} ({number}){file.suffix}"
        number += 1
    return target
