"""Where the same matter comes up again and again: one category in one grid, far above what that grid usually has."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.early_warning.budget import confidences, told
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_category
from analytics.early_warning.own_rate import at_level, counted, unusual, weekly
from analytics.early_warning.rules import Rule
from analytics.view import local_day

DAYS = 14


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Places of the rule's level where a matter came again and again in the last `days`."""
    days = int(rule.limits.get("days", DAYS))
    found = detect(counted(look, days, None), scene, rule, days)
    return [replace(one, series=weekly(look, one.area_id, one.subject, None)) for one in found]


def detect(
    counts: pd.DataFrame, scene: Scene, rule: Rule, days: float, kind: str = "repeats", channel: str | None = None
) -> list[Finding]:
    """From the columns of `own_rate.counted`; every pair of a place and a category counts as looked at."""
    cells = at_level(counts, scene.known, rule.level)
    seen = unusual(cells)
    tests = sum(area.level == rule.level for area in scene.known.values()) * max(cells["category"].nunique(), 1)
    chance = seen["probability"].to_numpy(np.float64)
    sure = confidences(chance, tests)
    loud = told(chance, rule, tests) & (seen["recent"].to_numpy() >= rule.least_observed)
    rows = seen.assign(sure=sure)[loud]
    return [_finding(scene, rule, row, days, kind, channel) for _, row in rows.iterrows()]


def _finding(scene: Scene, rule: Rule, row: pd.Series, days: float, kind: str, channel: str | None) -> Finding:
    asked = {"area": str(row["area_id"]), "category": str(row["category"])} | ({"channel": channel} if channel else {})
    since = row["first_at"].to_pydatetime()
    asked |= {"from": local_day(since).isoformat(), "to": local_day(scene.until).isoformat()}
    sign = Sign(
        kind=kind, subject_kind="category", subject=str(row["category"]), areas=[str(row["area_id"])], since=since,
        observed=row["recent"], expected=row["expected"], unit="incidents", probability=row["probability"], confidence=row["sure"],
        impact=impact_of_category(str(row["category"])), facts=({"hours": round(24 * days)} if days < 1 else {"days": days}) | {"past": int(row["past"]), "compared": "own_year"},
        question=asked,
    )  # fmt: skip
    return finding(scene, rule, sign)
