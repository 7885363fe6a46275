"""Which tables keep warnings: what was found, its life step by step, mutes, changed rules, and what detectors looked at."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from operations.tables import Base, now

LONGEST_WHO = 80
LONGEST_COMMENT = 1000
AREA = String(40)


class WarningRow(Base):
    """One matter that a rule found, as it is now; `version` lets only the first of two changes at once through."""

    __tablename__ = "warning"
    __table_args__ = (Index("ix_warning_state_key", "state", "key"), Index("ix_warning_rule_raised_at", "rule", "raised_at"))  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
    change_count: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(String(320))
    rule: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    area_id: Mapped[str] = mapped_column(AREA)
    area_name: Mapped[str] = mapped_column(String(120))
    area_level: Mapped[str] = mapped_column(String(20))
    path: Mapped[list] = mapped_column(JSON)
    grids: Mapped[list] = mapped_column(JSON)
    told_grids: Mapped[list] = mapped_column(JSON)
    grade: Mapped[int]
    probability: Mapped[float]
    confidence: Mapped[float]
    first_confidence: Mapped[float]
    observed: Mapped[float]
    expected: Mapped[float]
    unit: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime]
    until: Mapped[datetime]
    lower_since: Mapped[datetime | None]
    over_since: Mapped[datetime | None]
    reason: Mapped[dict] = mapped_column(JSON)
    series: Mapped[list] = mapped_column(JSON, deferred=True, deferred_group="evidence")
    question: Mapped[dict] = mapped_column(JSON, deferred=True, deferred_group="evidence")
    incident_ids: Mapped[list] = mapped_column(JSON, deferred=True, deferred_group="evidence")
    raised_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    seen_count: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[bool | None]
    level: Mapped[str] = mapped_column(String(20))
    answer_within_minutes: Mapped[dict] = mapped_column(JSON)
    answer_by: Mapped[datetime | None]
    is_overdue: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None]
    assignee: Mapped[str | None] = mapped_column(String(LONGEST_WHO))
    muted_until: Mapped[datetime | None]
    muted_grade: Mapped[int | None]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("warning.id", name="fk_warning_merged_into_warning"))
    acknowledged_at: Mapped[datetime | None]
    judged_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    dispatched_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    answered_minutes: Mapped[int | None]
    judged_minutes: Mapped[int | None]
    lead_minutes: Mapped[int | None]


class WarningAreaRow(Base):
    """Every area that a warning's extent touches, from its grids up to the district: how one area's warnings are found."""

    __tablename__ = "warning_area"
    __table_args__ = (Index("ix_warning_area_area_id", "area_id"),)

    warning_id: Mapped[int] = mapped_column(ForeignKey("warning.id", name="fk_warning_area_warning"), primary_key=True)
    area_id: Mapped[str] = mapped_column(AREA, primary_key=True)


class WarningEventRow(Base):
    """One step of a warning's life. Rows are only ever added."""

    __tablename__ = "warning_event"
    __table_args__ = (Index("ix_warning_event_warning_id", "warning_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    warning_id: Mapped[int] = mapped_column(ForeignKey("warning.id", name="fk_warning_event_warning"))
    happened_at: Mapped[datetime] = mapped_column(default=now)
    what: Mapped[str] = mapped_column(String(20))
    who: Mapped[str | None] = mapped_column(String(LONGEST_WHO))
    comment: Mapped[str] = mapped_column(Text, default="")
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    grade: Mapped[int]
    is_told: Mapped[bool] = mapped_column(default=False)
    detail: Mapped[dict] = mapped_column(JSON, default=dict)


class MuteRow(Base):
    """No notice and no timer until `ends_at` for what this rule finds: of one subject, in one area, or all of it."""

    __tablename__ = "mute"

    id: Mapped[int] = mapped_column(primary_key=True)
    warning_id: Mapped[int | None] = mapped_column(ForeignKey("warning.id", name="fk_mute_warning"))
    rule: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str | None] = mapped_column(String(200))
    area_id: Mapped[str | None] = mapped_column(AREA)
    up_to_grade: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    muted_by: Mapped[str] = mapped_column(String(LONGEST_WHO))
    ended_by: Mapped[str | None] = mapped_column(String(LONGEST_WHO))


class RuleChangeRow(Base):
    """Who changed which field of which rule to what; without `after` the field is as delivered again."""

    __tablename__ = "warning_rule_change"
    __table_args__ = (Index("ix_warning_rule_change_rule", "rule"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(80))
    field: Mapped[str] = mapped_column(String(80))
    before: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    changed_by: Mapped[str] = mapped_column(String(LONGEST_WHO))
    changed_at: Mapped[datetime] = mapped_column(default=now)


class DetectorRunRow(Base):
    """One rule's look at one state of the data: there is never a second one, whatever process asks."""

    __tablename__ = "detector_run"
    __table_args__ = (UniqueConstraint("rule", "snapshot_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(80))
    snapshot_id: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(default=now)
    alive_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    is_good: Mapped[bool | None]
    begun_by: Mapped[str] = mapped_column(String(300), default="")
    tries: Mapped[int] = mapped_column(default=1)
    looks: Mapped[int] = mapped_column(default=0)
    findings: Mapped[int] = mapped_column(default=0)
    until: Mapped[datetime | None]


class LookedRow(Base):
    """What a rule has seen so far: the data's marks by hour at its last good run, which show what came late or was corrected."""

    __tablename__ = "warning_looked"

    rule: Mapped[str] = mapped_column(String(80), primary_key=True)
    turn: Mapped[int] = mapped_column(default=0)
    snapshot_id: Mapped[int | None]
    until: Mapped[datetime | None]
    marks: Mapped[dict] = mapped_column(JSON, default=dict)
