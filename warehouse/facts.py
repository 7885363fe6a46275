"""The facts that pages count: a narrow native copy of the incidents, made once for each state of them.

The lake keeps every snapshot; counting millions of its rows by names costs some 20 ms a million. The copy holds times, codes
and flags only, in a DuckDB file of its own that all processes of this machine read: names as enumerations (areas and
categories ordered so that what lies below one follows it: a filter is a range), cases in order of their report. Cases that
took or are to take longer than usual lie at the end, so that a look at "open on that day" skips what was over by then.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from settings import Settings, settings
from warehouse.connect import CATALOG, attach_sql, connect, quoted
from warehouse.errors import WarehouseError

KEPT_FILES = 3
USUAL_DAYS = 60
MANY_ROWS = 1_000_000
"""From so many incidents on they are kept in a second order, by category: what looks for one category then reads only it."""
FOREVER = "timestamp '9999-12-31'"
SOURCES = ("incident", "area")
"""The tables of the lake that the facts are made of."""
NAMED = ("source", "channel", "department", "status", "settled_level", "satisfaction", "due_origin")
"""Columns of names, as enumerations of the type `<column>_name`, like `area_id` and `category`."""

RANGED = {"area_id": "area", "category": "category"}
"""Columns of long enumerations. Their numbers, `<kind>_no`, stand beside them: to plan a filter by two of their names takes 3 ms."""

AREA_NAMES = """select area_id from (
        select area_id, [district_id, town_id, community_id, if(level = 'grid', area_id, null)] as path from area
        union all select distinct area_id, [area_id] from incident
            where area_id is not null and area_id not in (select area_id from area))
    order by array_to_string(path, chr(1)), area_id"""
CATEGORY_NAMES = (
    "select category from incident where category is not null group by 1 order by replace(category, '/', chr(1))"
)
UNUSUALLY_LONG = (
    f"greatest(coalesce(closed_at, {FOREVER}), due_at, settled_at) > reported_at + interval {USUAL_DAYS} day"
)
EXACT_MINUTES, WIDTH = 51, 1.02
"""Of very many cases durations from so many minutes on are counted in classes, each 2 % wider than the one before."""
STAGES = ("accepted_at", "dispatched_at", "settled_at", "verified_at", "closed_at")
"""The times in which a case's stages end, in order."""
INCIDENTS = """(select *, coalesce(split_part(due_by, ':', 1), if(due_at is null, 'none', 'source')) as due_origin
    from (from incident union all by name select null::varchar as due_by where false))"""
"""Snapshots from before `due_by` was recorded do not have that column: what was due was stated then."""


def _stage_minutes(number: int) -> str:
    """Full minutes that a stage took, from the last earlier time that is known; null where its end is not."""
    began = ", ".join(["reported_at", *STAGES[:number]])
    minutes = f"(epoch_us({STAGES[number]}) - epoch_us(greatest({began}))) // 60000000"
    end = STAGES[number]
    return f"if({end} is null, null, greatest(0, {minutes}))::integer as {end.removesuffix('_at')}_minutes"


AREAS = "select area_id, parent_id, level, district_id, town_id, community_id from past.area"
"""So that what is counted by area asks nothing but the facts."""


def duration_class(minutes: str) -> str:
    """SQL of the class of a duration: up to `EXACT_MINUTES` the minutes themselves, then the power of `WIDTH` nearest to it."""
    return f"if({minutes} < {EXACT_MINUTES}, {minutes}, round(ln({minutes}) / ln({WIDTH})))::usmallint"


AFTER_MINUTES = "((epoch_us(closed_at) - epoch_us(reported_at)) // 60000000)::integer"
FACTS = f"""select reported_at, accepted_at, dispatched_at, settled_at, verified_at, closed_at, due_at,
        coalesce(closed_at, {FOREVER}) as open_until,
        {", ".join(f"({stem}_at + interval 8 hour)::date as {stem}_on" for stem in ("reported", "due", "settled", "closed"))},
        hour(reported_at + interval 8 hour)::utinyint as reported_hour,
        {AFTER_MINUTES} as closed_after_minutes, {duration_class(f"if({AFTER_MINUTES} < 0, 0, {AFTER_MINUTES})")} as closed_after_class,
        area_id::area_name as area_id, category::category_name as category,
        {", ".join(f"enum_code({name}::{kind}_name)::uinteger as {kind}_no" for name, kind in RANGED.items())},
        {", ".join(f"{name}::{name}_name as {name}" for name in NAMED)},
        is_responded, is_resolved, reopened_count, repeat_of is not null as is_repeat,
        if(closed_at is null, {FOREVER}, greatest({", ".join(STAGES)})) as stages_until,
        {", ".join(_stage_minutes(number) for number in range(len(STAGES)))}
    from {INCIDENTS}
    order by {UNUSUALLY_LONG}, reported_at"""


