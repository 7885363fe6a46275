"""Which state of its data a rule has to look at: the snapshot that last touched what it reads, and how far those data reach."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from analytics.answers import question
from analytics.early_warning.rules import Rule
from analytics.view import facts
from warehouse.connect import CATALOG

MATTERS = ("incident", "area", "mediation")
DEVICES = ("sensor", "reading", "alarm", "camera", "camera_state", "area")
READ_DEVICES = frozenset({"devices", "devices_rising", "bins", "silence", "silence_cameras"})
"""Detectors that read what devices say; all others read matters that people report."""

FORECASTS = frozenset({"late"})
"""Detectors that say what is going to be: what they would have said of days that are past by now is nobody's question."""


@dataclass(frozen=True)
class DataState:
    """What a rule sees: everything known at `snapshot_id`, up to `until` (UTC); `made_by` names the state once and for all.

    Two snapshots of the same `made_by` hold the same data for the rule.
    """

    snapshot_id: int
    made_by: int
    until: datetime


def reads_devices(rule: Rule) -> bool:
    """Whether the rule looks at devices, and so at this moment only; others can look at a day in the past as well."""
    return rule.detector in READ_DEVICES


def state_for(rule: Rule, snapshot_id: int) -> DataState:
    """The state of the rule's data at a snapshot."""
    known = facts(snapshot_id)
    until = known.devices_now if reads_devices(rule) else known.now
    return DataState(
        snapshot_id, _touched(snapshot_id, DEVICES if reads_devices(rule) else MATTERS), until + timedelta(seconds=1)
    )


@question
def _touched(cursor: duckdb.DuckDBPyConnection, as_of: int | None, tables: tuple[str, ...]) -> int:
    """The newest snapshot up to this one that wrote into any of the tables; 0 where none that is kept did.

    0 stands for one state only: what was written before the oldest snapshot kept, and was looked at when it was new.
    """
    lake = f"__ducklake_metadata_{CATALOG}"
    row = cursor.execute(
        f"""with touching as (
            select snapshot_id, unnest(regexp_extract_all(changes_made,
                '(?:insert|inserted_into_table|delete|deleted_from_table):(\\d+)', 1)) as table_id
            from {lake}.ducklake_snapshot_changes where snapshot_id <= $snapshot)
        select max(snapshot_id) from touching where table_id::bigint in
            (select table_id from {lake}.ducklake_table where table_name in (select unnest($tables)))""",
        {"snapshot": as_of, "tables": list(tables)},
    ).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
