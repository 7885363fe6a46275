"""JSON lines: one object a line; a line that is none costs only itself."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from etl.containers import opened
from etl.decoding import text_stream
from etl.framing import Frame, frames
from etl.header import Header
from etl.profile import Profile
from etl.records import Batch, Batches, Reject, SourceError, shortened

NOT_JSON = "不是 JSON 对象 / not a JSON object"
IS_OBJECT = """case when json_valid(t) then json_type(t) = 'OBJECT' and not contains(t, '\ufffd') else false end"""
LOOKED_AT = 1000
"""So many records are looked at for the names of the fields."""


def read(path: Path, profile: Profile, header: Header) -> Batches:
    """Batches of the fields that `header` asks for, as text; a field a record does not have is null."""
    with opened(path) as packed, duckdb.connect() as json:
        stream, encoding = text_stream(packed, profile.file.encoding, path.name)
        for frame in frames(stream, quote=False, encoding=encoding):
            texts = [frame.raw(index).decode(encoding, errors="replace") for index in range(len(frame.starts))]
            if not texts:  # a block without a whole line; what could not be read in it still counts
                yield Batch(pa.table({}), np.empty(0, np.int64), str, frame.rejects)
                continue
            if not header.columns:
                header.take(_fields(json, texts[:LOOKED_AT], path.name))
            yield _batch(json, frame, texts, header)


def _fields(json: duckdb.DuckDBPyConnection, texts: list[str], name: str) -> list[str]:
    rows = json.execute(
        f"""select distinct unnest(json_keys(t)) from (select unnest($1::varchar[]) as t)
        where {IS_OBJECT} order by 1""",
        [texts],
    ).fetchall()
    if not rows:
        raise SourceError(f"{name}: the first {len(texts)} lines hold no JSON object. Is it JSON lines at all?")
    return [str(field) for (field,) in rows]


def _batch(json: duckdb.DuckDBPyConnection, frame: Frame, texts: list[str], header: Header) -> Batch:
    lines = pa.table({"t": pa.array(texts, pa.string())})
    json.register("lines", lines)
    good = json.execute(f"select {IS_OBJECT} as good from lines").fetchnumpy()["good"]
    good = np.asarray(np.ma.filled(good, False), dtype=bool)
    shape = "{" + ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in header.wanted) + "}"
    columns = ", ".join(f"s[{_quoted(name)}] as c{n}" for n, name in enumerate(header.wanted))
    json.register("lines", lines.filter(pa.array(good)))
    rows = json.execute(f"select {columns} from (select json_transform(t, json(to_json({shape}))) as s from lines)")
    table = rows.to_arrow_table().rename_columns(header.wanted)
    kept = np.flatnonzero(good)
    rejects = frame.rejects + [
        Reject(int(frame.lines[bad]), shortened(texts[bad]), (NOT_JSON,)) for bad in np.flatnonzero(~good)
    ]
    return Batch(table, frame.lines[kept], lambda row: shortened(texts[kept[row]]), rejects)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
