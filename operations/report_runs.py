"""Runs of scheduled reports: planned once, made by one process at a time, tried again, delivered, remembered.

Times are UTC without a zone. A run is `waiting`, `running`, `done`, `failed` or `cancelled`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from operations.errors import NotThereError
from operations.notice_delivery import wait_after
from operations.report_schedules import TOWNS, Schedule, schedule_of
from operations.report_span import finished as finished_on
from operations.report_tables import ReportDeliveryRow, ReportFileRow, ReportRunRow, ReportScheduleRow
from operations.report_when import due, local_day, parse
from operations.store import session
from operations.tables import HIGHEST_ID, now

CATCH_UP = 7
"""After an outage so many of what was missed are made, the newest ones."""
LOST_AFTER = timedelta(hours=1)
"""A run that has begun so long ago and not ended was broken off."""
TRIES, FIRST_WAIT, LONGEST_WAIT = 8, timedelta(minutes=10), timedelta(hours=2)
OWNER = "owner"
"""The way of the notice that a report could not be made."""
Towns = Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Run:
    """One edition: `on_day` is the day it is of; `steps_done` of `steps` are done; `tries` so far."""

    id: int
    schedule: Schedule
    area: str
    due_at: datetime
    on_day: date
    state: str
    is_asked: bool
    steps: int
    steps_done: int
    tries: int
    next_try_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    said: str | None

    @property
    def is_over(self) -> bool:
        """Whether it is made, given up, or was tried in vain and is tried again later."""
        return self.state not in ("waiting", "running") or (self.state == "waiting" and self.tries > 0)


@dataclass(frozen=True)
class File:
    """A file of a run; `removed_at` once its time was over."""

    id: int
    run_id: int
    name: str
    bytes: int
    sha256: str
    removed_at: datetime | None


@dataclass(frozen=True)
class Delivery:
    """One way a run's files go, or the owner's notice."""

    id: int
    run_id: int
    way: str
    tries: int
    delivered_at: datetime | None
    dead_at: datetime | None
    last_error: str | None


def plan_due(towns: Towns, at: datetime | None = None) -> int:
    """Give what has become due its runs; how many. `towns` are asked for where each has an edition.

    A moment that was planned by another process in between is left to it.
    """
    moment, made = at or now(), 0
    with session() as store:
        rows = store.scalars(select(ReportScheduleRow).where(ReportScheduleRow.is_paused.is_(False))).all()
        for row in rows:
            moments = list(due(parse(row.due), row.skips_holidays, row.planned_until, moment))
            if not moments:
                continue
            taken = update(ReportScheduleRow).where(ReportScheduleRow.id == row.id, ReportScheduleRow.planned_until == row.planned_until).values(planned_until=moments[-1])  # fmt: skip
            if store.execute(taken).rowcount:  # type: ignore[attr-defined]
                made += sum(_plan(store, row, one, towns, False) for one in moments[-CATCH_UP:])
    return made


def ask(id: int, towns: Towns) -> list[int]:
    """Run a schedule now, paused or not: the numbers of its runs."""
    with session() as store:
        row = store.get(ReportScheduleRow, id)
        if row is None:
            raise NotThereError(f"There is no schedule {id} (any more).")
        moment = now()
        _plan(store, row, moment, towns, True)
        store.flush()
        found = select(ReportRunRow.id).where(ReportRunRow.schedule_id == id, ReportRunRow.due_at == moment)
        return list(store.scalars(found))


def _plan(store: Session, row: ReportScheduleRow, moment: datetime, towns: Towns, is_asked: bool) -> int:
    editions = list(towns()) if row.area == TOWNS else [row.area]
    known = set(store.scalars(select(ReportRunRow.area).where(ReportRunRow.schedule_id == row.id, ReportRunRow.due_at == moment)))  # fmt: skip
    new = [area for area in editions if area not in known]
    day = finished_on(row.kind, local_day(moment))
    store.add_all(ReportRunRow(schedule_id=row.id, area=area, due_at=moment, on_day=day, is_asked=is_asked, state="waiting", next_try_at=moment, steps=0, steps_done=0, tries=0) for area in new)  # fmt: skip
    return len(new)


def claim(made_by: str, at: datetime | None = None) -> Run | None:
    """The run that is to be made next, now this process's; None if none is due."""
    moment = at or now()
    lost = update(ReportRunRow).where(ReportRunRow.state == "running", ReportRunRow.started_at < moment - LOST_AFTER)
    with session() as store:
        store.execute(lost.values(state="waiting", next_try_at=moment))
        first = store.scalar(
            select(ReportRunRow)
            .where(ReportRunRow.state == "waiting", ReportRunRow.next_try_at <= moment)
            .order_by(ReportRunRow.is_asked.desc(), ReportRunRow.due_at, ReportRunRow.id)
            .limit(1)
        )
        if first is None:
            return None
        mine = update(ReportRunRow).where(ReportRunRow.id == first.id, ReportRunRow.state == "waiting")
        values = {"state": "running", "started_at": moment, "finished_at": None, "tries": first.tries + 1, "made_by": made_by[:300], "steps_done": 0}  # fmt: skip
        if not store.execute(mine.values(values)).rowcount:  # type: ignore[attr-defined]
            return None
        store.refresh(first)
        return _run(store, first)


