"""What `/` asks: how many, how late, where and what, now and against the period before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import duckdb
import pandas as pd

from analytics.answers import question
from analytics.area import Area, areas, next_level
from analytics.intervals import count_interval
from analytics.metrics import Measure, below, measure, measure_by, prepare
from analytics.view import View, local_day, start_of
from working_time.calendar import day

SMALLEST_RANKED = 5
TREND_DAYS = 30
LEVELS = ("grid", "community", "town", "district")


@dataclass(frozen=True)
class Change:
    """A number now and one period before; `before` is None where nothing can be compared."""

    now: Measure
    before: Measure | None


def with_change(view: View, name: str) -> Change:
    """The metric of the view and of the period before."""
    earlier = view.before()
    return Change(measure(view, name), measure(earlier, name) if earlier else None)


def prepare_changes(asked: Sequence[tuple[View, str]]) -> None:
    """Count these metrics of these views, and of the periods before, together: `with_change` then asks nothing."""
    prepare([(each, name) for view, name in asked for each in (view, view.before()) if each is not None])


def today(view: View) -> View:
    """The same view on the newest local day the data know, against the day before up to the same hour."""
    since, until, one = start_of(local_day(view.now)), view.now + timedelta(seconds=1), timedelta(days=1)
    return replace(view, since=since, until=until, period="today", previous=(since - one, until - one))


def daily(view: View) -> pd.DataFrame:
    """Incidents by local day over the 30 days to the view's end: `day, count, is_free, holiday_zh, holiday_en`."""
    last = local_day(view.until - timedelta(seconds=1))
    first = last - timedelta(days=TREND_DAYS - 1)
    span = replace(view, since=start_of(first), previous=None)
    counts = measure_by(span, "incident_count", "day").set_index("key")["numerator"]
    days = pd.date_range(first, last, freq="D")
    kinds = [day(moment.date()) for moment in days]
    return pd.DataFrame(
        {
            "day": days,
            "count": counts.reindex(days, fill_value=0).to_numpy(),
            "is_free": [kind.is_free for kind in kinds],
            "holiday_zh": [kind.holiday_zh for kind in kinds],
            "holiday_en": [kind.holiday_en for kind in kinds],
        }
    )


def settled_levels(view: View) -> pd.DataFrame:
    """Share settled at each level, from the grid up, and without a stated level: `level, count, total, share`."""
    rows = measure_by(view, "settled_in_grid_rate", "settled_level")
    known = {key: int(n) for key, n in zip(rows["key"], rows["denominator"], strict=True) if key in LEVELS}
    counts, total = [known.get(level, 0) for level in LEVELS], int(rows["denominator"].sum())
    frame = pd.DataFrame({"level": [*LEVELS, "unknown"], "count": [*counts, total - sum(counts)], "total": total})
    frame["share"] = frame["count"] / max(total, 1)
    return frame[(frame["level"] != "unknown") | (frame["count"] > 0)].reset_index(drop=True)


@dataclass(frozen=True)
class Ranking:
    """Rows of a ranking, largest first, and how many were too few to be ranked or lie in none."""

    rows: pd.DataFrame
    too_few: int
    elsewhere: int


def busiest_areas(view: View, limit: int = 8) -> Ranking:
    """Areas of the next level with most incidents: `key, name, count, low, high, per_10k, before`.

    Only areas with at least 5 incidents are ranked; `low` and `high` are the 95 % interval of the count.
    """
    level = next_level(view.as_of, view.area_id)
    known = areas(view.as_of)
    rows = measure_by(view, "per_10k_residents", level).rename(columns={"numerator": "count", "value": "per_10k"})
    elsewhere = int(rows.loc[rows["key"].isna(), "count"].sum())
    rows = rows[rows["key"].notna()]
    rows = rows.assign(name=[known[key].name for key in rows["key"]], before=_before(view, level, rows["key"]))
    return _rank(rows, limit, elsewhere)


def busiest_categories(view: View, limit: int = 8) -> Ranking:
    """Categories two levels below the chosen one with most incidents: `key, name, count, low, high, before`."""
    by = below(view.category)
    rows = measure_by(view, "incident_count", by).rename(columns={"numerator": "count"})
    elsewhere = int(rows.loc[rows["key"].isna(), "count"].sum())
    rows = rows[rows["key"].notna()]
    rows = rows.assign(name=rows["key"].str.split("/").str[-1], before=_before(view, by, rows["key"]))
    return _rank(rows, limit, elsewhere)


def _before(view: View, by: str, keys: pd.Series) -> pd.Series:
    earlier = view.before()
    if earlier is None:
        return pd.Series(float("nan"), index=keys.index)
    counts = measure_by(earlier, "incident_count", by).set_index("key")["numerator"]
    return keys.map(counts).fillna(0).astype(float)


def _rank(rows: pd.DataFrame, limit: int, elsewhere: int) -> Ranking:
    enough = rows[rows["count"] >= SMALLEST_RANKED].sort_values(["count", "key"], ascending=[False, True])
    low, high = count_interval(enough["count"])
    ranked = enough.assign(low=low, high=high).head(limit).reset_index(drop=True)
    return Ranking(ranked, len(rows) - len(enough), elsewhere)


def most_overdue(view: View) -> tuple[str, int] | None:
    """Name and number of overdue incidents of the area of the next level that has most; None if there is none."""
    found = None if view.area_level == "grid" else _most_overdue(view, next_level(view.as_of, view.area_id))
    return None if found is None else (found[0].name, found[1])


def most_overdue_town(view: View) -> Area | None:
    """The town (or what stands first below the top) with most overdue incidents; None if there is none."""
    found = _most_overdue(view, next_level(view.as_of, None))
    return None if found is None else found[0]


def _most_overdue(view: View, level: str) -> tuple[Area, int] | None:
    rows, known = measure_by(view, "overdue_count", level).dropna(subset=["key"]), areas(view.as_of)
    rows = rows[rows["key"].isin(known)].sort_values(["numerator", "key"], ascending=[True, False])
    if rows.empty or rows["numerator"].iloc[-1] == 0:
        return None
    return known[str(rows["key"].iloc[-1])], int(rows["numerator"].iloc[-1])


def devices(view: View, name: str) -> dict[str, int]:
    """How many sensors or cameras are online, offline and unknown: `{"online": …}`."""
    known, unknown = measure(view, f"{name}_online_rate"), int(measure(view, f"{name}_unknown_count").numerator)
    online = int(known.numerator)
    return {"online": online, "offline": int(known.denominator or 0) - online - unknown, "unknown": unknown}


@question
def loads_to_choose(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> pd.DataFrame:
    """The newest 50 loads whose snapshot a page can be opened as of: `load_id, snapshot_id, file`."""
    return cursor.execute(
        """select load_id, snapshot_id, file from load where status <> 'failed' and snapshot_id is not null
        qualify row_number() over (partition by snapshot_id order by load_id desc) = 1
        order by load_id desc limit 50"""
    ).df()
