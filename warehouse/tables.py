"""Which tables and columns there are, what each means, and in which unit. `docs/tables.md` is generated from here."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its name, its DuckDB type and what it means."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """One table: a singular noun, what one row is, its key, its columns, and the column its rows are sorted by."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    sorted_by: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def create_sql(self, catalog: str) -> str:
        """The statement that makes this table, if it is missing, in the attached `catalog`."""
        columns = ", ".join(f"{column.name} {column.type}" for column in self.columns)
        return f"create table if not exists {catalog}.{self.name} ({columns})"


def _columns(text: str) -> tuple[Column, ...]:
    return tuple(Column(*(part.strip() for part in line.split("|"))) for line in text.strip().splitlines())


LOAD_ID = "load_id | INTEGER | the load that brought this row"

AREA = Table(
    name="area",
    row="one district, town or street, community or village, or grid",
    key=("area_id",),
    columns=_columns(f"""
        area_id | VARCHAR | code: 6 digits for a district, 9 for a town, 12 for a community, 15 for a grid here; any string elsewhere
        level | VARCHAR | district, town, community or grid
        name | VARCHAR | name as people say it
        parent_id | VARCHAR | the area it lies in; a city may skip levels; null at the top
        district_id | VARCHAR | the district it lies in, itself for a district
        town_id | VARCHAR | the town it lies in, itself for a town; null above, or where the city has no such level
        community_id | VARCHAR | the community it lies in, itself for a community; null above or where there is none
        kind | VARCHAR | street, town, community, village; for a grid urban, rural or mountain; null if unknown
        population | INTEGER | residents
        lon | DOUBLE | a point inside the area, degrees east, WGS84
        lat | DOUBLE | a point inside the area, degrees north, WGS84
        area_km2 | DOUBLE | square kilometres on the ellipsoid
        geometry | BLOB | outline as WKB, WGS84; null if no map was loaded for it
        {LOAD_ID}
    """),
)

INCIDENT = Table(
    name="incident",
    row="one matter reported once",
    key=("incident_id",),
    sorted_by="reported_at",
    columns=_columns(f"""
        incident_id | VARCHAR | source and the source's own number, joined by a colon
        source | VARCHAR | name of the source profile
        source_no | VARCHAR | the number the source gave it
        category | VARCHAR | path in the category tree, levels joined by '/', e.g. 城乡建设/环境卫生/垃圾清运
        channel | VARCHAR | how it came: grid_app, hotline, petition, wechat, sensor, video, patrol, web; else as the source says
        department | VARCHAR | who has to settle it, as the source names it
        status | VARCHAR | reported, accepted, dispatched, settled, verified, closed
        reported_at | TIMESTAMP | UTC
        accepted_at | TIMESTAMP | UTC
        dispatched_at | TIMESTAMP | UTC
        settled_at | TIMESTAMP | UTC
        verified_at | TIMESTAMP | UTC
        closed_at | TIMESTAMP | UTC; null while open
        due_at | TIMESTAMP | UTC; the time it had to be closed by; null while a pause keeps it open, and where no limit is known
        due_by | VARCHAR | what gave due_at: source (stated), extension (granted), 'rule: ' and the limit, or paused (none now); null if unknown
        is_paused | BOOLEAN | as of its load it waits for somebody else and has not gone on; null if its source tells no pauses
        paused_hours | DOUBLE | hours of its calendar by which its pauses moved due_at back; null if its source tells none
        settled_level | VARCHAR | grid, community, town or district
        is_responded | BOOLEAN | the resident was called back (响应)
        is_resolved | BOOLEAN | the resident says it is resolved (解决)
        satisfaction | VARCHAR | satisfied, neutral or dissatisfied (满意)
        reopened_count | INTEGER | how often it was closed and opened again
        repeat_of | VARCHAR | incident_id of the earlier report of the same matter
        title | VARCHAR | short text, personal data masked
        description | VARCHAR | full text, personal data masked
        reply | VARCHAR | official answer, personal data masked
        lon | DOUBLE | degrees east, WGS84; null if unusable
        lat | DOUBLE | degrees north, WGS84; null if unusable
        recorded_area | VARCHAR | the area as the source wrote it: code if it has one, else name
        area_id | VARCHAR | the finest area known: a grid, else a community, town or district
        grid_id | VARCHAR | the grid, where it is known
        located_by | VARCHAR | point, code, name or none: how area_id was found
        is_outside | BOOLEAN | it has a usable point, and the point is outside every grid
        {LOAD_ID}
    """),
)

TEAM_MEMBER = Table(
    name="team_member",
    row="one person's post in a grid's team",
    key=("member_id",),
    columns=_columns(f"""
        member_id | VARCHAR | source and staff number
        source | VARCHAR | name of the source profile
        grid_id | VARCHAR | the grid the post is in
        role | VARCHAR | grid_chief, grid_worker, grid_police, part_time_worker or social_force
        since_on | DATE | day the post was taken up
        {LOAD_ID}
    """),
)

