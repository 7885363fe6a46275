"""Why was a warning raised, in one sentence: what, where, how unusual, compared with what, since when, and who answers for it.

Made of the plain facts of a finding's reason only, so that a page, a notice and a report say the same.
"""

from collections.abc import Mapping
from typing import Any

from ui.words import Speaker, all_words, speaker

RAREST = 1e-6
COMMON = 0.01


def sentence(reason: Mapping[str, Any], lang: str) -> str:
    """The sentence of a reason in `lang` (zh or en), as plain text; facts that are missing are left out."""
    say = speaker(lang)
    body = _first(reason, _facts(reason, say), say)
    rest = [_chance(reason, say), _compared(reason, say), _since(reason, say), _who(reason, say)]
    mark, stop = ("；", "。") if lang != "en" else ("; ", ".")
    return mark.join([body, *filter(None, rest)]) + stop


def brief(reason: Mapping[str, Any], lang: str) -> str:
    """What, where, how many against how many, and no more: a device by its name alone if it has one; without a stop."""
    say = speaker(lang)
    facts = _facts(reason, say)
    if reason.get("device") and (name := str(reason.get("name") or "")):
        facts |= {"what": name, "device": "" if facts["device"] in name else facts["device"]}
    return _first(reason, facts, say)


def _first(reason: Mapping[str, Any], facts: Mapping[str, str], say: Speaker) -> str:
    kind = str(reason.get("kind", "other"))
    return " ".join(say(f"reason.{kind}" if _has(kind) else "reason.other", **facts).split())


def number(value: float) -> str:
    """A number as people say it: whole from ten up, one decimal below."""
    if abs(value) >= 10 or float(value).is_integer():
        return f"{round(value):,}"
    return f"{value:.1f}" if abs(value) >= 0.1 else "<0.1"


def _has(key: str) -> bool:
    return f"reason.{key}" in all_words()


def _facts(reason: Mapping[str, Any], say: Speaker) -> dict[str, str]:
    """Every fact as text, and those that are made of several."""
    facts = {key: _text(value) for key, value in reason.items()}
    kind = str(reason.get("kind", ""))
    observed, expected = float(reason.get("observed", 0.0)), float(reason.get("expected", 0.0))
    facts.setdefault("times", number(observed / expected) if expected > 0.005 else "—")
    facts["what"] = _what(reason)
    facts["device"] = _device(str(reason.get("device", "")), say)
    facts["unit"] = (
        say(f"reason.unit_{reason['unit']}") if _has(f"unit_{reason.get('unit')}") else facts.get("unit", "")
    )
    facts["span"] = _span(reason, say)
    facts["owner"] = say("reason.owner", owner=reason["owner"]) if reason.get("owner") else ""
    ahead = reason.get("hours_to_threshold") if kind == "rising" else reason.get("emptied_in")
    facts["ahead"] = (
        say(f"reason.{kind}_ahead", ahead=number(float(ahead))) if ahead is not None and _has(f"{kind}_ahead") else ""
    )
    facts["radius"], facts["every"] = facts.get("radius_m", ""), facts.get("every_hours", "")
    return facts


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "—" if value is None else str(value)
    return number(float(value))


def _what(reason: Mapping[str, Any]) -> str:
    """The last part of a category; a device by its name and number; an office by its name."""
    what, name = str(reason.get("what", "")), str(reason.get("name") or "")
    if reason.get("device"):
        return f"{name}（{what}）" if name else what
    return what.rsplit("/", 1)[-1]


def _device(kind: str, say: Speaker) -> str:
    for key in (f"reason.{kind}", f"sensor_kind.{kind}"):
        if key in all_words():
            return say(key)
    return kind


def _span(reason: Mapping[str, Any], say: Speaker) -> str:
    if reason.get("hours") and not reason.get("days"):
        return say("reason.span_hours", n=number(float(reason["hours"])))
    return say("reason.span_days", n=number(float(reason.get("days", 1))))


def _chance(reason: Mapping[str, Any], say: Speaker) -> str:
    """How unusual; of a forecast and of what is not rare, how sure."""
    chance = float(reason.get("probability", 1.0))
    if reason.get("kind") == "bin_full" or chance > COMMON:
        return say("reason.sure", sure=f"{100 * float(reason.get('confidence', 0.0)):.0f}")
    if chance < RAREST:
        return say("reason.chance_rare")
    digits = len(str(round(1 / chance))) - 1
    return say("reason.chance", n=f"{round(1 / chance, -digits):,.0f}")


def _compared(reason: Mapping[str, Any], say: Speaker) -> str:
    key = str(reason.get("compared", ""))
    return say(f"reason.{key}") if key and _has(key) else ""


def _since(reason: Mapping[str, Any], say: Speaker) -> str:
    return (
        say("reason.since", since=str(reason["since"])) if reason.get("since") and reason.get("kind") != "late" else ""
    )


def _who(reason: Mapping[str, Any], say: Speaker) -> str:
    """A post, or the office itself; never a person's name."""
    who = str(reason.get("who", ""))
    return say("reason.who", who=say(f"reason.{who}") if _has(who) else who) if who else ""
