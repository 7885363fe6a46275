"""Do cases take longer than the year before, by office or by matter? Closed against what should have closed by now.

Every day of every open case has a share to be closed that day, learnt from the year before (`hazard.py`), the last quarter left out; over the last
days their sum is what should have closed, open cases included (the one-sample log-rank test, Breslow 1975). How far the
two part by chance is taken from the same group's earlier windows, busy and quiet days, holidays and all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.early_warning.budget import confidences, told, upper_tail
from analytics.early_warning.case_days import YEAR, Floats, Trials, history, last_full_day, on, summed, trials
from analytics.early_warning.extent import top
from analytics.early_warning.finding import Finding, Point, SubjectKind
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.hazard import learnt
from analytics.early_warning.impact import impact_of_category
from analytics.early_warning.rules import Rule
from analytics.view import start_of

WINDOW_DAYS = 14
LATELY_DAYS = 84
"""So long a slowdown may have lasted and is still compared with the time before it."""
LEAST_EXPECTED = 10.0
SWAY = 0.05
LEAST_TIMES = 1.25
"""Less than a quarter longer is no warning, however sure."""


@dataclass(frozen=True)
class Pace:
    """Closed and expected to be, by group and day from `first` on, and the variance of that."""

    names: tuple[str, ...]
    first: int
    closed: Floats
    expected: Floats
    variance: Floats

    def windows(self, days: int) -> tuple[Floats, Floats, Floats]:
        """The same by windows of so many days, the last one up to the last day."""
        shape = (len(self.names), -1, days)
        closed, expected, variance = (x.reshape(shape).sum(2) for x in (self.closed, self.expected, self.variance))
        return closed, expected, variance


@dataclass(frozen=True)
class Span:
    """Days: the last one, of one window, known in all, and of those the last ones that the usual is not learnt from."""

    last: int
    days: int
    known: int
    lately: int


@dataclass(frozen=True)
class Slowed:
    """A group that has slowed down, its number in `pace`, by what chance, and how sure that is none."""

    pace: Pace
    group: int
    chance: float
    sure: float

    @property
    def name(self) -> str:
        """Of the office or matter."""
        return self.pace.names[self.group]


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Groups that have slowed down: offices, or matters if the rule's limit `by_category` is 1.

    A matter is judged by the cases of offices that have not slowed down as a whole: what an office does slowly is told of it, once.
    """
    return detect(history(look), last_full_day(look), scene, rule)


