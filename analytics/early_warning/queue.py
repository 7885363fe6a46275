"""Do cases pile up in an office? Open cases of the last week against the four weeks before, and how such growth usually swings."""

from datetime import timedelta

import numpy as np
import pandas as pd

from analytics.early_warning.budget import confidences, told, upper_tail
from analytics.early_warning.case_days import NEVER, Floats, history, last_full_day, on, summed
from analytics.early_warning.extent import top
from analytics.early_warning.finding import Finding, Point
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.rules import Rule
from analytics.view import start_of

WEEK, BEFORE = 7, 28
EVERY = 28
"""Past windows so many days apart, so that they hardly share days."""
SWAY = 0.05
PAST_DAYS = 364
LEAST_TIMES = 1.2


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Offices whose open cases pile up."""
    return detect(history(look), last_full_day(look), scene, rule)


def detect(cases: pd.DataFrame, last: int, scene: Scene, rule: Rule) -> list[Finding]:
    """From the columns of `case_days.history`, up to the day `last`; nothing where less than half a year is known."""
    known = last - int(cases["reported"].min()) + 1 if len(cases) else 0
    days = min(known, PAST_DAYS + BEFORE + WEEK)
    if days < PAST_DAYS // 2:
        return []
    names, came, went = flows(cases, last)
    waiting = np.cumsum(came - went, axis=1)[:, -days:]
    growth = np.column_stack([_growth(waiting, back) for back in range(0, days - BEFORE - WEEK + 1, EVERY)])
    chance = upper_tail(growth[:, 0], growth[:, 1:])
    chance = np.where(np.isnan(chance), 1.0, chance)
    now, before = waiting[:, -WEEK:].mean(1), waiting[:, -WEEK - BEFORE : -WEEK].mean(1)
    grows = (now >= LEAST_TIMES * before) & (now >= rule.least_observed)
    loud = np.flatnonzero(told(chance, rule) & grows)
    sure = confidences(chance)
    return [
        _finding(scene, rule, names[g], last, (came[g], went[g], waiting[g]), float(chance[g]), float(sure[g]))
        for g in loud
    ]


def flows(cases: pd.DataFrame, last: int) -> tuple[list[str], Floats, Floats]:
    """The offices, and how many cases came and went by office and day, up to `last`, from the first day known."""
    codes, names = pd.factorize(cases["department"])
    first = int(cases["reported"].min())
    days = last - first + 1
    n = cases["n"].to_numpy(np.float64)
    flows = []
    for column in ("reported", "closed"):
        day = cases[column].to_numpy(np.int64)
        own = (day <= last) & (day < NEVER)
        flat = codes[own] * days + day[own] - first
        flows.append(summed(flat, n[own], len(names) * days).reshape(len(names), days))
    return [str(name) for name in names], flows[0], flows[1]


def _growth(waiting: Floats, back: int) -> Floats:
    """How many times as many open cases a week had as the four weeks before it, `back` days ago: the logarithm, in spreads of chance."""
    end = waiting.shape[1] - back
    now = waiting[:, end - WEEK : end].mean(1)
    before = waiting[:, end - WEEK - BEFORE : end - WEEK].mean(1)
    return np.asarray(np.log((now + 1) / (before + 1)) / np.sqrt(1 / (before + 1) + SWAY**2))


def _finding(
    scene: Scene, rule: Rule, name: str, last: int, flow: tuple[Floats, Floats, Floats], chance: float, sure: float
) -> Finding:
    came, went, waiting = flow
    now, before = float(waiting[-WEEK:].mean()), float(waiting[-WEEK - BEFORE : -WEEK].mean())
    usual = np.flatnonzero(waiting <= before)
    began = on(last - (len(waiting) - 1 - int(usual[-1])) + 1) if len(usual) else on(last - BEFORE)
    band = before + 2 * float(np.std(waiting[:-WEEK]))
    shown = waiting[-2 * BEFORE - WEEK :]
    series = tuple(
        Point(start_of(on(last - len(shown) + 1 + n)), float(open_), before, band) for n, open_ in enumerate(shown)
    )
    sign = Sign(
        kind="queue", subject_kind="department", subject=name, areas=[top(scene.known)], since=start_of(began),
        observed=now, expected=before, unit="open", probability=chance, confidence=sure, impact=0,
        facts={"came": float(came[-WEEK:].sum()), "went": float(went[-WEEK:].sum()), "days": WEEK, "compared": "weeks_before"},
        series=series, who=name,
        question={"department": name, "from": (on(last) - timedelta(days=WEEK - 1)).isoformat(), "to": on(last).isoformat()},
    )  # fmt: skip
    return finding(scene, rule, sign)
