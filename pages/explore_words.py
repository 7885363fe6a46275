"""A selection in words, and the numbers of the linked views: for chips, headlines, hovers and axes."""

from analytics.area import areas
from analytics.explore.selection import Selection
from analytics.explore.tokens import blocks, name_token
from analytics.view import View
from ui.components.numbers import count
from ui.words import Speaker, term

ROOM = 18
"""How wide a line of picks may be, in Chinese signs; a letter is half as wide."""


def chips(selection: Selection, view: View, say: Speaker, lang: str) -> list[dict[str, str]]:
    """Every piece that is picked, as `token` (how the address writes it) and `text`, in the order of `tokens()`."""
    known = areas(view.as_of)
    names = {
        "area": [(a, known[a].name if a in known else a) for a in selection.areas],
        "category": [(c, (c or "").replace("/", " › ")) for c in selection.categories],
        "department": [(d, d) for d in selection.departments],
        "channel": [(c, term(lang, "channel", c)) for c in selection.channels],
    }
    texts = [
        text if value is not None else say(f"explore.unknown_{key}")
        for key, rows in names.items()
        for value, text in rows
    ]
    texts += _spans(selection, say)
    return [{"token": token, "text": str(text)} for token, text in zip(selection.tokens(), texts, strict=True)]


def _spans(selection: Selection, say: Speaker) -> list[str]:
    texts = []
    if selection.days:
        first, last = selection.days
        texts.append(say("explore.chip_day" if first == last else "explore.chip_days", first=first, last=last))
    for weekdays, hours in blocks(selection.hours):
        texts.append(
            say("explore.chip_hours", weekdays=weekdays_said(weekdays, say), first=hours[0], last=hours[1] + 1)
        )
    if selection.durations:
        texts.append(lasted(*selection.durations, say))
    return texts


def weekdays_said(weekdays: tuple[int, int], say: Speaker) -> str:
    """One weekday, or the first and the last."""
    first, last = (say(f"explore.weekday_{weekday}") for weekday in weekdays)
    return first if first == last else say("explore.weekdays", first=first, last=last)


def lasted(low: float, high: float, say: Speaker) -> str:
    """A range of hours in words."""
    if high == float("inf"):
        return say("explore.chip_longer", low=long(low, say))
    return say("explore.chip_lasted", low=long(low, say), high=long(high, say))


def long(hours: float, say: Speaker) -> str:
    """So many hours in the unit a person would use."""
    if hours < 1:
        return say("explore.minutes", n=f"{60 * hours:.0f}")
    if hours < 48:
        return say("explore.hours_long", n=f"{hours:.1f}".removesuffix(".0"))
    return say("explore.days_long", n=f"{hours / 24:.1f}".removesuffix(".0") if hours < 240 else f"{hours / 24:.0f}")


def picks_said(texts: list[str], say: Speaker) -> str:
    """The first few picks in a line, and how many there are."""
    shown = [text for n, text in enumerate(texts) if n == 0 or sum(map(_wide, texts[: n + 1])) <= ROOM]
    line = say("explore.and_then").join(shown)
    return line + (say("explore.headline_more", n=len(texts)) if len(shown) < len(texts) else "")


def _wide(text: str) -> float:
    return sum(0.5 if sign.isascii() else 1.0 for sign in text)


def part_of(n: float, total: float) -> dict[str, str]:
    """The numbers every hover names: so many of so many, and the share."""
    return {"n": count(n), "total": count(total), "share": f"{100 * n / total:.1f}" if total else "–"}


def token_rows(key: str, names: list[str | None]) -> list[str]:
    """How the address writes each name."""
    return [name_token(key, name) for name in names]
