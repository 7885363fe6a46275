"""Bringing files in: which profile takes each, in which order, and one snapshot a file."""

import json
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl import commit, maps
from etl.attempt import Attempt, digest_of, shown
from etl.due import staged_columns
from etl.header import Header
from etl.notes import write_notes
from etl.profile import Profile, ProfileError, profiles
from etl.records import Batches, SourceError
from etl.rows import RowTaker
from etl.sources import delimited, features, json_lines, parquet, workbook
from etl.staging import clear, stage
from etl.whereabouts import Map
from settings import settings
from warehouse.errors import ZhiliError, is_disk_full

log = logging.getLogger("zhili.load")
Reader = Callable[[Path, Profile, Header], Batches]
READERS: dict[str, Reader] = {
    "csv": delimited.read,
    "xlsx": workbook.read,
    "jsonl": json_lines.read,
    "parquet": parquet.read,
    "geojson": features.read,
    "shapefile": features.read,
}
ORDER = (
    "areas", "sensors", "cameras", "teams", "incidents", "patrols", "mediations", "camera_states", "alarms", "readings",
)  # fmt: skip
"""Areas first, since everything is found in them; registers before what refers to them."""
LEFT_ALONE = ("truth.json",)
"""What lies beside exports and is none."""


class AmbiguousProfileError(ProfileError):
    """More than one profile takes a file of this name."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file: the load (None if there was nothing to do) and a line to say."""

    path: Path
    attempt: Attempt | None
    said: str

    @property
    def is_good(self) -> bool:
        """Whether the file's rows are in the warehouse now."""
        return self.attempt is None or self.attempt.status == "done"


def in_order(paths: Iterable[Path]) -> list[tuple[Path, Profile | None]]:
    """The files of these paths and folders with the profile that takes each, in the order to load them."""
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ProfileError(f"{path}: there is no such file or folder.")
        inside = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
        files += [file for file in inside if not _is_no_export(file)]
    found = [(file, _only_profile(file)) for file in dict.fromkeys(files)]
    return sorted(found, key=lambda pair: ORDER.index(pair[1].kind) if pair[1] else len(ORDER))


def _is_no_export(file: Path) -> bool:
    return (
        file.name in LEFT_ALONE or file.name.startswith((".", "~$")) or file.suffix in (".shx", ".dbf", ".prj", ".cpg")
    )


def _only_profile(file: Path) -> Profile | None:
    """The profile that takes the file; none if there is none or several, which is that file's own failure."""
    try:
        return profile_for(file)
    except AmbiguousProfileError:
        return None


def profile_for(file: Path) -> Profile | None:
    """The profile that takes a file of this name; none if there is none, `AmbiguousProfileError` if there are several."""
    taking = [profile for profile in profiles() if profile.takes(file)]
    if len(taking) > 1:
        names = " and ".join(profile.name for profile in taking)
        raise AmbiguousProfileError(f"{file.name}: both {names} take this file. Make [match] of one of them narrower.")
    return taking[0] if taking else None


def load_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    profile: Profile | None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Outcome:
    """Load one file; what is wrong with it becomes a failed load, and the data from before stay."""
    attempt = Attempt.at(connection, path, profile, None)
    try:
        if not path.is_file():
            raise SourceError(f"{path.name}: is no regular file, so it is not read.")
        if profile is None:
            raise _no_profile(path)
        before = _state(path)
        attempt.file_hash = digest_of(path, profile)
        earlier = _loaded_before(connection, attempt)
        if earlier is not None:
            clear(
                settings()
            )  # a load that was killed when it had just become whole leaves its stage, and none comes after it
            return Outcome(path, None, f"{attempt.file}: already loaded as load {earlier}; nothing changed.")
        _load(connection, path, profile, attempt, progress, lambda: _check_unchanged(path, before))
    except Exception as error:  # whatever one file does, it is that file's failure, and the next one is loaded
        log.debug("%s failed", attempt.file, exc_info=error)
        said = shown(_line(path, error))
        return Outcome(path, _failed(connection, attempt, said), said)
    return Outcome(path, attempt, summary(attempt))


def _no_profile(path: Path) -> ProfileError:
    try:
        profile_for(path)
    except ProfileError as error:
        return error
    return ProfileError(_nothing_takes(path))


