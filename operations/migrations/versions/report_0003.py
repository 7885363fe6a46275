"""Schedules of reports: what is due when, its runs, their files, and where they went."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("category", sa.String(200), nullable=False),
        sa.Column("formats", sa.String(40), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("due", sa.String(80), nullable=False),
        sa.Column("skips_holidays", sa.Boolean, nullable=False),
        sa.Column("is_paused", sa.Boolean, nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("folder", sa.String(400), nullable=False),
        sa.Column("mail_to", sa.String(1000), nullable=False),
        sa.Column("webhook", sa.Boolean, nullable=False),
        sa.Column("sftp", sa.Boolean, nullable=False),
        sa.Column("keep_days", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("planned_until", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_schedule"),
        sa.UniqueConstraint("name", name="uq_report_schedule_name"),
    )
    op.create_table(
        "report_run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("schedule_id", sa.Integer, nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("on_day", sa.Date, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("is_asked", sa.Boolean, nullable=False),
        sa.Column("steps", sa.Integer, nullable=False),
        sa.Column("steps_done", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.DateTime),
        sa.Column("started_at", sa.DateTime),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("made_by", sa.String(300)),
        sa.Column("said", sa.String(500)),
        sa.ForeignKeyConstraint(["schedule_id"], ["report_schedule.id"], name="fk_report_run_schedule"),
        sa.PrimaryKeyConstraint("id", name="pk_report_run"),
        sa.UniqueConstraint("schedule_id", "area", "due_at", name="uq_report_run_schedule_id_area_due_at"),
    )
    op.create_index("ix_report_run_state_next_try_at", "report_run", ["state", "next_try_at"])
    op.create_table(
        "report_file",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("removed_at", sa.DateTime),
        sa.ForeignKeyConstraint(["run_id"], ["report_run.id"], name="fk_report_file_run"),
        sa.PrimaryKeyConstraint("id", name="pk_report_file"),
        sa.UniqueConstraint("run_id", "name", name="uq_report_file_run_id_name"),
    )
    op.create_table(
        "report_delivery",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.DateTime),
        sa.Column("delivered_at", sa.DateTime),
        sa.Column("dead_at", sa.DateTime),
        sa.Column("last_error", sa.String(300)),
        sa.ForeignKeyConstraint(["run_id"], ["report_run.id"], name="fk_report_delivery_run"),
        sa.PrimaryKeyConstraint("id", name="pk_report_delivery"),
        sa.UniqueConstraint("run_id", "way", name="uq_report_delivery_run_id_way"),
    )


def downgrade() -> None:
    """Take them away, and with them every schedule and its history."""
    op.drop_table("report_delivery")
    op.drop_table("report_file")
    op.drop_table("report_run")
    op.drop_table("report_schedule")
