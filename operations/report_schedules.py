"""Schedules of reports: which there are, and how one is added, paused and taken away."""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from operations.errors import BadScheduleError, NotThereError
from operations.notice_mail import addresses
from operations.report_tables import ReportDeliveryRow, ReportFileRow, ReportRunRow, ReportScheduleRow
from operations.report_when import next_due, parse
from operations.store import session
from operations.tables import LONGEST_NAME, now
from settings import settings

KINDS = ("daily", "weekly", "monthly", "performance", "topic")
FORMATS = ("docx", "xlsx", "pdf", "pptx")
ROLES = ("", "leader", "analyst", "duty", "town")
TOWNS = "towns"
"""An edition for each town."""
MOST = 200
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
SUBFOLDER = re.compile(r"[^/\\:\x00-\x1f]+(/[^/\\:\x00-\x1f]+)*")


@dataclass(frozen=True)
class Plan:
    """What a schedule is to be. `due` as `report_when` reads it; `area` a code, empty for all, or `towns`.

    `folder` lies in the setting `report_folder`; `mail_to` are addresses with commas between them; `owner` gets the notice when no
    report could be made.
    """

    name: str
    kind: str
    due: str
    area: str = ""
    category: str = ""
    formats: tuple[str, ...] = ("docx", "pdf")
    lang: str = "zh"
    role: str = ""
    skips_holidays: bool = False
    owner: str = ""
    folder: str = ""
    mail_to: str = ""
    webhook: bool = False
    sftp: bool = False
    keep_days: int = 365


@dataclass(frozen=True)
class Schedule(Plan):
    """A schedule as it is kept."""

    id: int = 0
    is_paused: bool = False

    @property
    def next_at(self) -> datetime | None:
        """When it is due next; None while it is paused."""
        return None if self.is_paused else next_due(parse(self.due), self.skips_holidays, now())

    @property
    def ways(self) -> tuple[str, ...]:
        """How its files go out."""
        chosen = {"folder": self.folder, "mail": self.mail_to, "webhook": self.webhook, "sftp": self.sftp}
        return tuple(way for way, is_on in chosen.items() if is_on)


def schedules() -> list[Schedule]:
    """All, by name."""
    with session() as store:
        return [schedule_of(row) for row in store.scalars(select(ReportScheduleRow).order_by(ReportScheduleRow.name))]


def schedule(id: int) -> Schedule:
    """One; `NotThereError` if it is not there (any more)."""
    with session() as store:
        return schedule_of(_there(store.get(ReportScheduleRow, id), id))


def add(plan: Plan) -> Schedule:
    """Keep a new schedule, due from now on; `BadScheduleError` in one line says what it cannot be."""
    _check(plan)
    texts = {name: value.strip() for name, value in _parts(plan).items() if isinstance(value, str)}
    row = ReportScheduleRow(**{**_parts(plan), **texts, "formats": ",".join(plan.formats)})
    row.is_paused, row.created_at, row.planned_until = False, now(), now()
    with session() as store:
        if (store.scalar(select(func.count(ReportScheduleRow.id))) or 0) >= MOST:
            raise BadScheduleError(f"There are {MOST} schedules, and no more can be kept. Take one away first.")
        store.add(row)
        try:
            store.flush()
        except IntegrityError:
            raise BadScheduleError(f"There is a schedule named {plan.name.strip()!r} already.") from None
        return schedule_of(row)


def pause(id: int, is_paused: bool) -> None:
    """Stop planning, or go on: what was due in the meantime is not made later."""
    with session() as store:
        row = _there(store.get(ReportScheduleRow, id), id)
        row.is_paused = is_paused
        if not is_paused:
            row.planned_until = now()


def remove(id: int) -> None:
    """Take a schedule away, its history too; its files go with the next tidying up."""
    runs = select(ReportRunRow.id).where(ReportRunRow.schedule_id == id)
    with session() as store:
        _there(store.get(ReportScheduleRow, id), id)
        store.execute(delete(ReportDeliveryRow).where(ReportDeliveryRow.run_id.in_(runs)))
        store.execute(delete(ReportFileRow).where(ReportFileRow.run_id.in_(runs)))
        store.execute(delete(ReportRunRow).where(ReportRunRow.schedule_id == id))
        store.execute(delete(ReportScheduleRow).where(ReportScheduleRow.id == id))


def schedule_of(row: ReportScheduleRow) -> Schedule:
    """The row as others see it."""
    parts = {part.name: getattr(row, part.name) for part in fields(Schedule)}
    return Schedule(**{**parts, "formats": tuple(row.formats.split(","))})


def _parts(plan: Plan) -> dict[str, Any]:
    return {part.name: getattr(plan, part.name) for part in fields(Plan)}


def _there(row: ReportScheduleRow | None, id: int) -> ReportScheduleRow:
    if row is None:
        raise NotThereError(f"There is no schedule {id} (any more).")
    return row


def _check(plan: Plan) -> None:
    """What a schedule cannot be, said in one line."""
    site = settings()
    parse(plan.due)
    wrong = {
        f"The name must have 1 to {LONGEST_NAME} signs on one line.": not 0 < len(plan.name.strip()) <= LONGEST_NAME or not plan.name.isprintable(),
        f"There is no report {plan.kind!r} (have: {', '.join(KINDS)}).": plan.kind not in KINDS,
        f"Formats are one or more of {', '.join(FORMATS)}.": not plan.formats or not set(plan.formats) <= set(FORMATS),
        f"The language {plan.lang!r} is neither zh nor en.": plan.lang not in ("zh", "en"),
        f"There is no role {plan.role!r} (have: {', '.join(filter(None, ROLES))}).": plan.role not in ROLES,
        "Only a topic report is of one category.": bool(plan.category) and plan.kind != "topic",
        "Files are kept for 1 to 3650 days.": not 1 <= plan.keep_days <= 3650,
        "The owner is one mail address.": bool(plan.owner.strip()) and not ADDRESS.fullmatch(plan.owner.strip()),
        "Mail goes to addresses with commas between them.": not all(ADDRESS.fullmatch(one) for one in addresses(plan.mail_to)) or len(plan.mail_to) > 1000,
        "The folder must be a path below the setting report_folder, without '..'.": bool(plan.folder.strip()) and (not SUBFOLDER.fullmatch(plan.folder.strip()) or ".." in plan.folder.split("/") or len(plan.folder) > 400),
        "The setting report_folder is empty, so nothing can be put into a folder. See docs/settings.md": bool(plan.folder.strip()) and not site.report_folder,
        "The setting report_webhook is empty, so nothing can be sent there. See docs/settings.md": plan.webhook and not site.report_webhook.get_secret_value(),
        "The setting report_sftp is empty, so nothing can be sent there. See docs/settings.md": plan.sftp and not site.report_sftp,
    }  # fmt: skip
    for said, is_wrong in wrong.items():
        if is_wrong:
            raise BadScheduleError(said)
