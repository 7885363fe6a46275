"""Saved views: a name, a page and what stands in its address."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("query", sa.String(4000), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
        sa.Column("created_by", sa.String(80)),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("page", "name", name="uq_saved_view_page_name"),
    )


def downgrade() -> None:
    """Take it away, and with it every saved view."""
    op.drop_table("saved_view")
