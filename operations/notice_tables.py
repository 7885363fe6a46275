"""Which table keeps the notices that are to leave the house: an outbox, filled with the event and emptied by the clock."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from operations.tables import Base, now


class NoticeRow(Base):
    """One notice to one channel. `message` is the one message, perhaps of several notices, it was last tried in."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_channel_next_try_at", "channel", "next_try_at"),
        Index("ix_notice_message", "message"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("warning_event.id", name="fk_notice_warning_event"))
    channel: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    message: Mapped[str | None] = mapped_column(String(32))
    delivered_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(300))
