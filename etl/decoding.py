"""In which encoding is this text? Told from the bytes themselves where the profile leaves it open."""

import codecs
import io
from typing import IO

from etl.records import SourceError

CANDIDATES = ("utf-8", "gb18030")
SAMPLE_BYTES = 1 << 20
MOST_BAD_SHARE = 0.4
"""Of the lines that are not plain ASCII; if more cannot be decoded, it is the encoding that is wrong, not the lines."""
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def encoding_of(sample: bytes, said: str, name: str) -> str:
    """The encoding of a text that begins with `sample`; `said` is what the profile says, or 'auto'.

    `SourceError` if no encoding fits, or the one said does not.
    """
    for bom, encoding in _BOMS.items():
        if sample.startswith(bom):
            return encoding
    lines = sample.split(b"\n")
    lines = lines[:-1] or lines
    shares = {encoding: _bad_share(lines, encoding) for encoding in CANDIDATES}
    best = min(shares, key=lambda encoding: shares[encoding])
    if said == "auto":
        if shares[best] > MOST_BAD_SHARE:
            raise SourceError(
                f"{name}: the text is neither UTF-8 nor GB18030. Save it as UTF-8, or name [file] encoding."
            )
        return best
    if _bad_share(lines, said) > MOST_BAD_SHARE:
        advice = f"it reads as {best}: set" if shares[best] <= MOST_BAD_SHARE else "set the right"
        raise SourceError(f"{name}: the text is not {said}; {advice} [file] encoding in its profile.")
    return said


def _bad_share(lines: list[bytes], encoding: str) -> float:
    telling = [line for line in lines if not line.isascii()]
    return sum(not _decodes(line, encoding) for line in telling) / max(len(telling), 1)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    except LookupError as error:
        raise SourceError(f"[file] encoding '{encoding}' is unknown. Use utf-8, gb18030, utf-16 or auto.") from error
    return True


class Prefixed(io.RawIOBase):
    """A stream whose first bytes have been looked at already."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        if size < 0:
            size = len(self._head) + SAMPLE_BYTES
        head, self._head = self._head[:size], self._head[size:]
        return head + self._rest.read(size - len(head)) if len(head) < size else head


class Recoded(io.RawIOBase):
    """A UTF-16 stream as UTF-8, so that records can be told apart by bytes."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner, self._decoder = inner, codecs.getincrementaldecoder("utf-16")(errors="replace")

    def read(self, size: int = -1) -> bytes:
        """The next bytes; empty only at the end."""
        while raw := self._inner.read(size):
            if text := self._decoder.decode(raw):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()


def text_stream(stream: IO[bytes], said: str, name: str) -> tuple[IO[bytes], str]:
    """The stream from its first character on, and its encoding: UTF-8, GB18030, or what the profile says."""
    sample = stream.read(SAMPLE_BYTES)
    if not sample.strip():
        raise SourceError(f"{name}: the file is empty. Export it again.")
    encoding = encoding_of(sample, said.lower(), name)
    whole: IO[bytes] = Prefixed(sample.removeprefix(codecs.BOM_UTF8), stream)  # type: ignore[assignment]
    if encoding.startswith("utf-16"):
        return Recoded(whole), "utf-8"  # type: ignore[return-value]
    return whole, encoding
