"""Notices that leave the house: put into the outbox with the event they tell of, listed when they are dead, tried again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from operations.errors import NotThereError
from operations.notice_channels import channels
from operations.notice_tables import NoticeRow
from operations.store import session
from operations.tables import now
from operations.warning_areas import touching
from operations.warning_life import Grade
from operations.warning_tables import WarningEventRow, WarningRow
from settings import settings
from warehouse.masking import masked_text


@dataclass(frozen=True)
class DeadNotice:
    """A notice that was tried in vain as often as the site allows. The channel is named, its address is nobody's to see."""

    id: int
    warning_id: int
    what: str
    channel: str
    tries: int
    created_at: datetime
    dead_at: datetime
    last_error: str


@dataclass(frozen=True)
class Unread:
    """What somebody has not seen yet: how many events worth telling, the gravest grade among them, the newest event's number."""

    count: int
    gravest: int | None
    newest_event_id: int


@dataclass(frozen=True)
class Outbox:
    """How the notices of one channel stand."""

    channel: str
    waiting: int
    delivered: int
    dead: int
    last_delivered_at: datetime | None
    last_error: str | None


def enqueue(store: Session, row: WarningRow, event: WarningEventRow) -> None:
    """Put a notice of the event into the outbox, one for each channel of the site, in the event's own transaction."""
    if row.grade < Grade[settings().notice_least_grade]:
        return
    payload = told(row, event)
    for channel in channels():
        store.add(NoticeRow(event_id=event.id, channel=channel, payload=payload, next_try_at=now()))


def told(row: WarningRow, event: WarningEventRow) -> dict[str, object]:
    """What a notice says, as plain values: the matter, never a person, a place's address or the words of a report."""
    return {
        "what": event.what,
        "warning_id": row.id,
        "rule": row.rule,
        "grade": Grade(row.grade).name,
        "grade_before": event.detail.get("grade_before"),
        "subject": masked_text(row.subject) if row.subject_kind in ("category", "department", "rule") else "",
        "area": masked_text(row.area_name),
        "area_id": row.area_id,
        "level": row.level,
        "reason": row.reason,
        "observed": row.observed,
        "expected": row.expected,
        "unit": row.unit,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "happened_at": event.happened_at.isoformat(),
    }


def unread(since_event_id: int = 0, areas: tuple[str, ...] = ()) -> Unread:
    """What was told after the event that a reader saw last, within these areas: the page's own notices."""
    newer = select(func.count(), func.max(WarningEventRow.grade)).where(
        WarningEventRow.is_told, WarningEventRow.id > since_event_id
    )
    if areas:
        newer = newer.where(WarningEventRow.warning_id.in_(touching(areas)))
    with session() as store:
        count, gravest = store.execute(newer).one()
        return Unread(count, gravest, _newest_event(store))


def newest_event() -> int:
    """Number of the last thing that happened to any warning: while it stays, all stand as they did. 0 where nothing ever has."""
    with session() as store:
        return _newest_event(store)


def _newest_event(store: Session) -> int:
    return store.scalar(select(func.max(WarningEventRow.id))) or 0


def dead_notices(most: int = 200) -> list[DeadNotice]:
    """Notices that nobody got, newest first."""
    dead = (
        select(NoticeRow, WarningEventRow)
        .join(WarningEventRow, WarningEventRow.id == NoticeRow.event_id)
        .where(NoticeRow.dead_at.is_not(None))
        .order_by(NoticeRow.dead_at.desc(), NoticeRow.id.desc())
        .limit(most)
    )
    with session() as store:
        return [_dead(notice, event) for notice, event in store.execute(dead)]


def retried(id: int) -> None:
    """A dead notice is due again, with all its tries before it; `NotThereError` if it is not dead (any more)."""
    again = (
        update(NoticeRow)
        .where(NoticeRow.id == id, NoticeRow.dead_at.is_not(None))
        .values(dead_at=None, tries=0, next_try_at=now(), message=None)
    )
    with session() as store:
        if not store.execute(again).rowcount:  # type: ignore[attr-defined]
            raise NotThereError("This notice waits or was delivered meanwhile; look at the list again.")


def outboxes() -> list[Outbox]:
    """How each channel's notices stand, the channels of the site first, with nothing waiting too."""
    waits = NoticeRow.delivered_at.is_(None) & NoticeRow.dead_at.is_(None)
    counted = select(
        NoticeRow.channel,
        func.count().filter(waits),
        func.count(NoticeRow.delivered_at),
        func.count(NoticeRow.dead_at),
        func.max(NoticeRow.delivered_at),
    ).group_by(NoticeRow.channel)
    with session() as store:
        found = {row[0]: Outbox(*row, _last_error(store, row[0])) for row in store.execute(counted)}
    names = [*channels(), *(name for name in sorted(found) if name not in channels())]
    return [found.get(name) or Outbox(name, 0, 0, 0, None, None) for name in names]


def _last_error(store: Session, channel: str) -> str | None:
    newest = select(NoticeRow.last_error).where(NoticeRow.channel == channel, NoticeRow.tried_at.is_not(None))
    return store.scalar(newest.order_by(NoticeRow.tried_at.desc(), NoticeRow.id.desc()).limit(1))


def _dead(notice: NoticeRow, event: WarningEventRow) -> DeadNotice:
    died = notice.dead_at or notice.created_at
    return DeadNotice(
        notice.id,
        event.warning_id,
        event.what,
        notice.channel,
        notice.tries,
        notice.created_at,
        died,
        notice.last_error or "",
    )