PATROL = Table(
    name="patrol",
    row="one patrol of a grid by one team member",
    key=("patrol_id",),
    sorted_by="started_at",
    columns=_columns(f"""
        patrol_id | VARCHAR | source and the source's own number, joined by a colon
        source | VARCHAR | name of the source profile
        member_id | VARCHAR | team_member who went; null if the source does not say
        grid_id | VARCHAR | the grid, where it is known
        started_at | TIMESTAMP | UTC
        ended_at | TIMESTAMP | UTC; null while it goes on
        distance_m | DOUBLE | metres walked or driven
        found_count | INTEGER | incidents found on the way
        {LOAD_ID}
    """),
)

MEDIATION = Table(
    name="mediation",
    row="one dispute taken to mediation",
    key=("mediation_id",),
    sorted_by="opened_at",
    columns=_columns(f"""
        mediation_id | VARCHAR | source and the source's own number, joined by a colon
        source | VARCHAR | name of the source profile
        incident_id | VARCHAR | the incident it came from; null if people came by themselves
        category | VARCHAR | kind of dispute, as the source names it, e.g. 邻里纠纷
        recorded_area | VARCHAR | the area as the source wrote it: code if it has one, else name
        area_id | VARCHAR | the finest area known: a grid, else a community, town or district
        grid_id | VARCHAR | the grid, where it is known
        located_by | VARCHAR | code, name or none: how area_id was found
        level | VARCHAR | who mediates: grid, community, town or district
        opened_at | TIMESTAMP | UTC
        closed_at | TIMESTAMP | UTC; null while open
        outcome | VARCHAR | agreed, failed or withdrawn; null while open
        is_fulfilled | BOOLEAN | what was agreed was kept; null if unknown or nothing was agreed
        {LOAD_ID}
    """),
)

SENSOR = Table(
    name="sensor",
    row="one sensor in the register",
    key=("sensor_id",),
    columns=_columns(f"""
        sensor_id | VARCHAR | the platform's own number
        source | VARCHAR | name of the source profile
        kind | VARCHAR | bin, river_fence, level_gauge, smoke
        name | VARCHAR | what people call it
        unit | VARCHAR | unit of its readings: percent, m, count, dBm
        threshold | DOUBLE | value from which it alarms, in its unit; null if none
        every_minutes | DOUBLE | how often it should report
        lon | DOUBLE | degrees east, WGS84
        lat | DOUBLE | degrees north, WGS84
        recorded_area | VARCHAR | the area as the source wrote it
        area_id | VARCHAR | the finest area known
        grid_id | VARCHAR | the grid, where it is known
        located_by | VARCHAR | point, code, name or none
        is_outside | BOOLEAN | it has a usable point, and the point is outside every grid
        installed_on | DATE | day it was installed
        {LOAD_ID}
    """),
)

READING = Table(
    name="reading",
    row="one value measured by one sensor at one time",
    key=("sensor_id", "measured_at"),
    sorted_by="measured_at",
    columns=_columns(f"""
        sensor_id | VARCHAR | the sensor
        source | VARCHAR | name of the source profile
        measured_at | TIMESTAMP | UTC
        value | DOUBLE | in its unit
        unit | VARCHAR | percent, m, count, dBm
        {LOAD_ID}
    """),
)

ALARM = Table(
    name="alarm",
    row="one alarm of one sensor, from raised to cleared",
    key=("alarm_id",),
    columns=_columns(f"""
        alarm_id | VARCHAR | source and the platform's own number
        source | VARCHAR | name of the source profile
        sensor_id | VARCHAR | the sensor
        kind | VARCHAR | overflow, intrusion, flood, smoke
        raised_at | TIMESTAMP | UTC
        acknowledged_at | TIMESTAMP | UTC; null while nobody answered
        cleared_at | TIMESTAMP | UTC; null while it stands
        {LOAD_ID}
    """),
)

CAMERA = Table(
    name="camera",
    row="one camera in the register",
    key=("camera_id",),
    columns=_columns(f"""
        camera_id | VARCHAR | the platform's own number
        source | VARCHAR | name of the source profile
        name | VARCHAR | what people call it
        owner | VARCHAR | who runs it
        lon | DOUBLE | degrees east, WGS84
        lat | DOUBLE | degrees north, WGS84
        recorded_area | VARCHAR | the area as the source wrote it
        area_id | VARCHAR | the finest area known
        grid_id | VARCHAR | the grid, where it is known
        located_by | VARCHAR | point, code, name or none
        is_outside | BOOLEAN | it has a usable point, and the point is outside every grid
        installed_on | DATE | day it was installed
        {LOAD_ID}
    """),
)

