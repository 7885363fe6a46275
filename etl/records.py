"""What every source hands on, whatever its file format: batches of text cells with the place each record stood at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.errors import ZhiliError

MOST_TEXT = 10_000
"""So many characters of a rejected record are kept."""


class SourceError(ZhiliError):
    """A file cannot be read as what it claims to be; the load fails whole."""


@dataclass(frozen=True)
class Reject:
    """One record that could not be read or used: where it stood, its text, and every reason (Chinese / English)."""

    line: int
    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Records of one file, in order: `rows` holds the columns asked for as text, `lines` where each record began."""

    rows: pa.Table
    lines: NDArray[np.int64]
    text_of: Callable[[int], str]
    rejects: list[Reject] = field(default_factory=list)


Batches = Iterator[Batch]


def shortened(text: str) -> str:
    """The record's text without its line end, at most `MOST_TEXT` characters of it."""
    text = text.rstrip("\r\n").replace("\x00", "")
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"


def text_table(columns: dict[str, list[str | None]]) -> pa.Table:
    """A table of text columns."""
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
