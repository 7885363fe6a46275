"""More incidents of a matter than usual: in the district by the calendar, in its towns, communities and grids by their share.

In the whole district a matter's days, or weeks, are judged by season, weekday, holidays and trend (`counts.py`). What that
leaves open is where: each smaller area is held against its own share of what the district has now (`own_rate.py`), in which
season, weekday, holidays and trend cancel, and which is exact for counts near nought. So thousands of series a day are
judged in a second, and a rise that all the district shares is told once, not in every village.
"""

from dataclasses import replace
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.early_warning import repeats
from analytics.early_warning.budget import told
from analytics.early_warning.case_days import Floats, Ints, last_full_day, on
from analytics.early_warning.counts import count_scores, probability, upper
from analytics.early_warning.counts_calendar import Step
from analytics.early_warning.extent import top
from analytics.early_warning.finding import Finding, Point
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_category
from analytics.early_warning.own_rate import counted, weekly
from analytics.early_warning.rules import Rule
from analytics.view import local_day, start_of
from working_time.calendar import day as calendar_day

DEPTH = 2
"""Level of the category tree at which the district is judged."""
KNOWN_DAYS, SHORTEST_DAYS = 1092, 364
SHOWN = {"day": 56, "week": 26}
WEEK = 7
INSIDE_SHARE = 0.8
"""A town's rise that lies by so much in one community is that community's."""


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Areas of the rule's level with more of a matter than usual in the last `days` (1 or 7)."""
    days = int(rule.limits.get("days", 1))
    if rule.level == "district":
        return detect(by_day(look), last_full_day(look), scene, rule, "week" if days == WEEK else "day")
    counts = counted(look, days, None)
    found = repeats.detect(counts, scene, rule, days, "counts")
    if rule.level == "town":
        found = [one for one in found if not _lies_inside(counts, scene, one)]
    return [replace(one, series=weekly(look, one.area_id, one.subject, None)) for one in found]


def _lies_inside(counts: pd.DataFrame, scene: Scene, one: Finding) -> bool:
    """Whether one community has most of what a town's finding counts."""
    own = counts[(counts["category"] == one.subject) & (counts["recent"] > 0)]
    paths = [scene.known[area].path if area in scene.known else () for area in own["area_id"]]
    inside = np.array([one.area_id in path for path in paths], dtype=bool)
    community = [path[2] if len(path) > 2 else "" for path in paths]
    sums = own["recent"].groupby(np.array(community, dtype=object)).sum() if len(own) else own["recent"]
    held = {name for name, is_in in zip(community, inside, strict=True) if is_in and name}
    return any(sums[name] >= INSIDE_SHARE * one.observed for name in held)


@question
def by_day(cursor: duckdb.DuckDBPyConnection, look: Look) -> pd.DataFrame:
    """`category` (second level), `day` (since 1970) and `n`, of three years up to the look."""
    return cursor.execute(
        f"""select array_to_string(string_split(category::varchar, '/')[1:{DEPTH}], '/') as category,
            reported_on - date '1970-01-01' as day, count(*) as n
        from incident_fact where reported_at < $until and reported_at >= $since and category is not null
        group by all order by all""",
        {"until": look.until, "since": look.until - timedelta(days=KNOWN_DAYS)},
    ).df()


def detect(counts: pd.DataFrame, last: int, scene: Scene, rule: Rule, step: Step) -> list[Finding]:
    """From the columns of `by_day`, up to the last full day; quiet where less than a year is known."""
    if counts.empty or last - int(counts["day"].min()) + 1 < SHORTEST_DAYS:
        return []
    names, table, days = _table(counts, last, step)
    holidays = _holidays(int(days[0]), last)
    scores = count_scores(table, pd.DatetimeIndex([pd.Timestamp(on(day)) for day in days]), step, holidays)
    expected, phi = scores.expected[:, -1], scores.phi[:, -1]
    chance = np.nan_to_num(probability(table[:, -1], expected, phi), nan=1.0)
    per_day = rule.per_day * (WEEK if step == "week" else 1)
    loud = told(chance, rule.model_copy(update={"per_day": per_day})) & (table[:, -1] >= rule.least_observed)
    tops = upper(scores.expected, scores.phi)
    rows = [
        (n, (table[n], scores.expected[n], tops[n]), float(chance[n]), scores) for n in np.flatnonzero(loud).tolist()
    ]
    return [
        _finding(scene, rule, names[n], days, series, chance, float(np.clip(scored.confidence[n, -1], 0, 0.999999)), step)
        for n, series, chance, scored in rows
    ]  # fmt: skip


def _table(counts: pd.DataFrame, last: int, step: Step) -> tuple[list[str], Floats, Ints]:
    """The categories, their counts by period (whole weeks up to the last day), and each period's first day."""
    length = WEEK if step == "week" else 1
    first = int(counts["day"].min())
    periods = (last - first + 1) // length
    first = last - periods * length + 1
    own = counts[(counts["day"] >= first) & (counts["day"] <= last)]
    code, names = pd.factorize(own["category"])
    table = np.zeros((len(names), periods))
    np.add.at(table, (code, (own["day"].to_numpy() - first) // length), own["n"].to_numpy())
    return [str(name) for name in names], table, np.asarray(first + length * np.arange(periods), dtype=np.int64)


def _holidays(first: int, last: int) -> dict[pd.Timestamp, str]:
    """Kinds of day by date: Spring Festival, other holidays, weekends that are worked."""
    kinds = {}
    for n in range(first, last + WEEK):
        day = calendar_day(on(n))
        if day.is_free and day.holiday_en:
            kinds[pd.Timestamp(day.on)] = "spring_festival" if day.holiday_en == "Spring Festival" else "holiday"
        elif not day.is_free and day.on.weekday() >= 5:
            kinds[pd.Timestamp(day.on)] = "worked_weekend"
    return kinds


def _finding(
    scene: Scene,
    rule: Rule,
    name: str,
    days: Ints,
    series: tuple[Floats, Floats, Floats],
    chance: float,
    sure: float,
    step: Step,
) -> Finding:
    observed, expected, tops = series
    shown = range(max(len(days) - SHOWN[step], 0), len(days))
    points = tuple(
        Point(start_of(on(int(days[t]))), float(observed[t]), float(expected[t]), float(tops[t]))
        for t in shown
        if not np.isnan(expected[t])
    )
    since = on(int(days[_began(observed, tops)]))
    sign = Sign(
        kind="counts", subject_kind="category", subject=name, areas=[top(scene.known)], since=start_of(since), observed=observed[-1],
        expected=expected[-1], unit="incidents", probability=chance, confidence=sure, impact=impact_of_category(name),
        facts={"days": WEEK if step == "week" else 1, "compared": "season"}, series=points,
        question={"category": name, "from": since.isoformat(), "to": local_day(scene.until).isoformat()},
    )  # fmt: skip
    return finding(scene, rule, sign)


def _began(observed: Floats, tops: Floats) -> int:
    """The first of the last periods without a break over the usual band."""
    at = len(observed) - 1
    while at > 0 and observed[at - 1] > tops[at - 1]:
        at -= 1
    return at
