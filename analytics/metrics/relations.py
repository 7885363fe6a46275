"""Which rows metrics count: tables, the state of each device at the end of the period, the team of each grid."""

from analytics.staffing import ROLES, standard
from analytics.view import View

SILENT_AFTER_PERIODS = 3
DEFAULT_SILENT_MINUTES = 24 * 60
CAMERA_SEEN_HOURS = 24

SENSOR_STATE = f"""(
    select s.*, r.last_at, case
        when r.last_at is null then 'unknown'
        when r.last_at >= $devices_until - to_seconds(60 * coalesce({SILENT_AFTER_PERIODS} * s.every_minutes,
            {DEFAULT_SILENT_MINUTES})) then 'online'
        else 'offline' end as state
    from sensor s left join (
        select sensor_id, max(measured_at) as last_at from reading where measured_at <= $devices_until group by sensor_id
    ) r using (sensor_id)
    where s.installed_on is null or s.installed_on <= $devices_until)"""

CAMERA_STATE = f"""(
    select c.*, l.last_at, case
        when l.last_at is null or (l.last.is_online and l.last.has_frame is null) then 'unknown'
        when l.last.is_online and l.last.has_frame then 'online'
        else 'offline' end as state
    from camera c left join (
        select camera_id, max(seen_at) as last_at,
            arg_max(struct_pack(is_online := is_online, has_frame := has_frame), seen_at) as last
        from camera_state
        where seen_at <= $devices_until and seen_at > $devices_until - interval {CAMERA_SEEN_HOURS} hour
        group by camera_id
    ) l using (camera_id)
    where c.installed_on is null or c.installed_on <= $devices_until)"""

ALARM = "(select a.*, s.area_id from alarm a left join sensor s using (sensor_id))"
PATROL = "(select *, grid_id as area_id from patrol)"

COLUMNS: dict[str, tuple[str, ...]] = {
    "incident": ("channel", "department", "source", "settled_level", "status"),
    "sensor": ("kind", "state", "source"),
    "camera": ("owner", "state", "source"),
    "alarm": ("kind", "source"),
    "team": (),
    "patrol": ("source",),
    "mediation": ("level", "outcome", "source"),
}
"""The columns each relation can be split by, besides areas and times."""
WITH_CATEGORY = ("incident", "mediation")


def relation(table: str, view: View) -> str:
    """SQL of the rows a metric counts for a view; every relation has an `area_id`."""
    if table == "incident":
        return view.fact_table
    if table == "team":
        return _teams()
    return {
        "sensor": SENSOR_STATE,
        "camera": CAMERA_STATE,
        "alarm": ALARM,
        "patrol": PATROL,
    }.get(table, table)


def _teams() -> str:
    """Every grid: whether any source names its team, and whether a post of the standard is vacant."""
    counts = ", ".join(f"count(*) filter (role = '{role}') as {role}" for role in ROLES)
    vacant = " or ".join(f"{role} < {least}" for role, least in standard().posts)
    return f"""(
    select a.area_id, t.grid_id is not null as is_known, coalesce({vacant}, false) as is_short
    from area a left join (select grid_id, {counts} from team_member group by grid_id) t on t.grid_id = a.area_id
    where a.level = 'grid')"""
