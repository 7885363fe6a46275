"""How long do cases take to close? By week, month, department, category or area, and how the times are spread."""

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import fact_question
from analytics.timeliness.cases import case_counts
from analytics.timeliness.survival import life_table, resolution_times
from analytics.view import View

FIRST_BIN_HOURS = 0.25
BINS_PER_DOUBLING = 2


@fact_question
def resolution_by(cursor: duckdb.DuckDBPyConnection, view: View, by: str | None) -> pd.DataFrame:
    """`key, n, events, p50, p50_low, p50_high, p90, p90_low, p90_high`: hours from report to close, a row a key.

    Cases reported in the view's period; those open at its end are censored there, so the medians are Kaplan–Meier's, with
    95 % intervals (inf: not reached yet). `by` is week or month (first local day of it), department, category:1 and deeper,
    district, town, community, grid, or None for the whole; null keys hold cases known less exactly. `MetricError`
    for any other.
    """
    return resolution_times(case_counts(cursor, view, by)).rename(columns={"group": "key"})


@fact_question
def resolution_curve(cursor: duckdb.DuckDBPyConnection, view: View) -> pd.DataFrame:
    """Which share is still open after how long: `hours, at_risk, closed, open, survival, variance, low, high`."""
    return life_table(case_counts(cursor, view, None)).drop(columns="group")


def bin_edges(longest: float) -> np.ndarray:
    """Bin edges in hours; the last lies above the longest, so that each bin but holds its lower edge."""
    doublings = max(0.0, np.log2(max(longest, FIRST_BIN_HOURS) / FIRST_BIN_HOURS))
    steps = np.arange(int(doublings * BINS_PER_DOUBLING) + 2)
    return np.concatenate([[0.0], FIRST_BIN_HOURS * 2 ** (steps / BINS_PER_DOUBLING)])
