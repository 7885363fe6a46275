"""Alarms of many series: which periods are told of, how sure that is, and which grade that alone allows."""

import numpy as np
import pandas as pd

from analytics.early_warning.counts import count_scores
from analytics.early_warning.counts_calendar import Numbers, Step
from analytics.early_warning.finding import Grade
from analytics.early_warning.grading import CAPS

LEAST_CONFIDENCE = 0.25
"""Told of from here up: about one quiet period in a hundred, see docs/decisions/early-warning-counts.md."""


def count_alarms(table: pd.DataFrame, step: Step, holidays: dict[pd.Timestamp, str]) -> pd.DataFrame:
    """Rows `series_id, date, alarm, score, severity` of every period that can be judged.

    `table` one row a series, one column a period, null outside a series' own span. `score` is the log odds that something
    is going on; `severity` the colour that so much confidence allows, empty without an alarm.
    """
    known = table.notna().to_numpy()
    starts, ends = known.argmax(axis=1), known.shape[1] - known[:, ::-1].argmax(axis=1)
    parts = [
        _alarms(table[(starts == start) & (ends == end)].iloc[:, start:end], step, holidays)
        for start, end in sorted(set(zip(starts.tolist(), ends.tolist(), strict=True)))
    ]
    return pd.concat(parts, ignore_index=True).sort_values(["series_id", "date"], ignore_index=True)


def _alarms(table: pd.DataFrame, step: Step, holidays: dict[pd.Timestamp, str]) -> pd.DataFrame:
    dates = pd.DatetimeIndex(table.columns)
    scores = count_scores(table.to_numpy(float), dates, step, holidays)
    judged = slice(scores.first, None)
    score, confidence = scores.score[:, judged], scores.confidence[:, judged]
    return pd.DataFrame(
        {
            "series_id": np.repeat(table.index.to_numpy(), score.shape[1]),
            "date": np.tile(dates[judged], len(table)),
            "alarm": (confidence >= LEAST_CONFIDENCE).astype(int).ravel(),
            "score": score.ravel(),
            "severity": _severity(confidence).ravel(),
        }
    )


def _severity(confidence: Numbers) -> np.ndarray:
    steps = [LEAST_CONFIDENCE, *(below for below, _ in CAPS)]
    names = np.array(["", *(grade.name for grade in Grade)])
    return names[np.searchsorted(steps, confidence, side="right")]
