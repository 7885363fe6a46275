"""Parquet: typed columns read in batches and handed on as text."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.header import Header
from etl.profile import Profile
from etl.records import Batch, Batches, SourceError, shortened

ROWS = 100_000


def read(path: Path, profile: Profile, header: Header) -> Batches:
    """Batches of the columns that `header` asks for; 'lines' are row numbers from 1."""
    try:
        file = pq.ParquetFile(path)
        names = file.schema_arrow.names
        read_as = dict(zip(header.take(names), names, strict=True))
        done = 0
        for piece in file.iter_batches(ROWS, columns=[read_as[name] for name in header.wanted]):
            rows = pa.table({name: _as_text(piece.column(read_as[name])) for name in header.wanted})
            yield Batch(rows, np.arange(done + 1, done + 1 + len(piece)), _texts(rows))
            done += len(piece)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError(f"{path.name}: cannot be read as Parquet ({error}). Export it again.") from error


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return pc.cast(column, pa.string())


def _texts(rows: pa.Table):  # type: ignore[no-untyped-def]
    return lambda row: shortened(json.dumps(rows.slice(row, 1).to_pylist()[0], ensure_ascii=False))
