"""By what a metric can be split, and the SQL of the key: an area level, a category level, a time, or a named column."""

from analytics.area import LEVELS
from analytics.metrics.metric import Metric
from analytics.metrics.relations import COLUMNS, WITH_CATEGORY
from warehouse.errors import ZhiliError
from working_time.calendar import free_days

LOCAL = "({time} + interval 8 hour)"
TIMES = {
    "hour": f"hour({LOCAL})",
    "day": f"{LOCAL}::date",
    "week": f"date_trunc('week', {LOCAL})::date",
    "month": f"date_trunc('month', {LOCAL})::date",
    "weekday": f"isodow({LOCAL})",
    "holiday": f"""case when {LOCAL}::date in (select unnest($holidays)) then 'holiday'
        when {LOCAL}::date in (select unnest($weekends)) then 'weekend' else 'workday' end""",
}
"""Local times: hour of the day 0–23, day, week by its Monday, month by its first day, weekday 1–7 from Monday, kind of day."""
DEEPEST_CATEGORY = 3


class MetricError(ZhiliError):
    """A metric is asked for that does not exist, or by something it cannot be split by."""


def splits(metric: Metric) -> tuple[str, ...]:
    """Everything this metric can be split by."""
    categories = [f"category:{depth}" for depth in range(1, DEEPEST_CATEGORY + 1)]
    return (
        *LEVELS,
        *(categories if metric.table in WITH_CATEGORY else ()),
        *(TIMES if metric.time else ()),
        *COLUMNS[metric.table],
    )


def key_sql(metric: Metric, by: str | None) -> str:
    """SQL of the key; areas are those of the joined table `area`. `MetricError` if it cannot be split so."""
    if by is None:
        return "null"
    if by not in splits(metric):
        raise MetricError(f"{metric.name} cannot be split by {by!r} (by: {', '.join(splits(metric))}).")
    if by == "grid":
        return "case when area.level = 'grid' then area.area_id end"
    if by in LEVELS:
        return f"area.{by}_id"
    if by in TIMES:
        return TIMES[by].format(time=metric.time)
    if by.startswith("category:"):
        return f"array_to_string(list_slice(string_split(category, '/'), 1, {int(by.removeprefix('category:'))}), '/')"
    return by


def values_of(by: str | None) -> dict[str, object]:
    """The parameters that the key needs."""
    if by != "holiday":
        return {}
    holidays, weekends = free_days()
    return {"holidays": list(holidays), "weekends": list(weekends)}
