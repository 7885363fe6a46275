"""Warnings with their lives, mutes, changed rules, detectors' runs, and the outbox of notices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "detector_run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("snapshot_id", sa.Integer, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("alive_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("outcome", sa.Text),
        sa.Column("is_good", sa.Boolean),
        sa.Column("begun_by", sa.String(300), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("findings", sa.Integer, nullable=False),
        sa.Column("until", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_detector_run"),
        sa.UniqueConstraint("rule", "snapshot_id", name="uq_detector_run_rule_snapshot_id"),
    )
    op.create_table(
        "warning",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("change_count", sa.Integer, nullable=False),
        sa.Column("key", sa.String(320), nullable=False),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("area_id", sa.String(40), nullable=False),
        sa.Column("area_name", sa.String(120), nullable=False),
        sa.Column("area_level", sa.String(20), nullable=False),
        sa.Column("path", sa.JSON, nullable=False),
        sa.Column("grids", sa.JSON, nullable=False),
        sa.Column("told_grids", sa.JSON, nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("probability", sa.Double, nullable=False),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("first_confidence", sa.Double, nullable=False),
        sa.Column("observed", sa.Double, nullable=False),
        sa.Column("expected", sa.Double, nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("until", sa.DateTime, nullable=False),
        sa.Column("lower_since", sa.DateTime),
        sa.Column("over_since", sa.DateTime),
        sa.Column("reason", sa.JSON, nullable=False),
        sa.Column("series", sa.JSON, nullable=False),
        sa.Column("question", sa.JSON, nullable=False),
        sa.Column("incident_ids", sa.JSON, nullable=False),
        sa.Column("raised_at", sa.DateTime, nullable=False),
        sa.Column("last_seen_at", sa.DateTime, nullable=False),
        sa.Column("seen_count", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("outcome", sa.Boolean),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("answer_within_minutes", sa.JSON, nullable=False),
        sa.Column("answer_by", sa.DateTime),
        sa.Column("is_overdue", sa.Boolean, nullable=False),
        sa.Column("told_at", sa.DateTime),
        sa.Column("assignee", sa.String(80)),
        sa.Column("muted_until", sa.DateTime),
        sa.Column("muted_grade", sa.Integer),
        sa.Column("merged_into", sa.Integer),
        sa.Column("acknowledged_at", sa.DateTime),
        sa.Column("judged_at", sa.DateTime),
        sa.Column("confirmed_at", sa.DateTime),
        sa.Column("dispatched_at", sa.DateTime),
        sa.Column("settled_at", sa.DateTime),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("answered_minutes", sa.Integer),
        sa.Column("judged_minutes", sa.Integer),
        sa.Column("lead_minutes", sa.Integer),
        sa.ForeignKeyConstraint(["merged_into"], ["warning.id"], name="fk_warning_merged_into_warning"),
        sa.PrimaryKeyConstraint("id", name="pk_warning"),
    )
    op.create_index("ix_warning_rule_raised_at", "warning", ["rule", "raised_at"])
    op.create_index("ix_warning_state_key", "warning", ["state", "key"])
    op.create_table(
        "warning_looked",
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("snapshot_id", sa.Integer),
        sa.Column("until", sa.DateTime),
        sa.Column("marks", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("rule", name="pk_warning_looked"),
    )
    op.create_table(
        "warning_rule_change",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("field", sa.String(80), nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_warning_rule_change"),
    )
    op.create_index("ix_warning_rule_change_rule", "warning_rule_change", ["rule"])
    op.create_table(
        "mute",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("warning_id", sa.Integer),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(200)),
        sa.Column("area_id", sa.String(40)),
        sa.Column("up_to_grade", sa.Integer, nullable=False),
        sa.Column("starts_at", sa.DateTime, nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("muted_by", sa.String(80), nullable=False),
        sa.Column("ended_by", sa.String(80)),
        sa.ForeignKeyConstraint(["warning_id"], ["warning.id"], name="fk_mute_warning"),
        sa.PrimaryKeyConstraint("id", name="pk_mute"),
    )
    op.create_table(
        "warning_area",
        sa.Column("warning_id", sa.Integer, nullable=False),
        sa.Column("area_id", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["warning_id"], ["warning.id"], name="fk_warning_area_warning"),
        sa.PrimaryKeyConstraint("warning_id", "area_id", name="pk_warning_area"),
    )
    op.create_index("ix_warning_area_area_id", "warning_area", ["area_id"])
    op.create_table(
        "warning_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("warning_id", sa.Integer, nullable=False),
        sa.Column("happened_at", sa.DateTime, nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("who", sa.String(80)),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("from_state", sa.String(20)),
        sa.Column("to_state", sa.String(20), nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("is_told", sa.Boolean, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["warning_id"], ["warning.id"], name="fk_warning_event_warning"),
        sa.PrimaryKeyConstraint("id", name="pk_warning_event"),
    )
    op.create_index("ix_warning_event_warning_id", "warning_event", ["warning_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.DateTime),
        sa.Column("tried_at", sa.DateTime),
        sa.Column("message", sa.String(32)),
        sa.Column("delivered_at", sa.DateTime),
        sa.Column("dead_at", sa.DateTime),
        sa.Column("last_error", sa.String(300)),
        sa.ForeignKeyConstraint(["event_id"], ["warning_event.id"], name="fk_notice_warning_event"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_channel_next_try_at", "notice", ["channel", "next_try_at"])
    op.create_index("ix_notice_message", "notice", ["message"])


def downgrade() -> None:
    """Take them away, and with them every warning and what people decided about it."""
    op.drop_table("notice")
    op.drop_table("warning_event")
    op.drop_table("warning_area")
    op.drop_table("mute")
    op.drop_table("warning_rule_change")
    op.drop_table("warning_looked")
    op.drop_table("warning")
    op.drop_table("detector_run")
