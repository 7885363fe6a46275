"""How good each rule is, by what became of its warnings: precision, lead time, alarms a day, and what to set it to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from sqlalchemy import ColumnElement, Float, Integer, and_, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from operations.store import session
from operations.tables import now
from operations.warning_life import State
from operations.warning_tables import WarningRow

Z = 1.959964
LEAST_JUDGED = 10
"""Judged warnings below which a share says nothing: it is left out, and so is any suggestion."""
WANTED_PRECISION = 0.5


@dataclass(frozen=True)
class Suggestion:
    """A confidence from which on at least half of what was judged was true: `judged` warnings of which `true` were.

    `per_day` are the false alarms a day that would have remained; `raised_per_day` all alarms that would have.
    """

    confidence: float
    judged: int
    true: int
    per_day: float
    raised_per_day: float


@dataclass(frozen=True)
class Outcome:
    """One rule over `days`: merged warnings are not counted, withdrawn ones apart.

    `precision` = true ÷ judged with its 95 % Wilson interval, None below `LEAST_JUDGED`. `lead_minutes` is the median from raising to
    when the matter itself came to light, of the `lead_n` true ones where somebody said when (negative: the warning came after);
    `judged_minutes` the median from raising to the judgement, of all judged. `unanswered` are raised, by nobody acknowledged now.
    """

    rule: str
    days: float
    raised: int
    withdrawn: int
    unanswered: int
    judged: int
    true: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    lead_minutes: float | None
    lead_n: int
    answered_minutes: float | None
    judged_minutes: float | None
    alarms_per_day: float
    suggestion: Suggestion | None


def outcomes(since: datetime | None = None, until: datetime | None = None) -> list[Outcome]:
    """Each rule's figures over the warnings raised in the period, by default the last 90 days, by rule."""
    end = until or now() + timedelta(seconds=1)
    start = since or end - timedelta(days=90)
    raised = and_(WarningRow.raised_at >= start, WarningRow.raised_at < end, WarningRow.state != State.merged)
    with session() as store:
        return [_outcome(store, raised, _days(store, start, end), *row) for row in store.execute(_counts(raised))]


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    share, z2 = hits / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _counts(raised: ColumnElement[bool]):  # type: ignore[no-untyped-def]
    withdrawn = WarningRow.state == State.withdrawn
    return (
        select(
            WarningRow.rule,
            func.count().filter(~withdrawn),
            func.count().filter(withdrawn),
            func.count().filter(WarningRow.state == State.raised),
            func.count(WarningRow.outcome).filter(~withdrawn),
            func.count().filter(WarningRow.outcome.is_(True), ~withdrawn),
            func.count(WarningRow.lead_minutes).filter(WarningRow.outcome.is_(True)),
        )
        .where(raised)
        .group_by(WarningRow.rule)
        .order_by(WarningRow.rule)
    )


def _outcome(
    store: Session, raised_in: ColumnElement[bool], days: float, rule: str, raised: int, withdrawn: int, unanswered: int,
    judged: int, true: int, lead_n: int,
) -> Outcome:  # fmt: skip
    mine = and_(raised_in, WarningRow.rule == rule)
    low, high = wilson(true, judged) if judged >= LEAST_JUDGED else (None, None)
    return Outcome(
        rule=rule,
        days=days,
        raised=raised,
        withdrawn=withdrawn,
        unanswered=unanswered,
        judged=judged,
        true=true,
        precision=true / judged if judged >= LEAST_JUDGED else None,
        precision_low=low,
        precision_high=high,
        lead_minutes=_median(store, WarningRow.lead_minutes, and_(mine, WarningRow.outcome.is_(True))),
        lead_n=lead_n,
        answered_minutes=_median(store, WarningRow.answered_minutes, mine),
        judged_minutes=_median(store, WarningRow.judged_minutes, and_(mine, WarningRow.outcome.is_not(None))),
        alarms_per_day=raised / days,
        suggestion=_suggestion(store, mine, days),
    )


def _days(store: Session, start: datetime, end: datetime) -> float:
    """Days of the period since there have been warnings at all: a rule's first week is not divided by ninety days."""
    first = store.scalar(select(func.min(WarningRow.raised_at)))
    return max((end - max(start, first or start)) / timedelta(days=1), 1.0)


def _median(store: Session, column: InstrumentedAttribute[int | None], which: ColumnElement[bool]) -> float | None:
    ranked = (
        select(
            column.label("value"),
            func.row_number().over(order_by=column).label("place"),
            func.count().over().label("n"),
        )
        .where(which, column.is_not(None))
        .subquery()
    )
    middle = select(cast(func.avg(ranked.c.value), Float)).where(
        2 * ranked.c.place >= ranked.c.n, 2 * ranked.c.place <= ranked.c.n + 2
    )
    return store.scalar(middle)


def _suggestion(store: Session, mine: ColumnElement[bool], days: float) -> Suggestion | None:
    """The lowest confidence above which enough was judged and at least half of it was true."""
    judged, true = cast(WarningRow.outcome.is_not(None), Integer), case((WarningRow.outcome.is_(True), 1), else_=0)
    falling = WarningRow.first_confidence.desc()
    above = (
        select(
            WarningRow.first_confidence.label("confidence"),
            func.sum(judged).over(order_by=falling).label("judged"),
            func.sum(true).over(order_by=falling).label("hits"),
            func.count().over(order_by=falling).label("raised"),
        )
        .where(mine, WarningRow.state != State.withdrawn)
        .subquery()
    )
    good = (above.c.judged >= LEAST_JUDGED) & (above.c.hits >= WANTED_PRECISION * above.c.judged)
    row = store.execute(select(above).where(good).order_by(above.c.confidence).limit(1)).first()
    if row is None:
        return None
    false_share = 1 - row.hits / row.judged
    return Suggestion(row.confidence, row.judged, row.hits, false_share * row.raised / days, row.raised / days)
