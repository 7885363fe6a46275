"""CSV and its cousins: records framed on bytes, decoded strictly, parsed by Arrow; a bad record costs only itself."""

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from etl.containers import opened
from etl.decoding import MOST_BAD_SHARE, text_stream
from etl.framing import STRAY_QUOTE, Frame, frame_of, frames
from etl.header import Header
from etl.profile import Profile
from etl.records import Batch, Batches, Reject, SourceError, shortened

ENOUGH_TO_JUDGE = 50
MOST_ALONE = 200
Longs = NDArray[np.int64]


def read(path: Path, profile: Profile, header: Header) -> Batches:
    """Batches of the columns that `header` asks for; `SourceError` if this is no such file at all."""
    with opened(path) as packed:
        stream, encoding = text_stream(packed, profile.file.encoding, path.name)
        parser = _Parser(path.name, encoding, profile, header)
        for frame in frames(stream, encoding=encoding):
            body = parser.take_header(frame)
            if body is not None:
                yield parser.batch(body)
        if not header.columns:
            raise SourceError(f"{path.name}: there is no row {profile.file.header_row} to take the column names from.")


class _Parser:
    """What stays the same from block to block: encoding, delimiter, column names."""

    def __init__(self, name: str, encoding: str, profile: Profile, header: Header) -> None:
        self.name, self.encoding, self.profile, self.header = name, encoding, profile, header
        self.delimiter = profile.file.delimiter
        self.names: list[str] = []
        self.read, self.undecoded = 0, 0

    def take_header(self, frame: Frame) -> Frame | None:
        """The frame without title and header rows; None while the header has not come yet."""
        if self.names:
            return frame
        at = int(np.searchsorted(frame.lines, self.profile.file.header_row))
        if at == len(frame.lines):
            return None
        self.names = self.header.take(self._cells(frame.raw(at)))
        after = slice(at + 1, None)
        return Frame(frame.data, frame.starts[after], frame.ends[after], frame.lines[after], frame.rejects)

    def _cells(self, raw: bytes) -> list[str]:
        try:
            text = raw.decode(self.encoding)
        except UnicodeDecodeError as error:
            raise SourceError(f"{self.name}: the header row is not {self.encoding}; set [file] encoding.") from error
        if "\r" in text.strip("\r\n"):
            raise SourceError(
                f"{self.name}: its lines end in CR alone, as old Macs wrote them. Save it with LF or CRLF line ends."
            )
        if "\x00" in text or text.lstrip().lower().startswith(("<html", "<!doctype", "<?xml", "<table")):
            raise SourceError(f"{self.name}: this is not a CSV file but a web page or binary. Export it again as CSV.")
        options = pacsv.ParseOptions(delimiter=self.delimiter, newlines_in_values=True)
        names = pacsv.read_csv(io.BytesIO(text.encode()), parse_options=options).column_names
        return [str(name) for name in names]

    def batch(self, frame: Frame) -> Batch:
        """The frame's records as rows, and those that are none as rejects."""
        rejects = list(frame.rejects)
        tables, places = [self._empty()], [np.empty(0, np.int64)]
        texts: list[tuple[Frame, Longs]] = []
        for source, table, kept in self._tables(frame, rejects):
            tables.append(table)
            places.append(source.lines[kept])
            texts.append((source, kept))
        self._judge(len(frame.starts))
        starts = np.cumsum([0] + [len(kept) for _, kept in texts])

        def text_of(row: int) -> str:
            piece = int(np.searchsorted(starts, row, side="right")) - 1
            source, kept = texts[piece]
            return self._text(source, int(kept[row - starts[piece]]))

        return Batch(pa.concat_tables(tables), np.concatenate(places), text_of, rejects)

    def _tables(self, frame: Frame, rejects: list[Reject]) -> Iterator[tuple[Frame, pa.Table, Longs]]:
        """Parsed pieces: their frame, their rows, and which records of the frame the rows are."""
        todo = self._unswallowed(frame, rejects)
        while todo:
            piece, first, stop = todo.pop()
            if first >= stop:
                continue
            raw = piece.data[piece.starts[first] : piece.ends[stop - 1]]
            try:
                text = raw if self.encoding == "utf-8" and raw.isascii() else raw.decode(self.encoding).encode()
            except UnicodeDecodeError as error:
                bad = int(np.searchsorted(piece.ends, piece.starts[first] + error.start, side="right"))
                rejects.append(self._undecodable(piece, bad, int(piece.starts[first]) + error.start))
                todo += [(piece, bad + 1, stop), (piece, first, bad)]
                continue
            table, wrong = self._parse(text)
            if table is not None and table.num_rows + len(wrong) == stop - first:
                kept = np.setdiff1d(np.arange(first, stop), np.array([first + row for row, _ in wrong], np.int64))
                yield piece, table, kept
                for row, count in wrong:
                    todo += self._wrong_width(piece, first + row, count, rejects)
            elif stop - first == 1:
                todo += self._wrong_width(piece, first, None, rejects)
            else:
                todo += _divided(piece, first, stop)

    def _unswallowed(self, frame: Frame, rejects: list[Reject]) -> list[tuple[Frame, int, int]]:
        """Ranges of records, without those that two stray quotes made of several: each stray quote costs its own line."""
        pieces, todo = [], [frame]
        while todo:
            piece, first = todo.pop(), 0
            for record in _several_lines(piece):
                if _swallows(piece.raw(record), self.names, self.delimiter, self.encoding):
                    pieces.append((piece, first, record))
                    todo += [again for again, _, _ in self._wrong_width(piece, record, None, rejects)]
                    first = record + 1
            pieces.append((piece, first, len(piece.starts)))
        return pieces

    def _parse(self, text: bytes) -> tuple[pa.Table | None, list[tuple[int, int]]]:
        """Rows, and which records have how many columns instead of the right number; no rows if Arrow gives up."""
        wrong: list[tuple[int, int]] = []

        def note(row: pacsv.InvalidRow) -> str:
            wrong.append((row.number - 1, row.actual_columns))
            return "skip"

        wanted = self.header.wanted
        try:
            table = pacsv.read_csv(
                io.BytesIO(text),
                read_options=pacsv.ReadOptions(
                    column_names=self.names, use_threads=False, block_size=max(len(text) + 1, 1024)
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=note
                ),
                convert_options=pacsv.ConvertOptions(
                    include_columns=wanted,
                    column_types={name: pa.string() for name in wanted},
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid:
            return None, []
        return table, wrong

    def _wrong_width(
        self, frame: Frame, record: int, count: int | None, rejects: list[Reject]
    ) -> list[tuple[Frame, int, int]]:
        """Reject a record; if it swallowed further lines through a stray quote, only its first line, and the rest anew."""
        raw, line = frame.raw(record), int(frame.lines[record])
        end = raw.find(b"\n") + 1
        rest = raw[end:] if 0 < end < len(raw) else b""
        reason = STRAY_QUOTE
        if not rest and count is not None:
            reason = f"有 {count} 列,应为 {len(self.names)} 列 / {count} columns instead of {len(self.names)}"
        rejects.append(Reject(line, shortened(raw[: len(raw) - len(rest)].decode(self.encoding, "replace")), (reason,)))
        if not rest:
            return []
        again = frame_of(rest, line + 1, encoding=self.encoding)
        rejects += again.rejects
        return [(again, 0, len(again.starts))]

    def _undecodable(self, frame: Frame, record: int, byte: int) -> Reject:
        self.undecoded += 1
        at = byte - int(frame.starts[record]) + 1
        reason = f"第 {at} 字节不是 {self.encoding} / byte {at} of the record is not {self.encoding}"
        return Reject(int(frame.lines[record]), self._text(frame, record), (reason,))

    def _judge(self, count: int) -> None:
        self.read += count
        if self.undecoded > max(ENOUGH_TO_JUDGE, MOST_BAD_SHARE * self.read):
            raise SourceError(
                f"{self.name}: {self.undecoded} of the first {self.read} records are not {self.encoding}."
                f" Set the right [file] encoding in {self.profile.path.name}."
            )

    def _text(self, frame: Frame, record: int) -> str:
        return shortened(frame.raw(record).decode(self.encoding, errors="replace"))

    def _empty(self) -> pa.Table:
        return pa.table({name: pa.array([], pa.string()) for name in self.header.wanted})


def _several_lines(frame: Frame) -> list[int]:
    """The records that go over more than one line."""
    maybe = np.flatnonzero(np.diff(frame.lines, append=np.iinfo(np.int64).max) > 1)
    return [record for record in maybe.tolist() if b"\n" in frame.raw(record).rstrip(b"\r\n")]


def _swallows(raw: bytes, names: list[str], delimiter: str, encoding: str) -> bool:
    """Whether a record of several lines is several records between two stray quotes.

    So it is if its first line is a whole row by itself, and a later one is too, alike where the first has numbers or times;
    a text of several lines may hold as many commas, but not those.
    """
    text = raw.decode(encoding, errors="replace").rstrip("\r\n")
    if text.count(delimiter) < 2 * (len(names) - 1) or len(names) < 2:
        return False
    head, *more = text.split("\n")
    likeness = _likeness(head, len(names), delimiter)
    if not any(likeness):
        return False
    others = (_likeness(line, len(names), delimiter) for line in more)
    return any(mine and mine == theirs for other in others for mine, theirs in zip(likeness, other, strict=False))


def _likeness(line: str, count: int, delimiter: str) -> list[str]:
    """How the cells of a line with digits are written ('2026-10-01' is '9-9-9'); nothing unless it has `count` cells."""
    if line.count(delimiter) < count - 1:
        return []
    mark = re.escape(delimiter)
    cells = re.findall(rf'(?:^|{mark})("(?:[^"]|"")*"(?={mark}|$)|[^{mark}]*)', line.rstrip("\r"))
    if len(cells) != count:
        return []
    return [re.sub(r"\d+", "9", cell) if re.search(r"\d", cell) else "" for cell in cells]


def _divided(frame: Frame, first: int, stop: int) -> list[tuple[Frame, int, int]]:
    """Smaller ranges of records to find the troublemaker in: records of several lines alone, else the halves."""
    longer = np.flatnonzero(np.diff(frame.lines[first:stop]) > 1) + first
    if not 0 < len(longer) <= MOST_ALONE or len(longer) == stop - first:
        middle = (first + stop) // 2
        return [(frame, middle, stop), (frame, first, middle)]
    cuts = sorted({first, stop, *longer.tolist(), *(longer + 1).tolist()})
    return [(frame, one, next_one) for one, next_one in pairwise(cuts)]
