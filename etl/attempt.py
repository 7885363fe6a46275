"""One attempt to bring one file in: what is written about it into `load`, whether it succeeds or fails."""

import hashlib
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl.profile import Profile
from working_time.workdays import known_years

DEMO_PREFIX = "演示"


def now() -> datetime:
    """The time in UTC, as tables hold it."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass
class Attempt:
    """A row of `load` in the making; the field names are its columns."""

    load_id: int
    source: str | None
    kind: str | None
    file: str
    file_hash: str | None
    file_bytes: int
    started_at: datetime = field(default_factory=now)
    finished_at: datetime | None = None
    status: str = "done"
    message: str | None = None
    rows_read: int = 0
    rows_loaded: int = 0
    rows_replaced: int = 0
    rows_duplicate: int = 0
    rows_rejected: int = 0
    rows_unlocated: int = 0
    rows_outside: int = 0
    data_from: datetime | None = None
    data_until: datetime | None = None
    is_demo: bool = False
    findings: str | None = None
    snapshot_id: int | None = None

    @classmethod
    def at(
        cls, connection: duckdb.DuckDBPyConnection, path: Path, profile: Profile | None, digest: str | None
    ) -> "Attempt":
        """The next attempt."""
        row = connection.execute("select coalesce(max(load_id), 0) + 1 from load").fetchone()
        size = path.stat().st_size if path.exists() else 0
        return cls(
            int(row[0]) if row else 1,
            profile.name if profile else None,
            profile.kind if profile else None,
            shown(path.name),
            digest,
            size,
            is_demo=path.name.startswith(DEMO_PREFIX),
        )

    def write(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Insert this row into `load`, inside the transaction that is open."""
        self.finished_at = now()
        newest = connection.execute("select id from wh.current_snapshot()").fetchone()
        self.snapshot_id = int(newest[0]) + 1 if newest else None
        names = [one.name for one in fields(self)]
        marks = ", ".join("?" for _ in names)
        values = [getattr(self, name) for name in names]
        connection.execute(f"insert into load ({', '.join(names)}) values ({marks})", values)

    def note(self, sentence: str) -> None:
        """Add something worth knowing."""
        self.message = f"{self.message}; {sentence}" if self.message else sentence


def digest_of(path: Path, profile: Profile) -> str:
    """SHA-256 of the file's bytes, of the profile that reads it, of the files that one names and of the calendar's reach.

    So the same file may be loaded again once its profile was put right, or once more holidays are known.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(profile.path.read_bytes())
    if profile.areas:
        digest.update((profile.path.parent / profile.areas).read_bytes())
    if profile.due:
        digest.update(repr(known_years()).encode())
    if profile.due and profile.due.pauses:
        digest.update((profile.path.parent / profile.due.pauses).read_bytes())
    return digest.hexdigest()


def shown(text: str) -> str:
    """The text as one line that cannot pretend to be another: control characters and broken bytes are written out."""
    whole = text.encode("utf-8", "backslashreplace").decode()
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in whole)
