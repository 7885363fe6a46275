"""Which open cases will miss their due time, how likely is each, and which office is about to miss more than usual.

A case is late unless it is closed on one of the days up to its due time; each day's share comes from the past (`hazard.py`:
office, matter, age, working days left, kind of day), moved by how fast or slow that office has been in the last four weeks.
"""

from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.early_warning.budget import confidences, told, upper_tail
from analytics.early_warning.case_days import (
    MOST_DAYS,
    NEVER,
    YEAR,
    Floats,
    Ints,
    cells,
    history,
    last_full_day,
    on,
    summed,
    trials,
)
from analytics.early_warning.finding import Finding, Point
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.hazard import Hazard, learnt, numbers
from analytics.early_warning.rules import Rule
from analytics.view import start_of

AHEAD_DAYS = 7
LATELY_WEEKS, PAST_WEEKS = 4, 26
"""The usual is that of half a year of weeks, the last four left out, in which what is coming may have begun."""
PACE_DAYS = 28
PACE_PRIOR = 30.0
"""The last weeks' pace is drawn towards the year's, as if so many closed cases had kept to it."""
LEAST_TIMES = 1.3
IDS_AT_MOST = 200


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Offices about to miss more due times than usual in the next week."""
    return detect(history(look), open_cases(look), last_full_day(look), scene, rule)


@question
def open_cases(cursor: duckdb.DuckDBPyConnection, look: Look) -> pd.DataFrame:
    """The cases open at the look and not yet past due: `incident_id, area_id, department, category, reported, due`."""
    since = look.until - timedelta(days=MOST_DAYS)
    frame = cursor.execute(
        """select incident_id, area_id, department, category,
            (reported_at + interval 8 hour)::date - date '1970-01-01' as reported,
            (due_at + interval 8 hour)::date - date '1970-01-01' as due
        from incident where reported_at >= $since and reported_at < $until and (closed_at is null or closed_at >= $until)
            and due_at >= $until and department is not null order by incident_id""",
        {"since": since, "until": look.until},
    ).df()
    return frame.astype({"reported": np.int64, "due": np.int64})


def late_chances(cases: pd.DataFrame, waiting: pd.DataFrame, last: int) -> Floats:
    """For each of the `waiting` cases (columns of `open_cases`) the probability that it is not closed by its due time.

    Learnt from `cases` (columns of `case_days.history`) as they stood on the evening of the day `last`.
    """
    seen = trials(cases, last - YEAR + 1, last)
    usual = learnt(cases, seen)
    share = usual.of(cases, seen.row, seen.cell)
    recent = seen.day > last - PACE_DAYS
    office = numbers(cases["department"], usual.offices)[seen.row[recent]]
    sums = [summed(office, (part * seen.n)[recent], len(usual.offices)) for part in (seen.is_closed, share)]
    pace = np.append((sums[0] + PACE_PRIOR) / (sums[1] + PACE_PRIOR), 1.0)
    return _missed(usual, waiting, pace[numbers(waiting["department"], usual.offices)], last + 1)


def _missed(usual: Hazard, waiting: pd.DataFrame, pace: Floats, today: int) -> Floats:
    """The product over the days up to the due day of the shares not closed."""
    reported, due = waiting["reported"].to_numpy(np.int64), waiting["due"].to_numpy(np.int64)
    missed = np.ones(len(waiting))
    for day in range(today, min(int(due.max(initial=today)), today + MOST_DAYS) + 1):
        row = np.flatnonzero(due >= day)
        share = usual.of(waiting, row, cells(day - reported[row], np.full(len(row), day), due[row]))
        missed[row] *= (1.0 - np.minimum(share, 1 - 1e-9)) ** pace[row]
    return missed


def detect(cases: pd.DataFrame, waiting: pd.DataFrame, last: int, scene: Scene, rule: Rule) -> list[Finding]:
    """Offices whose expected number of late cases among those due in the next week is unusual; quiet with a short history."""
    known = last - int(cases["reported"].min()) + 1 if len(cases) else 0
    if known < YEAR // 2 or waiting.empty:
        return []
    ahead = waiting.assign(chance=late_chances(cases, waiting, last))
    ahead = ahead[ahead["due"] <= last + AHEAD_DAYS]
    weeks = min(PAST_WEEKS, (known - MOST_DAYS) // AHEAD_DAYS - LATELY_WEEKS)
    names, past = past_weeks(cases, last, weeks)
    expected = ahead.groupby("department")["chance"].sum().reindex(names).fillna(0.0).to_numpy()
    chance = upper_tail(_rooted(expected), _rooted(past))
    chance = np.where(np.isnan(chance), 1.0, chance)
    usual, sure = past.mean(1), confidences(chance)
    loud = told(chance, rule) & (expected >= rule.least_observed) & (expected >= LEAST_TIMES * usual)
    return [
        _finding(scene, rule, names[g], ahead[ahead["department"] == names[g]], past[g], float(chance[g]), float(sure[g]), last)
        for g in np.flatnonzero(loud)
    ]  # fmt: skip


def _rooted(count: Floats) -> Floats:
    """Square roots of counts, whose spread does not depend on their size (Anscombe 1948)."""
    return np.sqrt(count + 0.375)


def past_weeks(cases: pd.DataFrame, last: int, weeks: int) -> tuple[list[str], Floats]:
    """By office and past week, the newest first: of the cases open as it began and due in it, how many were late in the end."""
    codes, names = pd.factorize(cases["department"])
    reported, closed, due = (cases[name].to_numpy(np.int64) for name in ("reported", "closed", "due"))
    is_late = ~cases["is_by_due"].to_numpy(bool)
    n = cases["n"].to_numpy(np.float64)
    past: list[Floats] = []
    for back in range(LATELY_WEEKS + 1, LATELY_WEEKS + weeks + 1):
        begin = last + 1 - AHEAD_DAYS * back
        own = (
            is_late
            & (reported < begin)
            & (closed >= begin)
            & (due >= begin)
            & (due < begin + AHEAD_DAYS)
            & (due < NEVER)
        )
        past.append(summed(codes[own], n[own], len(names)))
    return [str(name) for name in names], np.column_stack(past) if past else np.zeros((len(names), 0))


def _finding(
    scene: Scene, rule: Rule, name: str, ahead: pd.DataFrame, past: Floats, chance: float, sure: float, last: int
) -> Finding:
    usual = float(past.mean())
    band = usual + 2 * float(past.std())
    begins: Ints = last + 1 - AHEAD_DAYS * np.arange(len(past) + LATELY_WEEKS, LATELY_WEEKS, -1)
    series = [Point(start_of(on(day)), float(late), usual, band) for day, late in zip(begins, past[::-1], strict=True)]
    series.append(Point(start_of(on(last + 1)), float(ahead["chance"].sum()), usual, band))
    likely = ahead.sort_values("chance", ascending=False)
    sign = Sign(
        kind="late", subject_kind="department", subject=name, areas=likely["area_id"].dropna().tolist(), since=scene.until,
        observed=float(ahead["chance"].sum()), expected=usual, unit="late", probability=chance, confidence=sure, impact=0,
        facts={"due": len(ahead), "days": AHEAD_DAYS, "likely": int((ahead["chance"] >= 0.5).sum()), "compared": "weeks_before",
               "chances": {key: round(p, 3) for key, p in likely[["incident_id", "chance"]].head(20).itertuples(index=False)}},
        series=tuple(series), incident_ids=tuple(likely["incident_id"].head(IDS_AT_MOST)), who=name,
        question={"department": name, "from": on(last - MOST_DAYS).isoformat(), "to": on(last).isoformat()},
    )  # fmt: skip
    return finding(scene, rule, sign)