def detect(cases: pd.DataFrame, last: int, scene: Scene, rule: Rule) -> list[Finding]:
    """From the columns of `case_days.history`, up to the day `last`; nothing where less than half a year is known."""
    days = int(rule.limits.get("days", WINDOW_DAYS))
    known = (last - int(cases["reported"].min()) + 1) // days if len(cases) else 0
    windows = min(known, (YEAR + LATELY_DAYS) // days)
    if windows * days < YEAR // 2:
        return []
    lately = max(1, min(LATELY_DAYS // days, windows - YEAR // 2 // days))
    span = Span(last, days, windows * days, lately * days)
    offices = _slowed(cases, cases["department"], span, rule)
    if not rule.limits.get("by_category", 0):
        return [_finding(scene, rule, "department", one, span) for one in offices]
    kept = cases[~cases["department"].isin([one.name for one in offices])]
    matters = _slowed(kept, second_level(kept["category"]), span, rule)
    return [_finding(scene, rule, "category", one, span) for one in matters]


def _slowed(cases: pd.DataFrame, group: pd.Series, span: Span, rule: Rule) -> list[Slowed]:
    """The groups that have slowed down."""
    if cases.empty:
        return []
    pace = paced(cases, group, span.last, span.known, span.lately)
    closed, expected, variance = pace.windows(span.days)
    apart = _apart(closed, expected, variance)
    chance = upper_tail(apart[:, -1], apart[:, : -(span.lately // span.days)])
    tested = np.flatnonzero(~np.isnan(chance))
    is_told = told(chance[tested], rule)
    sure = dict(zip(tested, confidences(chance[tested]), strict=True))
    times = expected[:, -1] / np.maximum(closed[:, -1], 0.5)
    loud = [g for g in tested[is_told] if times[g] >= rule.limits.get("least_times", LEAST_TIMES)]
    return [Slowed(pace, g, float(chance[g]), float(sure[g])) for g in loud]


def _apart(closed: Floats, expected: Floats, variance: Floats) -> Floats:
    """The logarithm of how many times as long, in spreads of chance and of a pace that sways by a twentieth; NaN for few cases."""
    enough = np.maximum(expected, LEAST_EXPECTED)
    spread = np.sqrt(variance / enough**2 + SWAY**2)
    return np.where(expected >= LEAST_EXPECTED, np.log((expected + 0.5) / (closed + 0.5)) / spread, np.nan)


def second_level(category: pd.Series) -> pd.Series:
    """Each case's category down to the second level."""
    names = category.cat.categories
    return category.map({name: "/".join(str(name).split("/")[:2]) for name in names})


def paced(cases: pd.DataFrame, group: pd.Series, last: int, days: int, lately: int) -> Pace:
    """Closed and expected of each group on each of the last `days` days; what is usual is learnt from all but the last `lately`."""
    first = last - days + 1
    seen = trials(cases, first, last)
    before = seen.day <= last - lately
    usual = learnt(cases, Trials(*(getattr(seen, name)[before] for name in ("row", "day", "cell", "is_closed", "n"))))
    share = usual.of(cases, seen.row, seen.cell)
    codes, names = pd.factorize(group.astype(object), use_na_sentinel=False)
    flat = codes[seen.row] * days + (seen.day - first)
    parts = (seen.is_closed, share, share * (1 - share))
    sums = [summed(flat, part * seen.n, len(names) * days).reshape(len(names), days) for part in parts]
    return Pace(tuple(str(name) for name in names), first, *sums)


def _finding(scene: Scene, rule: Rule, kind: SubjectKind, slowed: Slowed, span: Span) -> Finding:
    pace, g, days, name = slowed.pace, slowed.group, span.days, slowed.name
    closed, expected = float(pace.closed[g, -days:].sum()), float(pace.expected[g, -days:].sum())
    times = expected / max(closed, 0.5)
    since = start_of(on(pace.first + _began(pace, g, min(closed / max(expected, 1e-9), 1.0))))
    facts: Mapping[str, object] = {"days": days, "times": round(times, 2), "compared": "year_before"}
    sign = Sign(
        kind="slow" if kind == "department" else "slow_category", subject_kind=kind, subject=name, areas=[top(scene.known)],
        since=since, observed=closed, expected=expected, unit="closed", probability=slowed.chance, confidence=slowed.sure,
        impact=impact_of_category(name) if kind == "category" else 0, facts=facts, series=_series(pace, g, days),
        question={kind: name, "from": on(span.last - days + 1).isoformat(), "to": on(span.last).isoformat()},
        who=name if kind == "department" else "", size=times,
    )  # fmt: skip
    return finding(scene, rule, sign)


def _began(pace: Pace, g: int, share: float) -> int:
    """The day of the last quarter from which on more was missing than half of what is missing now: a CUSUM's turn (Page 1954)."""
    quarter = min(90, pace.closed.shape[1])
    missing = np.cumsum((pace.expected * (1 + share) / 2 - pace.closed)[g, -quarter:])
    return pace.closed.shape[1] - quarter + min(int(np.argmin(missing)) + 1, quarter - 1)


def _series(pace: Pace, g: int, days: int) -> tuple[Point, ...]:
    """By window: how many times as long as usual, and up to where it is usual."""
    closed, expected, variance = pace.windows(days)
    rows = zip(closed[g], expected[g], variance[g], strict=True)
    points = []
    for n, (done, due, spread) in enumerate(rows):
        if due > 0:
            low = max(due - 2 * np.sqrt(spread), 0.5)
            points.append(Point(start_of(on(pace.first + n * days)), due / max(done, 0.5), 1.0, due / low))
    return tuple(points)
