"""More of a matter in the whole district than its hour, weekday, season, holidays and trend explain.

Two probabilities are looked at, that of the last period's number alone and that of the joined evidence of those before it
(`counts.py`): a sudden rise shows in the first, a slow one in the second. The smaller one counts, twice.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.early_warning.budget import MOST_CONFIDENCE, told
from analytics.early_warning.case_days import Floats, on
from analytics.early_warning.counts import CountScores, count_scores, probability, upper
from analytics.early_warning.counts_calendar import Step
from analytics.early_warning.counts_outbreak import chance
from analytics.early_warning.extent import top
from analytics.early_warning.finding import Finding, Point
from analytics.early_warning.found import Look, Scene, Sign, finding
from analytics.early_warning.impact import impact_of_category
from analytics.early_warning.rules import Rule
from analytics.view import local_day, start_of
from working_time.calendar import day as calendar_day

DEPTH = {"hour": 1, "day": 2, "week": 2}
"""Level of the category tree at which the district is judged."""
HOURS = {"hour": 1, "day": 24, "week": 168}
KNOWN_DAYS, SHORTEST_DAYS = {"hour": 60, "day": 1092, "week": 1092}, {"hour": 42, "day": 364, "week": 364}
SHOWN = {"hour": 72, "day": 56, "week": 26}
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Table:
    """Counts `[category, period]` of whole periods up to the last one that is over; `starts` their local beginnings."""

    names: list[str]
    counts: Floats
    starts: pd.DatetimeIndex


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Matters of which the district has more than usual in the last hour, day or week, as the rule's limits say."""
    step = step_of(rule)
    return detect(by_hour(look, step), last_full_hour(look, step), scene, rule)


def step_of(rule: Rule) -> Step:
    """The length of the rule's periods."""
    if "hours" in rule.limits:
        return "hour"
    return "week" if rule.limits.get("days", 1) > 1 else "day"


def last_full_hour(look: Look, step: Step) -> int:
    """Number since 1970 of the last local hour of the last period that is over at the look; a week ends with a full day."""
    local = look.until + timedelta(hours=8)
    now = (local - datetime(1970, 1, 1)) // timedelta(hours=1)
    return now - 1 if step == "hour" else now // 24 * 24 - 1


@question
def by_hour(cursor: duckdb.DuckDBPyConnection, look: Look, step: Step) -> pd.DataFrame:
    """`category`, `hour` (local, since 1970; the first of the day for days and weeks) and `n`, as long as the step looks back."""
    hour = "+ reported_hour" if step == "hour" else ""
    return cursor.execute(
        f"""select array_to_string(string_split(category::varchar, '/')[1:{DEPTH[step]}], '/') as category,
            (reported_on - date '1970-01-01') * 24 {hour} as hour, count(*) as n
        from incident_fact where reported_at < $until and reported_at >= $since and category is not null
        group by all order by all""",
        {"until": look.until, "since": look.until - timedelta(days=KNOWN_DAYS[step])},
    ).df()


def detect(counts: pd.DataFrame, last: int, scene: Scene, rule: Rule) -> list[Finding]:
    """From the columns of `by_hour`, up to the hour `last`; quiet where too little is known."""
    step = step_of(rule)
    if counts.empty or last - int(counts["hour"].min()) + 1 < SHORTEST_DAYS[step] * 24:
        return []
    table = _table(counts, last, step)
    scores = count_scores(table.counts, table.starts, step, _holidays(table.starts), is_brief=True)
    rare = _chance(table.counts[:, -1], scores)
    allowed = rule.model_copy(update={"per_day": rule.per_day * HOURS[step] / 24})
    loud = told(rare, allowed) & (table.counts[:, -1] >= rule.least_observed)
    return [_finding(scene, rule, table, n, float(rare[n]), scores) for n in np.flatnonzero(loud).tolist()]


def _chance(now: Floats, scores: CountScores) -> Floats:
    alone = probability(now, scores.expected[:, -1], scores.phi[:, -1])
    joined = chance(np.exp(scores.score[:, -1]))
    return np.nan_to_num(np.minimum(2.0 * np.minimum(alone, joined), 1.0), nan=1.0)


def _table(counts: pd.DataFrame, last: int, step: Step) -> Table:
    length = HOURS[step]
    periods = (last - int(counts["hour"].min()) + 1) // length
    first = last - periods * length + 1
    own = counts[(counts["hour"] >= first) & (counts["hour"] <= last)]
    code, names = pd.factorize(own["category"])
    table = np.zeros((len(names), periods))
    np.add.at(table, (code, (own["hour"].to_numpy() - first) // length), own["n"].to_numpy())
    starts = pd.Timestamp(EPOCH) + pd.to_timedelta(first + length * np.arange(periods), unit="h")
    return Table([str(name) for name in names], table, starts)


def _holidays(starts: pd.DatetimeIndex) -> dict[pd.Timestamp, str]:
    """Kinds of day by date: Spring Festival, other holidays, weekends that are worked."""
    kinds = {}
    for n in range((starts[0].date() - EPOCH).days, (starts[-1].date() - EPOCH).days + 7):
        day = calendar_day(on(n))
        if day.is_free and day.holiday_en:
            kinds[pd.Timestamp(day.on)] = "spring_festival" if day.holiday_en == "Spring Festival" else "holiday"
        elif not day.is_free and day.on.weekday() >= 5:
            kinds[pd.Timestamp(day.on)] = "worked_weekend"
    return kinds


def _finding(scene: Scene, rule: Rule, table: Table, n: int, rare: float, scores: CountScores) -> Finding:
    step, name = step_of(rule), table.names[n]
    lasts = min(int(scores.begun[n]) + 1, table.counts.shape[1] - scores.first)
    since = _utc(table.starts[-lasts])
    sure = float(np.clip(scores.confidence[n, -1], 0.0, MOST_CONFIDENCE))
    span = {"hours": lasts} if step == "hour" else {"days": lasts * HOURS[step] // 24}
    sign = Sign(
        kind="counts", subject_kind="category", subject=name, areas=[top(scene.known)], since=since,
        observed=table.counts[n, -lasts:].sum(), expected=scores.expected[n, -lasts:].sum(), unit="incidents", probability=rare,
        confidence=sure, impact=impact_of_category(name), facts={**span, "compared": "season"},
        series=_shown(table, n, scores, SHOWN[step]),
        question={"category": name, "from": local_day(since).isoformat(), "to": local_day(scene.until).isoformat()},
    )  # fmt: skip
    return finding(scene, rule, sign)


def _shown(table: Table, n: int, scores: CountScores, periods: int) -> tuple[Point, ...]:
    shown = slice(max(table.counts.shape[1] - periods, scores.first), None)
    observed, expected = table.counts[n, shown], scores.expected[n, shown]
    tops = upper(expected, scores.phi[n, shown])
    starts = [_utc(start) for start in table.starts[shown]]
    return tuple(
        Point(start, *map(float, values)) for start, *values in zip(starts, observed, expected, tops, strict=True)
    )


def _utc(local: pd.Timestamp) -> datetime:
    return start_of(local.date()) + timedelta(hours=local.hour)
