"""Which grids nothing was heard from: no incident, no reading. Silence is not safety."""

import duckdb
import pandas as pd

from analytics.answers import question
from analytics.view import View


@question
def coverage(cursor: duckdb.DuckDBPyConnection, view: View) -> pd.DataFrame:
    """Every grid of the chosen area: `area_id, name, town, community, population, incidents, sensors, readings`.

    Counts are of the view's period; category and channel do not matter here.
    """
    inside = f"and {view.area_level}_id = $area" if view.area_id and view.area_level != "grid" else ""
    inside = "and area_id = $area" if view.area_level == "grid" else inside
    sql = f"""
        with heard as (
            select grid_id, count(*) as n from incident
            where reported_at >= $since and reported_at < $until and grid_id is not null group by 1),
        read as (
            select sensor_id, count(*) as n from reading
            where measured_at >= $since and measured_at < $devices_until group by 1),
        sensing as (
            select s.grid_id, count(*) as sensors, coalesce(sum(r.n), 0) as n
            from sensor s left join read r using (sensor_id) where s.grid_id is not null group by 1)
        select g.area_id, g.name, t.name as town, c.name as community, g.population,
            coalesce(h.n, 0)::bigint as incidents, coalesce(x.sensors, 0)::bigint as sensors,
            coalesce(x.n, 0)::bigint as readings
        from (select * from area where level = 'grid' {inside}) g
        left join area t on t.area_id = g.town_id left join area c on c.area_id = g.community_id
        left join heard h on h.grid_id = g.area_id left join sensing x on x.grid_id = g.area_id
        order by g.area_id"""
    values = {"since": view.since, "until": view.until, "devices_until": view.devices_until}
    return cursor.execute(sql, values | ({"area": view.area_id} if view.area_id else {})).df()


def silent(frame: pd.DataFrame) -> pd.DataFrame:
    """Of `coverage`'s grids those without any incident, or with sensors but no reading."""
    return frame[(frame["incidents"] == 0) | ((frame["sensors"] > 0) & (frame["readings"] == 0))]
