"""By what a metric can be split, and the SQL of the key: an area level, a category level, a time, or a named column."""

from dataclasses import dataclass

from analytics.area import LEVELS
from analytics.metrics.metric import Metric
from analytics.metrics.relations import COLUMNS, WITH_CATEGORY
from warehouse.errors import ZhiliError
from working_time.calendar import free_days

LOCAL = "({time} + interval 8 hour)"
TIMES = {
    "hour": "base",
    "day": "base",
    "week": "date_trunc('week', base)::date",
    "month": "date_trunc('month', base)::date",
    "weekday": "isodow(base)",
    "holiday": """case when base in (select unnest($holidays)) then 'holiday'
        when base in (select unnest($weekends)) then 'weekend' else 'workday' end""",
}
"""Local times: hour of the day 0–23 of an hour; day, week by its Monday, month by its first day, weekday 1–7 from Monday and
kind of day of a day.
"""
DEEPEST_CATEGORY = 3


class MetricError(ZhiliError):
    """A metric is asked for that does not exist, or by something it cannot be split by."""


@dataclass(frozen=True)
class Split:
    """How rows are grouped: by `column`, as it lies there, called `base`, whose groups `key`, an expression of `base`, then joins.

    Counting by a column is quick and its groups are few, so that what the key costs no longer matters.
    """

    column: str
    key: str
    by_area: bool = False

    @property
    def base(self) -> str:
        """The column under its name."""
        return f"{self.column} as base"

    @property
    def join(self) -> str:
        """The areas that the key names, beside the groups."""
        return "left join area on area.area_id = base::varchar" if self.by_area else ""

    def joined(self, counted: str, parts: str, name: str = "key") -> str:
        """The statement that joins the groups of the statement `counted` into keys, called `name`, and their `parts`."""
        return f'select {self.key} as "{name}", {parts} from ({counted}) {self.join}'


def below(category: str | None) -> str:
    """By what categories are split two levels below a chosen one, or as deep as they go."""
    chosen = category.count("/") + 1 if category else 0
    return f"category:{min(chosen + 2, DEEPEST_CATEGORY)}"


def splits(metric: Metric) -> tuple[str, ...]:
    """Everything this metric can be split by."""
    categories = [f"category:{depth}" for depth in range(1, DEEPEST_CATEGORY + 1)]
    return (
        *LEVELS,
        *(categories if metric.table in WITH_CATEGORY else ()),
        *(TIMES if metric.time else ()),
        *COLUMNS[metric.table],
    )


def split_of(metric: Metric, by: str | None) -> Split:
    """How the metric is split so; `MetricError` if it cannot be."""
    if by is None:
        return Split("null", "null")
    if by not in splits(metric):
        raise MetricError(f"{metric.name} cannot be split by {by!r} (by: {', '.join(splits(metric))}).")
    if by in LEVELS:
        return Split("area_id", _area(by), by_area=True)
    if by in TIMES:
        return _time(metric, by)
    if by.startswith("category:"):
        depth = int(by.removeprefix("category:"))
        return Split("category", f"array_to_string(list_slice(string_split(base::varchar, '/'), 1, {depth}), '/')")
    return Split(by, "base::varchar")


def _area(level: str) -> str:
    return "case when area.level = 'grid' then area.area_id end" if level == "grid" else f"area.{level}_id"


def _time(metric: Metric, by: str) -> Split:
    """Facts have the local days of their times, and the hour of the report, ready."""
    moment, is_fact = LOCAL.format(time=metric.time), metric.is_fact
    if by == "hour":
        column = "reported_hour" if is_fact and metric.time == "reported_at" else f"hour({moment})"
    else:
        column = metric.time.replace("_at", "_on") if is_fact else f"{moment}::date"
    return Split(column, TIMES[by])


def values_of(by: str | None) -> dict[str, object]:
    """The parameters that the key needs."""
    if by != "holiday":
        return {}
    holidays, weekends = free_days()
    return {"holidays": list(holidays), "weekends": list(weekends)}
