"""What a notice says, in Chinese and English: one short block for each, and as many of them in one message as it may hold."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from settings import settings

Payload = Mapping[str, Any]
"""What `notices.told` put into the outbox, with `rule_name` and `sentence`, each {language: text}, of whoever sends it."""
UNSEEN = ("Cc", "Cf", "Cs", "Co")
"""Kinds of signs that nobody sees, but that turn a text round or hide what it says."""
WORDS_FILE = Path(__file__).with_name("notice_words.toml")
LONGEST_NAME, LONGEST_SENTENCE = 80, 300
SHORTER = (LONGEST_SENTENCE, 150, 60, 0)
"""If a single notice is too long for a message its sentences are cut, and then left out: its heading and its link say enough."""
MARKUP = re.compile(r"[<>\[\]()*_`#|@＠\\~!\r\n\t]+|://|\bwww\.", re.IGNORECASE)
"""Signs that a chat would take for markup, for a link, or for a call to everybody: a name from the data has none to keep."""


@lru_cache(maxsize=1)
def _words() -> dict:
    return tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))


def title(payloads: Sequence[Payload]) -> str:
    """One line for a whole message."""
    if len(payloads) > 1:
        return f"{_words()['title']}: {_words()['many'].format(n=len(payloads))}"
    return f"{_words()['title']}: {_heading(payloads[0])}"


def plain_text(payloads: Sequence[Payload], most_bytes: int | None = None) -> str:
    """A message without markup, of so many bytes at most."""
    return _fitting(_plain_text, payloads, most_bytes)


def markdown(payloads: Sequence[Payload], most_bytes: int | None = None) -> str:
    """A message as both chats show it, of so many bytes at most."""
    return _fitting(_markdown, payloads, most_bytes)


def _fitting(make: Callable[[Sequence[Payload], int], str], payloads: Sequence[Payload], most_bytes: int | None) -> str:
    texts = (make(payloads, longest) for longest in SHORTER)
    return next((text for text in texts if most_bytes is None or len(text.encode()) <= most_bytes), make(payloads, 0))


def _plain_text(payloads: Sequence[Payload], longest: int) -> str:
    blocks = [
        "\n".join([_heading(payload), *_facts(payload, longest), *([_address(payload)] if _address(payload) else [])])
        for payload in payloads
    ]
    return "\n\n".join([title(payloads), *blocks] if len(payloads) > 1 else blocks)


def _markdown(payloads: Sequence[Payload], longest: int) -> str:
    """Headings, quotes and links, which is all of markdown that both chats know."""
    blocks = [
        "\n\n".join([f"**{_heading(payload)}**", *(f"> {fact}" for fact in _facts(payload, longest)), *_link(payload)])
        for payload in payloads
    ]
    return "\n\n".join(
        [f"### {title(payloads)}", *blocks] if len(payloads) > 1 else [f"### {_words()['title']}", *blocks]
    )


def as_many_as_fit(payloads: Sequence[Payload], most_bytes: int, is_markdown: bool) -> int:
    """How many of the payloads one message holds, at least one."""
    text = markdown if is_markdown else plain_text
    n = len(payloads)
    while n > 1 and len(text(payloads[:n]).encode()) > most_bytes:
        n = n // 2
    return n


def _heading(payload: Payload) -> str:
    name = " ".join(clean(text) for text in dict.fromkeys(payload["rule_name"].values()))
    parts = (_word("what", payload["what"]), name, clean(payload["subject"]), clean(payload["area"]))
    return f"【{_word('grade', payload['grade'])}】" + " · ".join(part for part in parts if part)


def _facts(payload: Payload, longest: int) -> list[str]:
    said = [clean(text, longest) for text in payload["sentence"].values() if longest]
    span = _words()["span"].format(since=_local(payload["since"]), until=_local(payload["until"]))
    return [*said, span, _words()["answer"].format(level=_word("level", payload["level"]))]


def _link(payload: Payload) -> list[str]:
    return [f"[{_words()['link']}]({_address(payload)})"] if _address(payload) else []


def _address(payload: Payload) -> str:
    base = settings().notice_link.rstrip("/")
    return f"{base}/warnings?warning={payload['warning_id']}" if base else ""


def _word(kind: str, name: object) -> str:
    return str(_words()[kind].get(str(name), clean(name)))


def clean(value: object, longest: int = LONGEST_NAME) -> str:
    """A text from the data as it may stand in a message: short, on one line, and no markup."""
    on_one_line = " ".join(str(value).split())
    seen = "".join(sign for sign in on_one_line if unicodedata.category(sign) not in UNSEEN)
    return " ".join(MARKUP.sub(" ", seen).split())[:longest]


def _local(moment: object) -> str:
    """Shanghai's time."""
    return f"{datetime.fromisoformat(str(moment)) + timedelta(hours=8):%m-%d %H:%M}"
