"""What each area is worth on the map: one metric for every area of every level, and why some have no value."""

from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.area import LEVELS, area_frame
from analytics.metrics import METRICS, Metric, measure_by
from analytics.view import View

MIN_N = 5
"""A rate out of fewer than this says nothing about a single grid, so it is not coloured."""
PER_10K = "per_10k"
COUNTS = ("incident_count", "open_count", "overdue_count")
RATES = ("on_time_rate", "settled_in_grid_rate", "sensor_online_rate", "camera_online_rate")
DEFAULT = "incident_count"


@dataclass(frozen=True)
class MapMetric:
    """A metric as the map paints it: as it is, or a count per 10,000 residents."""

    metric: Metric
    per_10k: bool = False

    @property
    def key(self) -> str:
        """How the address names it."""
        return f"{self.metric.name}:{PER_10K}" if self.per_10k else self.metric.name

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers."""
        return not self.metric.is_rate and not self.per_10k

    @property
    def has_denominator(self) -> bool:
        """Whether a value is made of two numbers."""
        return self.metric.is_rate or self.per_10k

    @property
    def min_n(self) -> int:
        """The denominator from which on a value is shown."""
        return MIN_N if self.metric.is_rate and self.metric.table == "incident" else 1


def map_metric(asked: object) -> MapMetric:
    """The metric an address asks for; the plain count of incidents if it asks for none that the map knows."""
    name, _, basis = str(asked or DEFAULT).partition(":")
    if name not in (*COUNTS, *RATES):
        return MapMetric(METRICS[DEFAULT])
    return MapMetric(METRICS[name], per_10k=basis == PER_10K and name in COUNTS)


def values_by_area(view: View, key: str) -> pd.DataFrame:
    """`numerator, denominator, value` of every area, by `area_id`; the view's own area does not narrow it.

    A null value means no data: no source has ever covered the area, or the denominator is under the minimum.
    """
    return _values(replace(view, area_id=None, area_level=None), key)


@question
def _values(_cursor: duckdb.DuckDBPyConnection, view: View, key: str) -> pd.DataFrame:
    asked = map_metric(key)
    known = area_frame(view.as_of).set_index("area_id")
    parts = [measure_by(view, asked.metric.name, level).dropna(subset="key").set_index("key") for level in LEVELS]
    found = pd.concat(parts)[["numerator", "denominator"]].reindex(known.index)
    if not asked.metric.is_rate:
        found["denominator"] = known["population"].astype(float) if asked.per_10k else np.nan
        found["numerator"] = found["numerator"].fillna(0.0).where(known.index.isin(covered_areas(view.as_of)))
    found = found.astype(float)
    found["value"] = _value(asked, found)
    return found


def _value(asked: MapMetric, found: pd.DataFrame) -> pd.Series:
    if not asked.has_denominator:
        return found["numerator"]
    enough = found["denominator"].where(found["denominator"] >= asked.min_n)
    return found["numerator"] / enough * (10_000 if asked.per_10k else asked.metric.scale)


@question
def covered_areas(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> frozenset[str]:
    """Areas from which an incident has ever come. Where none ever has, zero may be silence, so it is no data."""
    columns = ", ".join(f"a.{level}_id" for level in LEVELS if level != "grid")
    rows = cursor.execute(
        f"""select distinct unnest([a.area_id, {columns}]) from area a
        where a.area_id in (select distinct area_id::varchar from incident_fact)"""
    ).fetchall()
    return frozenset(area_id for (area_id,) in rows if area_id is not None)
