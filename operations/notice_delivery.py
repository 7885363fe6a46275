"""How the outbox is emptied: what is due goes out, several notices in one message; what fails is tried later, then set aside.

A message is claimed before it is sent, so two processes never send the same one. What was delivered is never sent again; only a
process that dies between the server's "yes" and our note of it sends once more, after `CLAIM`.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from operations import notice_mail, notice_webhook
from operations.notice_channels import CHANNELS, WECOM_TEXT_BYTES, Channel, channels
from operations.notice_tables import NoticeRow
from operations.notice_text import Payload, as_many_as_fit
from operations.notice_webhook import DeliveryError
from operations.store import session
from operations.tables import now
from settings import settings
from warehouse.masking import masked_text

log = logging.getLogger("zhili.notices")

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
CLAIM = timedelta(minutes=5)
"""So long a message is its sender's alone; a sender that gave no sign after that has died."""
LOOKED_AT = 200
Tell = Callable[[Mapping[str, Any]], Mapping[str, Mapping[str, str]]]
"""What a payload says in words: its `rule_name` and `sentence`, each {language: text}."""


def deliver_due(tell: Tell, at: datetime | None = None) -> int:
    """How many notices were delivered of those due by the moment `at` (now); no failure raises, each is noted on its notice.

    `tell` has the words, which this room has not.
    """
    moment = at or now()
    _set_aside_without_channel(moment)
    return sum(_deliver(channel, tell, moment) for channel in CHANNELS if channel.name in channels())


def wait_after(tries: int, first: timedelta = FIRST_WAIT, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """How long to wait after so many tries in vain: 30 s, 1, 2, 4 … minutes, at most an hour; or from and up to other waits."""
    return min(first * 2 ** min(tries - 1, 16), longest)


def _deliver(channel: Channel, tell: Tell, moment: datetime) -> int:
    delivered = 0
    while claimed := _claimed(channel, tell, moment):
        message, payloads = claimed
        try:
            left_out = _send(channel.name, payloads, message)
        except Exception as error:  # whatever it is, it must be noted, or the notice would be claimed for ever
            said = (
                str(error)
                if isinstance(error, DeliveryError)
                else f"The notice cannot be sent ({type(error).__name__})."
            )
            log.warning("%s: %s", channel.name, said)
            _failed(message, moment, said)
            return delivered  # what is wrong now is wrong for the next message too
        _arrived(message, left_out)
        delivered += len(payloads)
    return delivered


def _send(channel: str, payloads: list[Payload], message: str) -> str | None:
    """Who did not get what arrived, if anybody."""
    if channel == "mail":
        return notice_mail.send(payloads, message)
    notice_webhook.send(channel, payloads)
    return None


def _claimed(channel: Channel, tell: Tell, moment: datetime) -> tuple[str, list[Payload]] | None:
    """A message of this process alone: its name and its notices; None if nothing is due, or too many went out just now."""
    with session() as store:
        if _messages_of_last_minute(store, channel.name, moment) >= channel.per_minute:
            return None
        due = list(store.scalars(_due(channel.name, moment).order_by(NoticeRow.id).limit(LOOKED_AT)))
        if not due:
            return None
        due = _not_at_their_last(due)
        fit = due[: _fit(channel, [_worded(tell, row.payload) for row in due])]
        message = uuid4().hex
        mine = update(NoticeRow).where(NoticeRow.id.in_([row.id for row in fit]), _is_due(moment))
        taken = {"message": message, "tried_at": moment, "tries": NoticeRow.tries + 1, "next_try_at": moment + CLAIM}
        store.execute(mine.values(taken).execution_options(synchronize_session=False))
        claimed = select(NoticeRow.payload).where(NoticeRow.message == message).order_by(NoticeRow.id)
        payloads = [_worded(tell, payload) for payload in store.scalars(claimed)]
        return (message, payloads) if payloads else None


def _not_at_their_last(due: list[NoticeRow]) -> list[NoticeRow]:
    """Those that may share a message; one at its last try goes alone, so that what is refused for one takes no other with it."""
    most = settings().notice_tries
    shared = [row for row in due if row.tries < most - 1]
    return shared or due[:1]


def _worded(tell: Tell, payload: Mapping[str, Any]) -> Payload:
    """The payload with its words, masked once more, and without the facts they are made of, which nobody has masked."""
    try:
        words = tell(payload)
    except Exception:  # a notice without its sentence is better than none, and than none of those behind it
        log.exception("no words for a notice of rule %s", payload["rule"])
        words = {"rule_name": {"": str(payload["rule"])}, "sentence": {}}
    masked = {name: {lang: masked_text(text) for lang, text in texts.items()} for name, texts in words.items()}
    return {**{name: value for name, value in payload.items() if name != "reason"}, **masked}


def _fit(channel: Channel, payloads: list[Payload]) -> int:
    is_text = channel.name == "mail" or (channel.name == "wecom" and settings().notice_wecom_format == "text")
    most = WECOM_TEXT_BYTES if channel.name == "wecom" and is_text else channel.most_bytes
    return as_many_as_fit(payloads, most, is_markdown=not is_text)


def _is_due(moment: datetime) -> ColumnElement[bool]:
    """Its time has come, or lies further ahead than any wait: then the machine's clock was put back meanwhile."""
    has_come = or_(NoticeRow.next_try_at <= moment, NoticeRow.next_try_at > moment + LONGEST_WAIT + CLAIM)
    return and_(has_come, NoticeRow.delivered_at.is_(None), NoticeRow.dead_at.is_(None))


def _due(channel: str, moment: datetime) -> Select[NoticeRow]:
    return select(NoticeRow).where(NoticeRow.channel == channel, _is_due(moment))


def _messages_of_last_minute(store: Session, channel: str, moment: datetime) -> int:
    lately = NoticeRow.tried_at.between(moment - timedelta(minutes=1), moment)
    counted = select(func.count(NoticeRow.message.distinct())).where(NoticeRow.channel == channel, lately)
    return store.scalar(counted) or 0


def _arrived(message: str, left_out: str | None) -> None:
    with session() as store:
        its = update(NoticeRow).where(NoticeRow.message == message)
        store.execute(its.values(delivered_at=now(), next_try_at=None, last_error=left_out))


def _failed(message: str, moment: datetime, said: str) -> None:
    with session() as store:
        for row in store.scalars(select(NoticeRow).where(NoticeRow.message == message)):
            row.last_error = said[:300]
            if row.tries >= settings().notice_tries:
                row.dead_at, row.next_try_at = moment, None
            else:
                row.next_try_at = moment + wait_after(row.tries)


def _set_aside_without_channel(moment: datetime) -> None:
    """What waits for a channel that is not set up any more is dead, and says why."""
    lost = update(NoticeRow).where(NoticeRow.channel.not_in(channels()), _is_due(moment))
    said = "This channel is not set up any more (settings notice_…)."
    with session() as store:
        store.execute(lost.values(dead_at=moment, next_try_at=None, last_error=said))
