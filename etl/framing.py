"""Where does each record end? Found on raw bytes, before decoding, so that one bad byte or quote costs one record.

The bytes of line end, quote and comma never occur inside a multi-byte character of UTF-8 or GB18030, so records can be
told apart without decoding. A record ends at a line end that an even number of quotes precedes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from etl.records import Reject, shortened

BLOCK_BYTES = 32 << 20
MOST_RECORD_BYTES = 4 << 20
MOST_RECORD_LINES = 1000
"""A quoted text over more lines than this is a stray quote, not a text."""
HEAD_BYTES = 40_000

Longs = NDArray[np.int64]
NEWLINE, RETURN, QUOTE = 0x0A, 0x0D, 0x22

TOO_LONG = f"单条记录超过 {MOST_RECORD_BYTES >> 20} MB / the record is longer than {MOST_RECORD_BYTES >> 20} MB"
STRAY_QUOTE = "引号不成对 / a quote is opened and never closed"


@dataclass(frozen=True)
class Frame:
    """Whole records in one piece of a file: bytes, where each record starts and ends, and its first line's number."""

    data: bytes
    starts: Longs
    ends: Longs
    lines: Longs
    rejects: list[Reject]

    def raw(self, index: int) -> bytes:
        """The bytes of one record."""
        return self.data[self.starts[index] : self.ends[index]]


def frames(stream: IO[bytes], quote: bool = True, encoding: str = "utf-8") -> Iterator[Frame]:
    """The records of `stream`, a block at a time; blank lines are no records, records that cannot end are rejects."""
    cutter = _Cutter(quote, encoding)
    while block := stream.read(BLOCK_BYTES):
        yield from cutter.feed(block)
    yield from cutter.finish()


def frame_of(data: bytes, first_line: int, quote: bool = True, encoding: str = "utf-8") -> Frame:
    """The records in bytes at hand, the last one ended or not."""
    cutter = _Cutter(quote, encoding, first_line)
    frame, _ = cutter.cut(data, is_last=True)
    return frame


class _Cutter:
    def __init__(self, quote: bool, encoding: str, line: int = 1) -> None:
        self.quote, self.encoding, self.line = quote, encoding, line
        self.rest = b""
        self.skips = False  # inside a line that is too long: nothing counts until it ends

    def feed(self, block: bytes) -> Iterator[Frame]:
        if self.skips:
            end = block.find(b"\n")
            if end < 0:
                return
            self.skips, self.line, block = False, self.line + 1, block[end + 1 :]
        frame, self.rest = self.cut(self.rest + block, is_last=False)
        if len(self.rest) > MOST_RECORD_BYTES and b"\n" not in self.rest:
            frame.rejects.append(self._reject(self.rest, TOO_LONG))
            self.skips, self.rest = True, b""
        yield frame

    def finish(self) -> Iterator[Frame]:
        if self.rest:
            frame, _ = self.cut(self.rest, is_last=True)
            yield frame

    def cut(self, data: bytes, *, is_last: bool) -> tuple[Frame, bytes]:
        """The whole records of `data`, and the bytes after them."""
        if is_last and not data.endswith(b"\n"):
            data += b"\n"
        array = np.frombuffer(data, np.uint8)
        newlines = np.flatnonzero(array == NEWLINE)
        quotes = _structural_quotes(array) if self.quote and b'"' in data else np.empty(0, np.int64)
        starts: list[Longs] = []
        ends: list[Longs] = []
        rejects: list[Reject] = []
        at, first = 0, 0  # byte, and index of the first newline from it on
        while True:
            found = _record_ends(newlines[first:], quotes[np.searchsorted(quotes, at) :])
            spans = np.diff(found, prepend=-1)
            long = np.flatnonzero(spans > MOST_RECORD_LINES)
            whole = found[: long[0]] if len(long) else found
            stops = newlines[first:][whole] + 1
            if len(stops):
                starts.append(np.concatenate(([at], stops[:-1])))
                ends.append(stops)
                at, first = int(stops[-1]), first + int(whole[-1]) + 1
            left = len(newlines) - first
            stuck = left and (len(long) or is_last or left > MOST_RECORD_LINES or len(data) - at > MOST_RECORD_BYTES)
            if not stuck:
                break
            stop = int(newlines[first]) + 1  # the quote opened in this line never closes: give up the line, not more
            rejects.append(self._reject(data[at:stop], STRAY_QUOTE, first))
            at, first = stop, first + 1
        frame = self._frame(data, array, newlines, starts, ends, rejects)
        self.line += first
        return frame, data[at:]

    def _frame(
        self, data: bytes, array: NDArray[np.uint8], newlines: Longs, starts: list[Longs], ends: list[Longs],
        rejects: list[Reject],
    ) -> Frame:  # fmt: skip
        start = np.concatenate(starts) if starts else np.empty(0, np.int64)
        end = np.concatenate(ends) if ends else np.empty(0, np.int64)
        length = end - start
        blank = (length == 1) | ((length == 2) & (array[start] == RETURN)) if len(start) else np.empty(0, bool)
        start, end = start[~blank], end[~blank]
        too_long = end - start > MOST_RECORD_BYTES
        lines = np.searchsorted(newlines, start) + self.line
        for index in np.flatnonzero(too_long):
            head = data[start[index] : end[index]]
            rejects.append(self._reject(head, TOO_LONG, int(lines[index]) - self.line))
        return Frame(data, start[~too_long], end[~too_long], lines[~too_long].astype(np.int64), rejects)

    def _reject(self, raw: bytes, reason: str, lines_before: int = 0) -> Reject:
        text = raw[:HEAD_BYTES].decode(self.encoding, errors="replace")
        return Reject(self.line + lines_before, shortened(text), (reason,))


def _structural_quotes(array: NDArray[np.uint8]) -> Longs:
    """Quotes at the edge of a field or of another quote; one amid text (5" pipe) is a plain character."""
    quotes = np.flatnonzero(array == QUOTE)
    edges = np.zeros(256, bool)
    edges[[*b'\n\r",;\t|']] = True
    before = edges[array[np.maximum(quotes - 1, 0)]] | (quotes == 0)
    after = edges[array[np.minimum(quotes + 1, len(array) - 1)]]
    return quotes[before | after]


def _record_ends(newlines: Longs, quotes: Longs) -> Longs:
    """Indices of the newlines that end a record: those after an even number of quotes."""
    if not len(quotes):
        return np.arange(len(newlines))
    return np.flatnonzero(np.searchsorted(quotes, newlines) % 2 == 0)
