"""Every number the product shows, defined once: `METRICS`, and `measure` and `measure_by`, which ask them."""

from analytics.metrics.measure import METRICS, Measure, measure, measure_by, prepare
from analytics.metrics.metric import Metric
from analytics.metrics.splits import MetricError, below, splits

__all__ = ["METRICS", "Measure", "Metric", "MetricError", "below", "measure", "measure_by", "prepare", "splits"]
