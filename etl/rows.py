"""The way of one batch: mapped, cleaned, checked and located, then laid on the stage, its rejects beside it."""

from collections import Counter
from dataclasses import replace
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa

from etl.due import DueTimes, staged_columns
from etl.header import Header
from etl.mapping import Mapping, mapped_only, mapping
from etl.masking import without_persons
from etl.profile import Profile
from etl.records import Batch, Reject
from etl.staging import STAGE, add_rejects
from etl.whereabouts import ASKED, FOUND, Map, Whereabouts
from settings import Settings
from warehouse.masking import masked

PIECE_ROWS = 8192


class RowTaker:
    """Takes batch after batch of one file; `read` counts the records, `fixed` the rows each correction mended."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, profile: Profile, header: Header, known: Map, site: Settings
    ) -> None:
        self._connection, self._profile, self._header, self._site = connection, profile, header, site
        self.places, self.due = Whereabouts(known, profile), DueTimes(connection, profile)
        self.read, self.fixed, self._batches = 0, Counter[int](), 0
        self._has_place = "grid_id" in profile.table.column_names

    @cached_property
    def _mapping(self) -> Mapping:
        """Made with the first batch, which is when the file's header is known."""
        return mapping(self._profile, self._header, self._site.mask_personal_data, FOUND if self._has_place else ())

    @cached_property
    def _whereabouts_sql(self) -> str:
        """The same rows, only what tells where they are."""
        return mapped_only(self._profile, self._header, ASKED)

    @cached_property
    def _insert_sql(self) -> str:
        picked = ", ".join(f"{sql} as {name}" for name, sql in self._columns().items())
        return f"insert into {STAGE}.row by name select line, $batch as batch, reasons, {picked} from ({self._mapping.sql})"

    def take(self, batch: Batch) -> None:
        """Lay one batch on the stage."""
        self._batches += 1
        self.read += batch.rows.num_rows + len(batch.rejects)
        rejects = list(batch.rejects)
        if batch.rows.num_rows:
            rejects += self._lay(batch)
            self.due.settle(self._batches)
        self._reject(rejects)

    def _reject(self, rejects: list[Reject]) -> None:
        if self._site.mask_personal_data:
            columns, delimiter = self._header.columns, self._profile.file.delimiter
            rejects = [replace(one, text=without_persons(one.text, columns, delimiter)) for one in rejects]
            add_rejects(self._connection, rejects, masked("text"), f"list_transform(reasons, lambda r: {masked('r')})")
        else:
            add_rejects(self._connection, rejects, "text")

    def _lay(self, batch: Batch) -> list[Reject]:
        """Map the batch onto the stage, within DuckDB; returns the rows that broke a promise."""
        raw = batch.rows.append_column("_line", pa.array(batch.lines, pa.int64()))
        if self._has_place:
            raw = self._with_places(raw, batch)
        self._connection.register("raw", _in_pieces(raw))
        self._connection.execute(self._insert_sql, {"batch": self._batches})
        self._count_fixed()
        self._connection.unregister("raw")
        return self._broken(batch)

    def _with_places(self, raw: pa.Table, batch: Batch) -> pa.Table:
        self._connection.register("raw", _in_pieces(raw))
        asked = self._connection.execute(self._whereabouts_sql).to_arrow_table()
        self._connection.unregister("raw")
        order = np.empty(len(batch.lines), np.int64)  # the answer need not come in the order of the batch
        order[np.argsort(batch.lines, kind="stable")] = np.argsort(asked["line"].to_numpy(), kind="stable")
        for name, column in self.places.found(asked.take(pa.array(order))).items():
            raw = raw.append_column(name, column)
        return raw

    def _count_fixed(self) -> None:
        flags = [f"count(*) filter (fixed_{number})" for number in range(len(self._profile.corrections))]
        if flags:
            counts = self._connection.execute(f"select {', '.join(flags)} from ({self._mapping.sql})").fetchone() or ()
            self.fixed.update(dict(enumerate(counts)))

    def _broken(self, batch: Batch) -> list[Reject]:
        """Take the rows that broke a promise off the stage again."""
        these = f"{STAGE}.row where batch = {self._batches} and reasons is not null"
        bad = self._connection.execute(f"select line, reasons from {these} order by line").fetchall()
        if not bad:
            return []
        self._connection.execute(f"delete from {these}")
        lines = [line for line, _ in bad]
        return [
            Reject(line, batch.text_of(row), tuple(why))
            for (line, why), row in zip(bad, _rows_at(batch, lines), strict=True)
        ]

    def _columns(self) -> dict[str, str]:
        """SQL for every column of the table that we can fill."""
        table = self._profile.table
        columns = {name: name for name in self._mapping.columns if name in table.column_names}
        if "source" in table.column_names:
            columns["source"] = f"'{self._profile.name}'"
        if self._has_place:
            columns |= {name: sql for name, sql in self._located().items() if name in table.column_names}
        if table.name == "incident":
            columns["status"] = _status_sql()
            if "due_at" in columns:
                columns["due_by"] = "case when due_at is not null then 'source' end"
            staged = staged_columns(self._profile)
            columns |= {name: name for name in staged}
            columns |= {"is_paused": "false", "paused_hours": "0.0"} if "paused_at" in staged else {}
        return columns

    def _located(self) -> dict[str, str]:
        has_map = "true" if self.places.map.bounds else "false"
        return {
            "lon": "_lon",
            "lat": "_lat",
            "recorded_area": masked("_recorded::varchar") if self._site.mask_personal_data else "_recorded::varchar",
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