def give_back(made_by: str) -> None:
    """What a process of this name began and never ended waits again: the process has been ended."""
    broken = update(ReportRunRow).where(ReportRunRow.state == "running", ReportRunRow.made_by == made_by)
    with session() as store:
        store.execute(broken.values(state="waiting", next_try_at=now()))


def went_on(id: int, done: int, steps: int) -> bool:
    """Note how far a run is; whether it is still wanted."""
    mine = update(ReportRunRow).where(ReportRunRow.id == id, ReportRunRow.state == "running")
    with session() as store:
        return bool(store.execute(mine.values(steps_done=done, steps=steps)).rowcount)  # type: ignore[attr-defined]


def finished(id: int, files: Sequence[tuple[str, int, str]], ways: Sequence[str]) -> bool:
    """The run is done: its files (name, bytes, SHA-256) and how they are to go; False if it was cancelled meanwhile."""
    mine = update(ReportRunRow).where(ReportRunRow.id == id, ReportRunRow.state == "running")
    with session() as store:
        if not store.execute(mine.values(state="done", finished_at=now(), next_try_at=None, said=None)).rowcount:  # type: ignore[attr-defined]
            return False
        store.execute(delete(ReportFileRow).where(ReportFileRow.run_id == id))
        store.add_all(ReportFileRow(run_id=id, name=name, bytes=size, sha256=sha) for name, size, sha in files)
        store.add_all(ReportDeliveryRow(run_id=id, way=way, next_try_at=now()) for way in ways)
        return True


def failed(id: int, said: str) -> None:
    """The run could not be made: it is tried again later, or, after the last try, its owner is told."""
    moment = now()
    with session() as store:
        row = store.get(ReportRunRow, id)
        if row is None or row.state != "running":
            return
        row.said, row.finished_at = said[:500], moment
        if row.tries < TRIES:
            row.state, row.next_try_at = "waiting", moment + wait_after(row.tries, FIRST_WAIT, LONGEST_WAIT)
            return
        row.state, row.next_try_at = "failed", None
        _tell_owner(store, row)


def cancel(id: int) -> None:
    """Stop a run that waits or goes on; `NotThereError` if there is nothing to stop."""
    mine = update(ReportRunRow).where(ReportRunRow.id == id, ReportRunRow.state.in_(("waiting", "running")))
    with session() as store:
        if not store.execute(mine.values(state="cancelled", finished_at=now(), next_try_at=None)).rowcount:  # type: ignore[attr-defined]
            raise NotThereError("This run is over or has been taken away; look at the list again.")


def runs(most: int = 100, schedule_id: int | None = None) -> list[Run]:
    """The history, newest first."""
    asked = select(ReportRunRow).order_by(ReportRunRow.due_at.desc(), ReportRunRow.id.desc()).limit(most)
    if schedule_id is not None:
        asked = asked.where(ReportRunRow.schedule_id == schedule_id)
    with session() as store:
        return [_run(store, row) for row in store.scalars(asked)]


def run(id: int) -> Run:
    """One run; `NotThereError` if it is not there (any more)."""
    with session() as store:
        row = store.get(ReportRunRow, id)
        if row is None:
            raise NotThereError(f"There is no run {id} (any more).")
        return _run(store, row)


def files_of(run_ids: Sequence[int]) -> dict[int, list[File]]:
    """The files of runs, by run."""
    found: dict[int, list[File]] = {}
    with session() as store:
        for row in store.scalars(select(ReportFileRow).where(ReportFileRow.run_id.in_(run_ids)).order_by(ReportFileRow.name)):  # fmt: skip
            found.setdefault(row.run_id, []).append(_file(row))  # fmt: skip
    return found


