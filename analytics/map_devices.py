"""Where sensors and cameras stand, in which state each was at the end of a view, and which alarms stood then."""

import duckdb
import pandas as pd

from analytics.answers import question
from analytics.metrics.relations import relation
from analytics.view import View

SENSOR_STATES = ("alarm", "silent", "unknown", "online")
CAMERA_STATES = ("offline", "unknown", "online")


@question
def sensor_states(cursor: duckdb.DuckDBPyConnection, view: View) -> pd.DataFrame:
    """Sensors of the view's area: `sensor_id, name, kind, area_id, lon, lat, state` (alarm, silent, unknown, online).

    An alarm stands if it was raised and not cleared by the end of the view. One without a point of its own stands in
    its grid.
    """
    where = view.where(None, incidents=False)
    sql = f"""select s.sensor_id, s.name, s.kind, s.area_id, coalesce(s.lon, a.lon) as lon, coalesce(s.lat, a.lat) as lat,
            case when s.sensor_id in (select sensor_id from alarm where raised_at <= $devices_until
                    and (cleared_at is null or cleared_at > $devices_until)) then 'alarm'
                when s.state = 'offline' then 'silent' else s.state end as state
        from (select * from {relation("sensor", view)} where {where.sql}) s left join area a using (area_id) order by 1"""
    return cursor.execute(sql, {**where.values, "devices_until": view.devices_until}).df()


@question
def camera_states(cursor: duckdb.DuckDBPyConnection, view: View) -> pd.DataFrame:
    """Cameras of the view's area: `camera_id, name, owner, area_id, lon, lat, state` (offline, unknown, online)."""
    where = view.where(None, incidents=False)
    sql = f"""select c.camera_id, c.name, c.owner, c.area_id, coalesce(c.lon, a.lon) as lon, coalesce(c.lat, a.lat) as lat, c.state
        from (select * from {relation("camera", view)} where {where.sql}) c left join area a using (area_id) order by 1"""
    return cursor.execute(sql, {**where.values, "devices_until": view.devices_until}).df()


@question
def standing_alarms(cursor: duckdb.DuckDBPyConnection, view: View) -> pd.DataFrame:
    """Alarms of the view's area that stood at its end, the newest first: `alarm_id, kind, name, area_id, raised_at, acknowledged_at`.

    Times are UTC; one that was answered or cleared only later counts as it stood then.
    """
    where = view.where(None, incidents=False)
    sql = f"""select a.alarm_id, s.kind, s.name, s.area_id, a.raised_at,
            if(a.acknowledged_at <= $devices_until, a.acknowledged_at, null) as acknowledged_at
        from alarm a join (select * from {relation("sensor", view)} where {where.sql}) s using (sensor_id)
        where a.raised_at <= $devices_until and (a.cleared_at is null or a.cleared_at > $devices_until)
        order by a.raised_at desc, a.alarm_id"""
    return cursor.execute(sql, {**where.values, "devices_until": view.devices_until}).df()
