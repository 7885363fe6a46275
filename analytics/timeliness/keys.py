"""What cases can be told apart by: local week or month, department, a level of the category tree or of the areas."""

import pandas as pd

from analytics.area import LEVELS
from analytics.timeliness.errors import TimelinessError

TIMES = ("week", "month")
KEYS = (*TIMES, "department", "category:1", *LEVELS)


def key_sql(by: str | None, time: str) -> str:
    """The key as SQL over `incident left join area using (area_id)`; a week or month is that of `time`, as its first day.

    Weeks begin on Monday, weeks and months at midnight in Shanghai. A null key holds cases known less exactly than asked.
    """
    if by is None:
        return "null"
    if by in TIMES:
        return f"date_trunc('{by}', {time} + interval 8 hour)::date"
    if by == "grid":
        return "case when area.level = 'grid' then area.area_id end"
    if by in LEVELS:
        return f"area.{by}_id"
    if by == "department":
        return "department"
    kind, _, depth = by.partition(":")
    if kind == "category" and depth.isdecimal() and int(depth) > 0:
        return f"array_to_string(list_slice(string_split(category, '/'), 1, {int(depth)}), '/')"
    raise TimelinessError(f"Cases cannot be told apart by {by!r} (have: {', '.join(KEYS)} and deeper categories).")


def first_day(days: pd.Series, by: str) -> pd.Series:
    """The Monday, or the first of the month, of each local day."""
    start = days.dt.to_period("W-SUN" if by == "week" else "M").dt.start_time
    return pd.Series(start, index=days.index)
