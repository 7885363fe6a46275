"""Which tables the store has. A change here needs a migration beside it; a test compares the two."""

from datetime import UTC, datetime

from sqlalchemy import MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

HIGHEST_ID = 2**31 - 1
"""Of an integer key in every database we know."""
LONGEST_NAME = 80
LONGEST_QUERY = 4000


def now() -> datetime:
    """The moment in UTC without a zone, to the second, as every time in the store."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


class Base(DeclarativeBase):
    """Base of every table; constraints have names that do not depend on the database."""

    metadata = MetaData(
        naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"},
    )


class SavedViewRow(Base):
    """One view that somebody gave a name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("page", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    page: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    created_by: Mapped[str | None] = mapped_column(String(80))
