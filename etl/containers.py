"""What is really in this file? Plain bytes, gzip or zip are told apart by content, and unpacked within bounds."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from etl.records import SourceError
from settings import settings

SUSPICIOUS_RATIO = 400
"""Text of one export packs 5 to 50 times; deflate can reach 1,032. Judged once 256 MB have come out."""
JUDGED_FROM_BYTES = 256 << 20
GIGABYTE = 1 << 30


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a compressed stream; `SourceError` when they are cut short, damaged, or far too many."""

    def __init__(self, inner: IO[bytes], name: str, packed_bytes: int) -> None:
        self._inner, self._name, self._packed, self._read = inner, name, max(packed_bytes, 1), 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        try:
            data = self._inner.read(size)
        except EOFError as error:
            raise SourceError(f"{self._name}: the compressed file is cut short. Send or download it again.") from error
        except (OSError, zlib.error, zipfile.BadZipFile) as error:
            raise SourceError(f"{self._name}: the compressed file is damaged ({error}). Send it again.") from error
        self._read += len(data)
        self._check_size()
        return data

    def _check_size(self) -> None:
        check_size(self._name, self._packed, self._read)


def check_size(name: str, packed_bytes: int, unpacked_bytes: int) -> None:
    """Refuse what unpacks to more than this site allows, or to so many times its size that it must be a zip bomb."""
    most = settings().max_unpacked_gb
    if unpacked_bytes > most * GIGABYTE:
        raise SourceError(f"{name}: unpacks to more than {most:g} GB. If it is right, raise max_unpacked_gb.")
    if unpacked_bytes > max(JUDGED_FROM_BYTES, SUSPICIOUS_RATIO * packed_bytes):
        raise SourceError(
            f"{name}: unpacks to more than {SUSPICIOUS_RATIO} times its size, like a zip bomb; not loaded."
            " If it is right, unpack it first."
        )


def check_archive(path: Path) -> None:
    """Refuse a zip (a workbook is one too) that claims to unpack beyond bounds, or that is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path.name}: the zip file is damaged or cut short. Send it again.") from error
    check_size(path.name, path.stat().st_size, unpacked)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked if it is gzip or a zip of one file."""
    with path.open("rb") as raw:
        magic = raw.read(4)
        raw.seek(0)
        if not magic:
            raise SourceError(f"{path.name}: the file is empty. Export it again.")
        if magic[:2] == b"\x1f\x8b":
            with gzip.open(raw) as inner:
                yield Unpacked(inner, path.name, path.stat().st_size)  # type: ignore[arg-type, misc]
        elif magic == b"PK\x03\x04":
            with _only_member(raw, path) as inner:
                yield inner
        else:
            yield raw


@contextmanager
def _only_member(raw: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    try:
        archive = zipfile.ZipFile(raw)
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path.name}: the zip file is damaged or cut short. Send it again.") from error
    members = [member for member in archive.infolist() if not member.is_dir()]
    if any(member.filename == "[Content_Types].xml" for member in members):
        raise SourceError(f'{path.name}: this is an Excel workbook. Set [file] format = "xlsx" in its profile.')
    if len(members) != 1:
        raise SourceError(f"{path.name}: the zip holds {len(members)} files. Unpack it and load the files one by one.")
    with archive.open(members[0]) as inner:
        yield Unpacked(inner, path.name, members[0].compress_size)  # type: ignore[misc]
