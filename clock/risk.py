"""The clock's job about risk maps: after each day that is over, one map after another is made anew, the whole district's first.

So is a map whose past has become another one: a load undone, or many incidents of past days come late.
"""

import duckdb

from analytics.answers import newest_snapshot, question
from analytics.risk.effort import effort
from analytics.risk.kept import forget_others, keep, keep_categories, keep_effort, kept
from analytics.risk.made import made
from analytics.risk.reported import last_day, learnt_from, reported
from analytics.risk.whole import HORIZONS, Risk

FEWEST = 200
"""Categories of the top level with fewer incidents in a year have no map of their own: there is too little to learn from."""
FIRST = (7, 1, 30)
CHANGED = 0.005
"""A map is of another past if the incidents it was learnt from have become more or fewer by such a share."""


def make_next() -> str:
    """Make the first map that is older than the newest whole day; one line on what was done, for `clock.json`."""
    snapshot = newest_snapshot()
    last = last_day(snapshot)
    categories = _categories(snapshot)
    wanted = [(category, horizon) for category in ("", *categories) for horizon in sorted(HORIZONS, key=FIRST.index)]
    for category, horizon in wanted:
        before = kept(category, horizon)
        if before is not None and before.last == last and _is_of_this_past(before, learnt_from(snapshot)):
            continue
        history = reported(snapshot, category or None)
        if not len(history.cells) or not history.counts.any():
            return "no incidents with a grid yet"
        keep_categories(categories)
        if not category:
            keep_effort(effort(snapshot, history))
        keep(made(history, category, horizon))
        return f"made {category or 'all'}, {horizon} days, after {last}"
    forget_others(wanted)
    return f"nothing new after {last}"


def _is_of_this_past(risk: Risk, now: dict[str, int]) -> bool:
    return abs(now.get(risk.category, 0) - risk.learnt_from) <= CHANGED * max(risk.learnt_from, 1)


@question
def _categories(cursor: duckdb.DuckDBPyConnection, _as_of: int) -> tuple[str, ...]:
    """Categories of the top level with enough incidents, the most frequent first."""
    rows = cursor.execute(
        """with newest as (select max(reported_on) as day from incident_fact)
        select split_part(category::varchar, '/', 1) as top, count(*) as n from incident_fact, newest
        where reported_on > day - interval 364 day and category is not null and category::varchar <> ''
        group by top having n >= $fewest order by n desc, top""",
        {"fewest": FEWEST},
    ).fetchall()
    return tuple(name for name, _ in rows)