def _load(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    profile: Profile,
    attempt: Attempt,
    progress: Callable[[int], None],
    check_unchanged: Callable[[], None],
) -> None:
    site = settings()
    if profile.kind == "areas":
        maps.load(connection, path, profile, attempt, site, check_unchanged)
        return
    header = Header(profile, path.name)
    with stage(connection, profile.table, site, staged_columns(profile)):
        taker = RowTaker(connection, profile, header, Map.of(connection, site), site)
        for batch in _ahead(READERS[profile.file.format](path, profile, header)):
            taker.take(batch)
            progress(taker.read)
        check_unchanged()
        attempt.rows_read = taker.read
        write_notes(attempt, taker, profile)
        commit.publish(connection, attempt, profile)


def _ahead(batches: Batches) -> Batches:
    """The same batches, the next one being read while the last one is worked on."""
    with ThreadPoolExecutor(1, "reader") as reader:
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


def _loaded_before(connection: duckdb.DuckDBPyConnection, attempt: Attempt) -> int | None:
    """The load that brought this file by this profile, if all of it is still there.

    It is not, where a later map took an earlier one's place, or where what it had in common with a load that was undone since
    was not written down, as in warehouses from before the table `duplicate`: then the file may be loaded again.
    """
    row = connection.execute(
        """select max(load_id) from load l where file_hash = ? and source = ? and status = 'done'
        and (kind <> 'areas' or load_id = (select max(load_id) from load where kind = 'areas' and status = 'done'))
        and not (rows_duplicate > 0 and not exists (from duplicate d where d.load_id = l.load_id) and exists (
            from load u where u.status = 'undone' and u.source = l.source and u.load_id < l.load_id))""",
        [attempt.file_hash, attempt.source],
    ).fetchone()
    return row[0] if row else None


def _state(path: Path) -> tuple[int, int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _check_unchanged(path: Path, before: tuple[int, int, int]) -> None:
    if not path.exists() or _state(path) != before:
        raise SourceError(f"{path.name}: the file changed while it was read. Load it again when it is complete.")


def _failed(connection: duckdb.DuckDBPyConnection, attempt: Attempt, said: str) -> Attempt:
    """Write the failed load down, where the disk still lets us."""
    failed = Attempt(attempt.load_id, attempt.source, attempt.kind, attempt.file, attempt.file_hash, attempt.file_bytes)
    failed.started_at, failed.is_demo = attempt.started_at, attempt.is_demo
    failed.status, failed.message = "failed", said
    try:
        with commit.transaction(connection):
            commit.finish(connection, failed)
    except duckdb.Error as error:
        log.error("%s: the failure could not be written down: %s", attempt.file, " ".join(str(error).split()))
    return failed


def _nothing_takes(path: Path) -> str:
    names = ", ".join(profile.name for profile in profiles())
    return (
        f"{path.name}: no profile takes a file of this name (there are: {names})."
        f" Draft one: python -m etl profile '{path}'"
    )


def _line(path: Path, error: Exception) -> str:
    """One line that names the file and says what is wrong."""
    said = " ".join(str(error).split())
    if is_disk_full(error):
        said = f"the disk is full, so nothing was loaded: make room where {settings().home} is, then load it again."
    if not isinstance(error, ZhiliError | OSError | duckdb.Error):
        said = f"could not be read ({type(error).__name__}: {said[:200]}). Export it again, or send it to whoever keeps Zhili."
    return said if said.startswith(path.name) else f"{path.name}: {said}"


def summary(attempt: Attempt) -> str:
    """One line that says what came of a load."""
    counts = (
        f"{attempt.rows_read:,} read = {attempt.rows_loaded:,} loaded + {attempt.rows_duplicate:,} duplicate"
        f" + {attempt.rows_rejected:,} rejected"
    )
    more = [f"{attempt.rows_replaced:,} replaced"] if attempt.rows_replaced else []
    more += [f"{attempt.rows_unlocated:,} without an area"] if attempt.rows_unlocated else []
    more += [f"{attempt.rows_outside:,} outside the map"] if attempt.rows_outside else []
    more += [f"{len(json.loads(attempt.findings))} findings in the map"] if attempt.findings not in (None, "[]") else []
    more += [attempt.message] if attempt.message else []
    return f"{attempt.file}: load {attempt.load_id}: " + "; ".join([counts, *more])


def findings_of(attempt: Attempt) -> list[str]:
    """What was found in a grid map and what was done about it, a line each."""
    found = json.loads(attempt.findings or "[]")
    return [": ".join(part for part in (one["area_id"], one["detail"], one["done"]) if part) for one in found]
