"""The way of one batch: mapped, cleaned, checked and located, then laid on the stage, its rejects beside it."""

from collections import Counter
from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa

from etl.header import Header
from etl.mapping import mapping
from etl.masking import masked, without_persons
from etl.profile import Profile
from etl.records import Batch, Reject
from etl.staging import STAGE, add_rejects
from etl.whereabouts import HAVE_POINTS, Map, Whereabouts
from settings import Settings

PIECE_ROWS = 8192


class RowTaker:
    """Takes batch after batch of one file; `read` counts the records, `fixed` the rows each correction mended."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, profile: Profile, header: Header, known: Map, site: Settings
    ) -> None:
        self._connection, self._profile, self._header, self._site = connection, profile, header, site
        self.places = Whereabouts(known, profile)
        self.read, self.fixed, self._batches = 0, Counter[int](), 0
        self._sql = ""

    def take(self, batch: Batch) -> None:
        """Lay one batch on the stage."""
        self._batches += 1
        self.read += batch.rows.num_rows + len(batch.rejects)
        text = masked("text") if self._site.mask_personal_data else "text"
        if batch.rows.num_rows:
            self._lay(batch, text)
        self._reject(batch.rejects, text)

    def _reject(self, rejects: list[Reject], text: str) -> None:
        if self._site.mask_personal_data:
            columns, delimiter = self._header.columns, self._profile.file.delimiter
            rejects = [replace(one, text=without_persons(one.text, columns, delimiter)) for one in rejects]
        add_rejects(self._connection, rejects, text)

    def _lay(self, batch: Batch, text: str) -> None:
        rows = self._mapped(batch)
        for number in range(len(self._profile.corrections)):
            self.fixed[number] += int(pa.compute.sum(rows[f"fixed_{number}"]).as_py() or 0)
        if self._profile.table.name in (*HAVE_POINTS, "team_member"):
            rows = self.places.add(rows)
        self._insert(rows)
        bad = rows.select(["line", "reasons"]).filter(rows["reasons"].is_valid()).to_pydict()
        rejects = [
            Reject(line, batch.text_of(row), tuple(why))
            for line, row, why in zip(bad["line"], _rows_at(batch, bad["line"]), bad["reasons"], strict=True)
        ]
        self._reject(rejects, text)

    def _mapped(self, batch: Batch) -> pa.Table:
        if not self._sql:
            self._mapping = mapping(self._profile, self._header, self._site.mask_personal_data)
            self._sql = self._mapping.sql
        raw = batch.rows.append_column("_line", pa.array(batch.lines, pa.int64()))
        self._connection.register("raw", _in_pieces(raw))
        rows = self._connection.execute(self._sql).to_arrow_table()
        self._connection.unregister("raw")
        return rows

    def _insert(self, rows: pa.Table) -> None:
        columns = self._columns()
        picked = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
        self._connection.register("rows", _in_pieces(rows))
        self._connection.execute(
            f"insert into {STAGE}.row by name select line, {self._batches} as batch, {picked} from rows"
            " where reasons is null"
        )
        self._connection.unregister("rows")

    def _columns(self) -> dict[str, str]:
        """SQL for every column of the table that we can fill."""
        table = self._profile.table
        columns = {name: name for name in self._mapping.columns if name in table.column_names}
        if "source" in table.column_names:
            columns["source"] = f"'{self._profile.name}'"
        if table.name in HAVE_POINTS:
            columns |= self._located()
        elif table.name == "team_member":
            columns["grid_id"] = "_place_grid::varchar"
        if table.name == "incident":
            columns["status"] = _status_sql()
        return columns

    def _located(self) -> dict[str, str]:
        has_map = "true" if self.places.map.bounds else "false"
        return {
            "lon": "_lon",
            "lat": "_lat",
            "recorded_area": "_recorded::varchar",
            "area_id": "coalesce(_grid::varchar, _place::varchar)",
            "grid_id": "coalesce(_grid::varchar, _place_grid::varchar)",
            "located_by": "case when _grid is not null then 'point' else coalesce(_place_by::varchar, 'none') end",
            "is_outside": f"case when {has_map} then _lon is not null and _grid is null end",
        }


def _in_pieces(rows: pa.Table) -> pa.Table:
    """The same rows in pieces that DuckDB's threads share out among themselves; one piece keeps one thread busy."""
    return pa.Table.from_batches(rows.to_batches(max_chunksize=PIECE_ROWS), rows.schema)


def _rows_at(batch: Batch, lines: list[int]) -> list[int]:
    """Which rows of the batch began on these lines: DuckDB's answer need not keep the batch's order."""
    order = np.argsort(batch.lines, kind="stable")
    return [int(row) for row in order[np.searchsorted(batch.lines, lines, sorter=order)]]


def _status_sql() -> str:
    """Where the source gives no state, its times tell it."""
    return """coalesce(status, case when closed_at is not null then 'closed' when verified_at is not null then 'verified'
        when settled_at is not null then 'settled' when dispatched_at is not null then 'dispatched'
        when accepted_at is not null then 'accepted' else 'reported' end)"""
