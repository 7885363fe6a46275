"""Which tables keep the schedules of reports: what is due when, each run of it, its files, and where they went."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from operations.tables import LONGEST_NAME, Base, now


class ReportScheduleRow(Base):
    """One report that is due again and again. `area` is a code, empty for all, or `towns`: an edition for each town.

    `planned_until`: what was due up to then has its runs.
    """

    __tablename__ = "report_schedule"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kind: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20), default="")
    area: Mapped[str] = mapped_column(String(40), default="")
    category: Mapped[str] = mapped_column(String(200), default="")
    formats: Mapped[str] = mapped_column(String(40))
    lang: Mapped[str] = mapped_column(String(2))
    due: Mapped[str] = mapped_column(String(80))
    skips_holidays: Mapped[bool] = mapped_column(default=False)
    is_paused: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str] = mapped_column(String(200), default="")
    folder: Mapped[str] = mapped_column(String(400), default="")
    mail_to: Mapped[str] = mapped_column(String(1000), default="")
    webhook: Mapped[bool] = mapped_column(default=False)
    sftp: Mapped[bool] = mapped_column(default=False)
    keep_days: Mapped[int] = mapped_column(default=365)
    created_at: Mapped[datetime] = mapped_column(default=now)
    planned_until: Mapped[datetime] = mapped_column(default=now)


class ReportRunRow(Base):
    """One edition at one moment it was due: there is never a second of it, which is what makes it once only."""

    __tablename__ = "report_run"
    __table_args__ = (
        UniqueConstraint("schedule_id", "area", "due_at"),
        Index("ix_report_run_state_next_try_at", "state", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("report_schedule.id", name="fk_report_run_schedule"))
    area: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime]
    on_day: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    is_asked: Mapped[bool] = mapped_column(default=False)
    steps: Mapped[int] = mapped_column(default=0)
    steps_done: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    made_by: Mapped[str | None] = mapped_column(String(300))
    said: Mapped[str | None] = mapped_column(String(500))


class ReportFileRow(Base):
    """One file of a run; its SHA-256 stays when the file has gone after its time."""

    __tablename__ = "report_file"
    __table_args__ = (UniqueConstraint("run_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("report_run.id", name="fk_report_file_run"))
    name: Mapped[str] = mapped_column(String(200))
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    removed_at: Mapped[datetime | None]


class ReportDeliveryRow(Base):
    """One way that a run's files are to go, or the notice to the owner that there are none."""

    __tablename__ = "report_delivery"
    __table_args__ = (UniqueConstraint("run_id", "way"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("report_run.id", name="fk_report_delivery_run"))
    way: Mapped[str] = mapped_column(String(20))
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(300))
