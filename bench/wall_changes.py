"""Data that keep changing: `python -m bench.wall_changes SECONDS` adds 20 incidents to the present home every so many seconds, as a load."""

import sys
import time
from datetime import UTC, datetime

from warehouse.connect import writer

INCIDENTS = 20


def change(number: int) -> None:
    """The newest incidents once more, under numbers of their own, reported a second after the newest of all."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with writer() as connection:
        connection.execute("begin")
        (load_id,) = connection.execute("select max(load_id) + 1 from load").fetchone()
        connection.execute(
            """insert into load by name select * replace ($id as load_id, $now as started_at, $now as finished_at, data_until + interval 1 second as data_until)
            from load where kind = 'incidents' and status = 'done' qualify row_number() over (order by data_until desc) = 1""",
            {"id": load_id, "now": now},
        )
        connection.execute(
            """insert into incident by name select * replace (incident_id || '#' || $number as incident_id, $id as load_id,
                (select max(data_until) from load where kind = 'incidents') - interval 1 second as reported_at,
                null as accepted_at, null as dispatched_at, null as settled_at, null as verified_at, null as closed_at)
            from (select * from incident where incident_id not like '%#%' order by reported_at desc limit $n)""",
            {"id": load_id, "number": number, "n": INCIDENTS},
        )
        connection.execute("commit")


def main() -> None:
    """Until it is stopped."""
    start = int(time.time())
    for number in range(10**9):
        change(start + number)
        time.sleep(float(sys.argv[1]))


if __name__ == "__main__":
    main()
