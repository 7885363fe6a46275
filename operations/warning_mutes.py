"""Which matters nobody wants to hear of for a while: mutes with an end, of one matter, one area or a whole rule."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from operations.errors import BadEntryError, NotThereError
from operations.store import session
from operations.tables import HIGHEST_ID, now
from operations.warning_areas import touching
from operations.warning_life import OPEN, Grade, State, Step
from operations.warning_steps import changing, checked_comment, checked_who, start_timer, take
from operations.warning_tables import MuteRow, WarningRow

LONGEST_DAYS = 90


@dataclass(frozen=True)
class Mute:
    """One mute; without `subject` of all of the rule's, without `area_id` everywhere, up to a grade."""

    id: int
    warning_id: int | None
    rule: str
    subject: str | None
    area_id: str | None
    up_to_grade: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    muted_by: str
    ended_by: str | None


def mutes() -> list[Mute]:
    """The mutes in force now, the first to end first."""
    asked = select(MuteRow).where(MuteRow.ends_at > now()).order_by(MuteRow.ends_at, MuteRow.id)
    with session() as store:
        return [_mute(row) for row in store.scalars(asked)]


def mute_rule(
    rule: str,
    by: str,
    until: datetime,
    reason: str,
    *,
    subject: str | None = None,
    area_id: str | None = None,
    up_to_grade: int = Grade.red,
) -> Mute:
    """The mute of what a rule finds, from now on and what is open already: a fair, a planned works. `BadEntryError`."""
    row = MuteRow(rule=rule[:80], subject=subject, area_id=area_id, up_to_grade=up_to_grade, ends_at=_end(until))
    row.muted_by, row.reason = checked_who(by), checked_comment(reason, needed=True)
    with changing() as store:
        store.add(row)
        store.flush()
        for warning in store.scalars(_matters_of(row)):
            _silence(store, warning, row)
        return _mute(row)


def end_mute(id: int, by: str) -> Mute:
    """The mute that ends now, and with it the silence of what it muted; `NotThereError` if it has ended."""
    who = checked_who(by)
    with changing() as store:
        row = store.get(MuteRow, id) if 0 < id <= HIGHEST_ID else None
        if row is None or row.ends_at <= now():
            raise NotThereError("This mute has ended meanwhile.")
        ended, row.ends_at, row.ended_by = row.ends_at, now(), who
        for warning in store.scalars(_matters_of(row).where(WarningRow.muted_until == ended)):
            _wake(store, warning, who)
        return _mute(row)


def mute_for(store: Session, row: WarningRow, *, by: str, until: datetime, reason: str) -> None:
    """Keep a mute of one warning's matter in its area, so that the same matter raised anew is muted too."""
    store.add(
        MuteRow(
            warning_id=row.id, rule=row.rule, subject=row.subject, area_id=row.area_id, up_to_grade=row.grade,
            ends_at=_end(until), reason=reason, muted_by=by,
        )
    )  # fmt: skip


def end_mutes_of(store: Session, row: WarningRow, by: str) -> None:
    """End what mutes this very warning; a mute of the whole rule stays for others."""
    theirs = update(MuteRow).where(MuteRow.warning_id == row.id, MuteRow.ends_at > now())
    store.execute(theirs.values(ends_at=now(), ended_by=by))


def mute_on(store: Session, rule: str, subject: str, areas: set[str], grade: int) -> MuteRow | None:
    """The mute in force for such a matter, the one that ends last; None if there is none."""
    asked = select(MuteRow).where(MuteRow.rule == rule, MuteRow.ends_at > now(), MuteRow.up_to_grade >= grade)
    fit = [
        row
        for row in store.scalars(asked)
        if row.subject in (None, subject) and (row.area_id is None or row.area_id in areas)
    ]
    return max(fit, key=lambda row: row.ends_at, default=None)


def _matters_of(mute: MuteRow):  # type: ignore[no-untyped-def]
    asked = select(WarningRow).where(
        WarningRow.rule == mute.rule, WarningRow.state.in_(OPEN), WarningRow.grade <= mute.up_to_grade
    )
    if mute.subject is not None:
        asked = asked.where(WarningRow.subject == mute.subject)
    return asked if mute.area_id is None else asked.where(WarningRow.id.in_(touching([mute.area_id])))


def _silence(store: Session, warning: WarningRow, mute: MuteRow) -> None:
    warning.muted_until = max(warning.muted_until or mute.ends_at, mute.ends_at)
    warning.muted_grade = mute.up_to_grade
    if warning.state == State.raised:
        start_timer(warning, now())
    take(store, warning, Step.mute, mute.muted_by, comment=mute.reason, detail={"until": mute.ends_at.isoformat()})


def _wake(store: Session, warning: WarningRow, who: str) -> None:
    warning.muted_until, warning.muted_grade = None, None
    if warning.state == State.raised:
        start_timer(warning, now())
    take(store, warning, Step.unmute, who)


def _end(until: datetime) -> datetime:
    if not now() < until <= now() + timedelta(days=LONGEST_DAYS):
        raise BadEntryError("mute_end", f"A mute ends after now, and within {LONGEST_DAYS} days. Choose another end.")
    return until.replace(microsecond=0)


def _mute(row: MuteRow) -> Mute:
    return Mute(**{field.name: getattr(row, field.name) for field in fields(Mute)})