@dataclass(frozen=True)
class State:
    """One state of the incidents: the snapshot that made it, and when (µs), so that no two lakes are ever mistaken."""

    snapshot_id: int
    made_at_us: int

    def path(self, site: Settings) -> Path:
        """Where its facts lie; another recipe makes another file."""
        recipe = hashlib.sha256((FACTS + AREAS + AREA_NAMES + CATEGORY_NAMES).encode()).hexdigest()[:8]
        return site.home / "facts" / f"{self.snapshot_id}-{self.made_at_us}-{recipe}.duckdb"


def state_at(cursor: duckdb.DuckDBPyConnection, snapshot_id: int) -> State:
    """The state of the incidents at a snapshot: made by the last one up to it that touched them, or the oldest kept."""
    lake = f"__ducklake_metadata_{CATALOG}"
    row = cursor.execute(
        f"""with watched as (select table_id from {lake}.ducklake_table where table_name in {SOURCES}),
        touching as (
            select snapshot_id, unnest(regexp_extract_all(changes_made, '(?:insert|inserted_into_table|delete|deleted_from_table):(\\d+)', 1))
                as table_id from {lake}.ducklake_snapshot_changes where snapshot_id <= $snapshot),
        made as (select coalesce(
            (select max(snapshot_id) from touching where table_id::bigint in (from watched)),
            (select min(snapshot_id) from {lake}.ducklake_snapshot)) as snapshot_id)
        select snapshot_id, epoch_us(s.snapshot_time::timestamptz) from made join {lake}.ducklake_snapshot s using (snapshot_id)""",
        {"snapshot": snapshot_id},
    ).fetchone()
    if row is None:
        raise WarehouseError(f"There is no snapshot {snapshot_id} (any more). List them: python -m warehouse snapshots")
    return State(*row)


def make(state: State, snapshot_id: int) -> Path:
    """The file of the facts of `state`, read as of `snapshot_id`; made now if no process has made it yet."""
    site = settings()
    path = state.path(site)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(path.parent / "making.lock"):
            if path.exists():
                path.touch()
            else:
                _make(path, site, snapshot_id)
                _forget_old(path.parent)
    except (OSError, duckdb.Error) as error:
        for part in path.parent.glob("*.part*"):
            part.unlink(missing_ok=True)
        raise WarehouseError(
            f"The facts of snapshot {snapshot_id} cannot be made in {path.parent}: {' '.join(str(error).split())}"
        ) from error
    return path


def _make(path: Path, site: Settings, snapshot_id: int) -> None:
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    connection = connect(read_only=True, memory=site.load_memory)
    try:
        connection.execute("set temp_directory = ?", [str(path.parent / "spill")])
        connection.execute(attach_sql(site, "past", read_only=True, snapshot_id=snapshot_id))
        connection.execute(f"attach {quoted(str(part))} as made")
        connection.execute("set search_path = 'made.main,past.main'")
        _name(connection, "area_id", AREA_NAMES)
        _name(connection, "category", CATEGORY_NAMES)
        for column in NAMED:
            _name(
                connection, column, f"select distinct {column} from {INCIDENTS} where {column} is not null order by 1"
            )
        connection.execute(f"create table made.incident_fact as {FACTS}")
        _order_by_category(connection)
        connection.execute(f"create table made.area as {AREAS}")
        connection.execute("checkpoint made")
    finally:
        connection.close()
    part.rename(path)


def _order_by_category(connection: duckdb.DuckDBPyConnection) -> None:
    """`incident_fact_by_category`: the same rows, those of one category together, where looking for them takes long."""
    (rows,) = connection.execute("select count(*) from made.incident_fact").fetchone() or (0,)
    if rows < MANY_ROWS:
        connection.execute("create view made.incident_fact_by_category as from incident_fact")
        return
    connection.execute(
        f"""create table made.incident_fact_by_category as from made.incident_fact
        order by {UNUSUALLY_LONG}, split_part(category::varchar, '/', 1), reported_at"""
    )


def _name(connection: duckdb.DuckDBPyConnection, column: str, ordered: str) -> None:
    """The enumeration of a column's values in this order; one that nobody has, where there is none."""
    values = [value for (value,) in connection.execute(ordered).fetchall()] or [""]
    listed = ", ".join(quoted(value) for value in values)
    connection.execute(f"create type made.{column.removesuffix('_id')}_name as enum ({listed})")


def _forget_old(folder: Path) -> None:
    """Keep the newest state's file and those asked for last. Who has another one open reads on, and may make it again."""
    made = sorted(folder.glob("*.duckdb"), key=lambda path: path.stat().st_mtime, reverse=True)
    newest = max(made, key=lambda path: int(path.name.split("-")[0]))
    for path in [path for path in made if path != newest][KEPT_FILES - 1 :]:
        path.unlink(missing_ok=True)


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