def deliveries_of(run_ids: Sequence[int]) -> dict[int, list[Delivery]]:
    """How the files of runs went out, by run."""
    found: dict[int, list[Delivery]] = {}
    with session() as store:
        for row in store.scalars(select(ReportDeliveryRow).where(ReportDeliveryRow.run_id.in_(run_ids)).order_by(ReportDeliveryRow.id)):  # fmt: skip
            found.setdefault(row.run_id, []).append(_delivery(row))
    return found


def claim_delivery(at: datetime | None = None) -> Delivery | None:
    """A delivery that is due, with its next try already set: it is this process's to try now; None if none is due."""
    moment = at or now()
    open_ = (ReportDeliveryRow.delivered_at.is_(None), ReportDeliveryRow.dead_at.is_(None))
    with session() as store:
        row = store.scalar(select(ReportDeliveryRow).where(*open_, ReportDeliveryRow.next_try_at <= moment).order_by(ReportDeliveryRow.id).limit(1))  # fmt: skip
        if row is None:
            return None
        wait = wait_after(row.tries + 1, FIRST_WAIT, LONGEST_WAIT)
        mine = update(ReportDeliveryRow).where(ReportDeliveryRow.id == row.id, ReportDeliveryRow.tries == row.tries)
        if not store.execute(mine.values(tries=row.tries + 1, next_try_at=moment + wait)).rowcount:  # type: ignore[attr-defined]
            return None
        store.refresh(row)
        return _delivery(row)


def delivered(id: int, said: str | None = None) -> None:
    """It has arrived; `said` is what went wrong all the same, such as an address that was refused."""
    with session() as store:
        store.execute(update(ReportDeliveryRow).where(ReportDeliveryRow.id == id).values(delivered_at=now(), next_try_at=None, last_error=said and said[:300]))  # fmt: skip


def not_delivered(id: int, said: str) -> None:
    """It has not arrived; after the last try it is dead, and the owner of the schedule is told."""
    with session() as store:
        row = store.get(ReportDeliveryRow, id)
        if row is None:
            return
        row.last_error = said[:300]
        if row.tries < TRIES:
            return
        row.dead_at, row.next_try_at = now(), None
        if row.way != OWNER:
            _tell_owner(store, store.get_one(ReportRunRow, row.run_id))


def _tell_owner(store: Session, run: ReportRunRow) -> None:
    """A notice to the owner of the schedule, if it has one who has none yet; else the page says it."""
    told = select(func.count()).where(ReportDeliveryRow.run_id == run.id, ReportDeliveryRow.way == OWNER)
    if store.get_one(ReportScheduleRow, run.schedule_id).owner and not store.scalar(told):
        store.add(ReportDeliveryRow(run_id=run.id, way=OWNER, next_try_at=now()))


def over() -> list[File]:
    """The files whose time is over and that are still there."""
    moment = now()
    with session() as store:
        rows = store.execute(
            select(ReportFileRow, ReportRunRow.finished_at, ReportScheduleRow.keep_days)
            .join(ReportRunRow, ReportRunRow.id == ReportFileRow.run_id)
            .join(ReportScheduleRow, ReportScheduleRow.id == ReportRunRow.schedule_id)
            .where(ReportFileRow.removed_at.is_(None))
        ).all()
    return [_file(row) for row, at_, days in rows if at_ and at_ + timedelta(days=days) < moment]  # fmt: skip


def removed(ids: Sequence[int]) -> None:
    """These files are gone."""
    with session() as store:
        store.execute(update(ReportFileRow).where(ReportFileRow.id.in_(ids)).values(removed_at=now()))


def known_runs() -> set[int]:
    """The numbers of all runs: a folder of another is nobody's."""
    with session() as store:
        return set(store.scalars(select(ReportRunRow.id)))


def file_of(id: int) -> File | None:
    """One file by its number; None if there never was one."""
    if not 0 < id <= HIGHEST_ID:
        return None
    with session() as store:
        row = store.get(ReportFileRow, id)
        return _file(row) if row else None


def _run(store: Session, row: ReportRunRow) -> Run:
    parts = {part.name: getattr(row, part.name) for part in fields(Run) if part.name != "schedule"}
    return Run(**parts, schedule=schedule_of(store.get_one(ReportScheduleRow, row.schedule_id)))


def _file(row: ReportFileRow) -> File:
    return File(**{part.name: getattr(row, part.name) for part in fields(File)})


def _delivery(row: ReportDeliveryRow) -> Delivery:
    return Delivery(**{part.name: getattr(row, part.name) for part in fields(Delivery)})
