"""Which warnings there are, what one has been through, and how similar ones ended: what the page /warnings reads.

Times are UTC without a zone. What people do with a warning is in `warning_actions`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from operations.store import session
from operations.warning_areas import overlap, touching
from operations.warning_life import OPEN, Grade, State, Step, steps_from
from operations.warning_steps import there
from operations.warning_tables import WarningEventRow, WarningRow

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True)
class Kept:
    """One warning as it stands now.

    `path` names the areas from its own up to the district, [{"level", "area_id", "name"}]; `level` is who must answer now, by
    `answer_by`. `observed` against `expected` in `unit` over `since` to `until`; `over_since` says from when on it was no longer
    found. `told_at` is None for what was found too late to tell anybody.
    """

    id: int
    change_count: int
    rule: str
    subject_kind: str
    subject: str
    area_id: str
    area_name: str
    area_level: str
    path: list[dict[str, str]]
    grids: list[str]
    grade: int
    probability: float
    confidence: float
    observed: float
    expected: float
    unit: str
    since: datetime
    until: datetime
    over_since: datetime | None
    reason: dict[str, object]
    raised_at: datetime
    last_seen_at: datetime
    seen_count: int
    state: str
    outcome: bool | None
    level: str
    answer_by: datetime | None
    is_overdue: bool
    told_at: datetime | None
    assignee: str | None
    muted_until: datetime | None
    merged_into: int | None
    acknowledged_at: datetime | None
    judged_at: datetime | None
    confirmed_at: datetime | None
    dispatched_at: datetime | None
    settled_at: datetime | None
    closed_at: datetime | None

    @property
    def steps(self) -> tuple[Step, ...]:
        """What a person can do with it now."""
        return steps_from(State(self.state))


@dataclass(frozen=True)
class Event:
    """One step of a warning's life: `who` is None where the clock did it; `detail` holds what changed, as plain values."""

    id: int
    happened_at: datetime
    what: str
    who: str | None
    comment: str
    from_state: str | None
    to_state: str
    grade: int
    is_told: bool
    detail: dict[str, object]


@dataclass(frozen=True)
class Point:
    """One period of the evidence: what came, what was to be expected, the top of the usual band."""

    at: datetime
    observed: float
    expected: float
    upper: float


@dataclass(frozen=True)
class Whole:
    """One warning with its evidence and its life, oldest event first; `merged` are the warnings that were merged into it."""

    warning: Kept
    events: tuple[Event, ...]
    series: tuple[Point, ...]
    question: dict[str, str]
    incident_ids: tuple[str, ...]
    merged: tuple[int, ...]


@dataclass(frozen=True)
class Similar:
    """A warning of the same rule and subject nearby; `overlap` is the share of the smaller extent that both have, 0 to 1."""

    warning: Kept
    overlap: float


def warnings(
    *,
    areas: Sequence[str] = (),
    rules: Sequence[str] = (),
    grades: Sequence[int] = (),
    states: Sequence[str] = OPEN,
    most: int = 500,
) -> list[Kept]:
    """The warnings in any of the `states` (by default all that are open), the gravest first, then those that wait longest.

    `areas`: whose extent touches any of these; each filter left empty lets all through.
    """
    asked = _filtered(select(WarningRow), areas, rules, grades, states)
    with session() as store:
        rows = store.scalars(asked.order_by(WarningRow.grade.desc(), WarningRow.raised_at, WarningRow.id).limit(most))
        return [kept(row) for row in rows]


def counts(*, areas: Sequence[str] = (), rules: Sequence[str] = ()) -> dict[tuple[str, int], int]:
    """How many warnings there are by (state, grade)."""
    asked = select(WarningRow.state, WarningRow.grade, func.count()).group_by(WarningRow.state, WarningRow.grade)
    with session() as store:
        return {(state, grade): n for state, grade, n in store.execute(_filtered(asked, areas, rules, (), ()))}


def by_grade(*, areas: Sequence[str] = (), states: Sequence[str] = OPEN) -> dict[int, int]:
    """How many warnings in any of the `states` (by default all that are open) there are of each grade, the gravest first."""
    found = counts(areas=areas)
    return {int(grade): sum(found.get((state, grade), 0) for state in states) for grade in sorted(Grade, reverse=True)}


def warning(id: int) -> Whole:
    """One warning, whatever state it is in; `NoSuchWarningError`."""
    with session() as store:
        row = there(store, id)
        store.refresh(row, ["series", "question", "incident_ids"])
        merged = store.scalars(select(WarningRow.id).where(WarningRow.merged_into == id).order_by(WarningRow.id))
        return Whole(
            kept(row),
            _events(store, id),
            points(row.series),
            dict(row.question),
            tuple(row.incident_ids),
            tuple(merged),
        )


def similar(id: int, most: int = 10) -> list[Similar]:
    """Other warnings of the same rule and subject that touch the same town (or area, above towns), newest first."""
    with session() as store:
        row = there(store, id)
        near = [step["area_id"] for step in row.path if step["level"] != "district"] or [row.area_id]
        asked = select(WarningRow).where(
            WarningRow.key == row.key,
            WarningRow.id != id,
            WarningRow.state != State.merged,
            WarningRow.id.in_(touching(near[-1:])),
        )
        found = store.scalars(asked.order_by(WarningRow.raised_at.desc(), WarningRow.id.desc()).limit(most))
        return [Similar(kept(other), overlap(row.grids, other.grids)[1]) for other in found]


def in_period(rule: str, since: datetime, until: datetime, most: int = 500) -> list[Kept]:
    """The warnings of a rule raised from `since` to before `until`, newest first, whatever became of them."""
    asked = select(WarningRow).where(
        WarningRow.rule == rule, WarningRow.raised_at >= since, WarningRow.raised_at < until
    )
    with session() as store:
        return [kept(row) for row in store.scalars(asked.order_by(WarningRow.raised_at.desc()).limit(most))]


def kept(row: WarningRow) -> Kept:
    """A row as others see it."""
    return Kept(**{field.name: getattr(row, field.name) for field in fields(Kept)})


def points(series: list) -> tuple[Point, ...]:
    """The evidence as it was kept."""
    return tuple(Point(datetime.fromisoformat(at), *values) for at, *values in series)


def _filtered(
    asked: Select[*Columns], areas: Sequence[str], rules: Sequence[str], grades: Sequence[int], states: Sequence[str]
) -> Select[*Columns]:
    for column, values in ((WarningRow.rule, rules), (WarningRow.grade, grades), (WarningRow.state, states)):
        if values:
            asked = asked.where(column.in_(values))
    return asked.where(WarningRow.id.in_(touching(areas))) if areas else asked


def _events(store: Session, id: int) -> tuple[Event, ...]:
    rows = store.scalars(select(WarningEventRow).where(WarningEventRow.warning_id == id).order_by(WarningEventRow.id))
    return tuple(Event(**{field.name: getattr(row, field.name) for field in fields(Event)}) for row in rows)
