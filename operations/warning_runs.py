"""What each rule has looked at: a run for every state of the data and never a second one, and how the last ones went."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from operations.store import session
from operations.tables import now
from operations.warning_tables import DetectorRunRow, LookedRow

MOST_TRIES, TRY_AGAIN_AFTER = 3, timedelta(minutes=5)
BROKEN_AFTER = timedelta(minutes=15)
"""A run that gave no sign for so long ended with its process: another may begin it again."""
KEPT_DAYS = 30


@dataclass(frozen=True)
class Looked:
    """What a rule had seen at its last good run: up to which time, at which snapshot, and the data's mark of each hour."""

    snapshot_id: int | None = None
    until: datetime | None = None
    marks: dict[str, str] | None = None


@dataclass(frozen=True)
class RunState:
    """How a rule's last run went; `good_at` is when it last went well, `until` the newest time it has looked up to."""

    rule: str
    snapshot_id: int
    started_at: datetime
    finished_at: datetime | None
    is_good: bool | None
    outcome: str | None
    looks: int
    findings: int
    until: datetime | None
    good_at: datetime | None


def begun(rule: str, snapshot_id: int, by: str = "") -> int | None:
    """The number of the run that now begins, or None: this state has been looked at, or another process is at it.

    `by` names the process that begins it. A run that failed may be begun again, a few times, after a while.
    """
    with session() as store:
        there = store.scalar(
            select(DetectorRunRow).where(DetectorRunRow.rule == rule, DetectorRunRow.snapshot_id == snapshot_id)
        )
        if there is not None:
            return _begun_again(store, there, by)
        row = DetectorRunRow(rule=rule, snapshot_id=snapshot_id, begun_by=by)
        try:
            with store.begin_nested():
                store.add(row)
        except IntegrityError:  # another process was quicker
            return None
        return row.id


def still_to_look(rules: Mapping[str, int]) -> list[str]:
    """Which of the rules, {rule: state of its data}, have not (well) looked at it yet; a cheap question."""
    if not rules:
        return []
    wanted = or_(*(and_(DetectorRunRow.rule == rule, DetectorRunRow.snapshot_id == at) for rule, at in rules.items()))
    with session() as store:
        there = {row.rule: _may_begin(row) for row in store.scalars(select(DetectorRunRow).where(wanted))}
    return [rule for rule in rules if there.get(rule, True)]


def forget_broken_runs(by: str) -> None:
    """What a process of this name began and did not end may begin anew: called when it is known that no other one runs."""
    broken = update(DetectorRunRow).where(DetectorRunRow.begun_by == by, DetectorRunRow.finished_at.is_(None))
    with session() as store:
        store.execute(broken.values(alive_at=now() - 2 * BROKEN_AFTER))


def broken_off(run_id: int) -> None:
    """The run could not go on for want of the store: it may begin anew at once, unless its end was written after all."""
    with session() as store:
        given_up = update(DetectorRunRow).where(DetectorRunRow.id == run_id, DetectorRunRow.finished_at.is_(None))
        store.execute(given_up.values(alive_at=now() - 2 * BROKEN_AFTER))


def looked(rule: str) -> Looked:
    """What the rule had seen at its last good run; nothing if there was none."""
    with session() as store:
        row = store.get(LookedRow, rule)
        return Looked(row.snapshot_id, row.until, dict(row.marks)) if row else Looked()


def turn(store: Session, rule: str) -> None:
    """Wait until no other process writes what this rule found; the turn ends with the transaction."""
    mine = update(LookedRow).where(LookedRow.rule == rule).values(turn=LookedRow.turn + 1)
    if store.execute(mine).rowcount:  # type: ignore[attr-defined]
        return
    with suppress(IntegrityError), store.begin_nested():  # else another process began with this rule too
        store.add(LookedRow(rule=rule, marks={}))
    store.execute(mine)


def alive(store: Session, run_id: int, findings: int) -> None:
    """The run has finished one look with so many findings, and goes on."""
    counted = {"looks": DetectorRunRow.looks + 1, "findings": DetectorRunRow.findings + findings, "alive_at": now()}
    store.execute(update(DetectorRunRow).where(DetectorRunRow.id == run_id).values(counted))


def finished(run_id: int, outcome: str, looked: Looked | None = None) -> None:
    """The run has ended; `looked` is what the rule has now seen, None if it failed."""
    with session() as store:
        row = store.get_one(DetectorRunRow, run_id)
        row.finished_at, row.outcome, row.is_good = now(), outcome[:1000], looked is not None
        if looked is not None:
            row.until = looked.until
            seen = store.get(LookedRow, row.rule) or LookedRow(rule=row.rule, turn=0)
            seen.snapshot_id, seen.until, seen.marks = looked.snapshot_id, looked.until, looked.marks or {}
            store.add(seen)


def forget_old_runs() -> None:
    """Runs older than a month are nobody's question any more; the last of each rule stays."""
    newest = select(func.max(DetectorRunRow.id)).group_by(DetectorRunRow.rule)
    old = DetectorRunRow.started_at < now() - timedelta(days=KEPT_DAYS)
    with session() as store:
        store.execute(delete(DetectorRunRow).where(old, DetectorRunRow.id.not_in(newest)))


def run_states() -> list[RunState]:
    """How each rule's last run went, by rule."""
    newest = select(func.max(DetectorRunRow.id)).group_by(DetectorRunRow.rule)
    good = (
        select(DetectorRunRow.rule, func.max(DetectorRunRow.finished_at))
        .where(DetectorRunRow.is_good.is_(True))
        .group_by(DetectorRunRow.rule)
    )
    with session() as store:
        good_at = {row[0]: row[1] for row in store.execute(good)}
        rows = store.scalars(select(DetectorRunRow).where(DetectorRunRow.id.in_(newest)).order_by(DetectorRunRow.rule))
        return [_state(row, good_at.get(row.rule)) for row in rows]


def _may_begin(row: DetectorRunRow) -> bool:
    if row.finished_at is None:
        return _is_past(row.alive_at, BROKEN_AFTER)
    return not row.is_good and row.tries < MOST_TRIES and _is_past(row.finished_at, TRY_AGAIN_AFTER)


def _is_past(moment: datetime, span: timedelta) -> bool:
    """Whether so much time has gone by since; what lies ahead was written before the machine's clock was put back."""
    return not now() - span <= moment <= now() + span


def _begun_again(store: Session, row: DetectorRunRow, by: str) -> int | None:
    if not _may_begin(row):
        return None
    same = update(DetectorRunRow).where(DetectorRunRow.id == row.id, DetectorRunRow.tries == row.tries)
    again = {"tries": row.tries + 1, "alive_at": now(), "finished_at": None, "begun_by": by, "looks": 0, "findings": 0}
    return row.id if store.execute(same.values(again)).rowcount else None  # type: ignore[attr-defined]


def _state(row: DetectorRunRow, good_at: datetime | None) -> RunState:
    return RunState(
        row.rule, row.snapshot_id, row.started_at, row.finished_at, row.is_good, row.outcome, row.looks, row.findings,
        row.until, good_at,
    )  # fmt: skip
