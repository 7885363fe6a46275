"""A warehouse of many incidents over the demo's grid map: as the demo's are spread, only made in SQL, so that millions take a minute."""

import os
from pathlib import Path

from bench.process import python

CHUNK_ROWS = 2_000_000

INCIDENTS = """
insert into incident by name
with kinds as (select row_number() over (order by category) - 1 as n, category, department from seed_kind),
grids as (select row_number() over (order by area_id) - 1 as n, area_id, lon, lat from area where level = 'grid'),
numbered as (
    select range as i, hash(range) % 1000003 / 1000003.0 as a, hash(range + 7000000000) % 1000003 / 1000003.0 as b,
        hash(range + 9000000000) % 1000003 / 1000003.0 as c, hash(range + 11000000000) % 1000003 / 1000003.0 as d
    from range($first, $last)),
placed as (
    select *, timestamp '2026-10-12' - to_microseconds(($total - i) * ($days * 86400000000 // $total)) as reported_at,
        exp(1.2 + 3.4 * b) as hours from numbered)
select 'bench:' || i as incident_id, 'grid_app' as source, i::varchar as source_no, kinds.category, kinds.department,
    (['grid_app', 'hotline', 'petition', 'wechat', 'patrol', 'video', 'sensor'])[1 + (c * c * 6.99)::int] as channel,
    reported_at, reported_at + to_seconds(hours * 360) as accepted_at, reported_at + to_seconds(hours * 720) as dispatched_at,
    reported_at + to_seconds(hours * 3000) as settled_at, reported_at + to_seconds(hours * 3300) as verified_at,
    case when reported_at + to_seconds(hours * 3600) < timestamp '2026-10-12' then reported_at + to_seconds(hours * 3600) end as closed_at,
    case when closed_at is null then 'settled' else 'closed' end as status,
    reported_at + interval 72 hour as due_at, (['grid', 'grid', 'community', 'town', 'district'])[1 + (d * 4.99)::int] as settled_level,
    (d < 0.03)::int as reopened_count, '垃圾清运不及时' as title, grids.lon, grids.lat, grids.area_id, grids.area_id as grid_id,
    'point' as located_by, false as is_outside, 99 as load_id
from placed join kinds on kinds.n = (a * a * (select count(*) from kinds))::bigint
join grids on grids.n = ((b + c) / 2 * (select count(*) from grids))::bigint
order by reported_at"""


def fill(home: Path, rows: int, days: int) -> None:
    """Make the demo's map and `rows` incidents of the last so many days in the home."""
    demo = home.parent / "demo"
    python(
        "-m", "etl", "demo", "--out", str(demo), "--days", "40", "--incidents", "5000", "--readings", "3000", home=home
    )
    python("-m", "etl", "load", str(demo), home=home)
    os.environ["ZHILI_HOME"] = str(home)
    from warehouse.connect import writer

    with writer(memory="6GB") as connection:
        connection.execute("create temp table seed_kind as select distinct category, any_value(department) as department"
                           " from incident where category is not null group by category")  # fmt: skip
        connection.execute("delete from incident")
        for first in range(0, rows, CHUNK_ROWS):
            values = {"first": first, "last": min(rows, first + CHUNK_ROWS), "total": rows, "days": days}
            connection.execute(INCIDENTS, values)
        connection.execute(
            "update load set data_from = timestamp '2026-10-12' - to_days(?), data_until = timestamp '2026-10-12'"
            " where kind = 'incidents'",
            [days],
        )