CAMERA_STATE = Table(
    name="camera_state",
    row="what was seen of one camera at one time",
    key=("camera_id", "seen_at"),
    sorted_by="seen_at",
    columns=_columns(f"""
        camera_id | VARCHAR | the camera
        source | VARCHAR | name of the source profile
        seen_at | TIMESTAMP | UTC
        is_online | BOOLEAN | the platform says it is connected
        has_frame | BOOLEAN | a fresh picture came; null if not asked
        {LOAD_ID}
    """),
)

SOURCE = Table(
    name="source",
    row="one source that has been loaded at least once, as its profile described it then",
    key=("source",),
    columns=_columns(f"""
        source | VARCHAR | name of the profile
        kind | VARCHAR | areas, incidents, teams, patrols, mediations, sensors, readings, alarms, cameras or camera_states
        label_zh | VARCHAR | name on screen, Chinese
        label_en | VARCHAR | name on screen, English
        late_after_hours | DOUBLE | age of its newest data from which it is late
        stale_after_hours | DOUBLE | age of its newest data from which it is stale
        {LOAD_ID}
    """),
)

LOAD = Table(
    name="load",
    row="one attempt to bring one file in",
    key=("load_id",),
    columns=_columns("""
        load_id | INTEGER | 1, 2, 3 … in the order of loading
        source | VARCHAR | name of the source profile; null if no profile fitted
        kind | VARCHAR | kind of the profile
        file | VARCHAR | name of the file, without its folder
        file_hash | VARCHAR | SHA-256 of the file's bytes and of the profile that read it
        file_bytes | BIGINT | size of the file
        started_at | TIMESTAMP | UTC
        finished_at | TIMESTAMP | UTC
        status | VARCHAR | done, failed or undone
        message | VARCHAR | why it failed, who undid it, or what is worth knowing; one line
        rows_read | BIGINT | records in the file; always rows_loaded + rows_duplicate + rows_rejected
        rows_loaded | BIGINT | rows that came in, replacing ones included
        rows_replaced | BIGINT | of rows_loaded: those that replaced an earlier state of the same key
        rows_duplicate | BIGINT | rows already there in the same state, or superseded further down in the same file
        rows_rejected | BIGINT | rows in `reject`
        rows_unlocated | BIGINT | of rows_loaded: those with no area at all
        rows_outside | BIGINT | of rows_loaded: those whose point is outside every grid
        data_from | TIMESTAMP | UTC; the earliest time in its rows
        data_until | TIMESTAMP | UTC; the latest time in its rows: how fresh the data are
        is_demo | BOOLEAN | the file is from the demo district
        findings | VARCHAR | JSON list of {what, area_id, detail, done}: what a grid map check found and mended
        snapshot_id | BIGINT | the warehouse snapshot this load made
    """),
)

REJECT = Table(
    name="reject",
    row="one record that could not be loaded",
    key=(),
    columns=_columns("""
        load_id | INTEGER | the load that met it
        file | VARCHAR | name of the file
        line | BIGINT | line, row or feature number in the file, from 1
        text | VARCHAR | the record as it stood in the file, personal data masked, at most 10,000 characters
        reasons | VARCHAR[] | every reason, in Chinese and English, joined by ' / '
    """),
)

DUPLICATE = Table(
    name="duplicate",
    row="one row that a load delivered exactly as the warehouse held it already, so that it outlives the undo of another load",
    key=("load_id", "key", "key_at"),
    columns=_columns("""
        load_id | INTEGER | the load that delivered it again; its kind says to which table the row belongs
        key | VARCHAR | the first column of that table's key
        key_at | TIMESTAMP | UTC; the second column of that table's key; null where there is none
    """),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        AREA, INCIDENT, TEAM_MEMBER, PATROL, MEDIATION, SENSOR, READING, ALARM, CAMERA, CAMERA_STATE, SOURCE, LOAD, REJECT, DUPLICATE,
    )
}  # fmt: skip


def markdown() -> str:
    """`docs/tables.md`: every table with its key and columns."""
    return "".join(_markdown_lines())


def _markdown_lines() -> Iterator[str]:
    yield "# Tables\n\nGenerated by `python -m warehouse docs` from `warehouse/tables.py`; do not edit by hand.\n"
    yield "Times are UTC. Personal data are masked before they reach a table.\n"
    for table in TABLES.values():
        key = ", ".join(f"`{name}`" for name in table.key) or "none"
        yield f"\n## {table.name}\nOne row: {table.row}. Key: {key}.\n\n| column | type | meaning |\n|---|---|---|\n"
        for column in table.columns:
            yield f"| `{column.name}` | {column.type} | {column.meaning} |\n"
