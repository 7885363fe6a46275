"""Every number the product shows, defined once: `METRICS`, and `measure` and `measure_by`, which ask them."""

from analytics.metrics.measure import METRICS, Measure, MetricError, measure, measure_by
from analytics.metrics.metric import Metric

__all__ = ["METRICS", "Measure", "Metric", "MetricError", "measure", "measure_by"]
