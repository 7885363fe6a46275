"""What the page says of a warning in words: what it is, how grave, where it stands, what was done with it, and when."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from analytics.early_warning.rules import FAILED_RULE
from analytics.view import local
from operations.errors import OperationsError, WarningActionError
from operations.warning_life import Grade, State, Step
from operations.warnings import Event, Kept
from ui.components.numbers import count
from ui.words import Speaker, all_words
from ui.words.reasons import brief, sentence
from ui.words.rules import rule_name

BY_HAND = {
    Step.acknowledge: "a", Step.judge_true: "t", Step.judge_false: "f", Step.dispatch: "d", Step.settle: "s", Step.close: "c",
    Step.assign: "g", Step.comment: "n", Step.mute: "m", Step.unmute: "u", Step.merge: "x", Step.reopen: "r",
}  # fmt: skip
"""What a person can do, in the order in which it is offered, and the key for it."""


def said(warning: Kept, say: Speaker, lang: str) -> str:
    """The warning as one sentence."""
    return _failed(warning, say, lang) or sentence(warning.reason, lang)


def said_briefly(warning: Kept, say: Speaker, lang: str) -> str:
    """What, where, and how many against how many: for whoever stands three metres away."""
    return _failed(warning, say, lang) or brief(warning.reason, lang)


def _failed(warning: Kept, say: Speaker, lang: str) -> str:
    """What a rule says that could not be reckoned; empty for a warning of another kind."""
    if warning.rule != FAILED_RULE:
        return ""
    text = str(warning.reason.get("said") or "")
    return say("warnings.failed_rule", rule=rule_name(warning.subject, lang), text=text)


def grade_of(grade: int, say: Speaker) -> dict[str, object]:
    """A grade as number, letter and name: never by its colour alone."""
    name = Grade(min(max(grade, 1), 4)).name
    return {
        "grade": int(Grade[name]),
        "letter": say(f"warnings.letter_{name}"),
        "grade_name": say(f"warnings.grade_{name}"),
    }


def state_name(state: str, say: Speaker) -> str:
    """A state in words."""
    return say(f"warnings.state_{State(state)}")


def seconds(moment: datetime | None) -> int | None:
    """A time of the store as seconds since 1970, as scripts reckon."""
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp())


def at(moment: datetime | None) -> str:
    """A time of the store as people here write it."""
    return "" if moment is None else f"{local(moment):%Y-%m-%d %H:%M}"


def short(moment: datetime) -> str:
    """The same without its year."""
    return f"{local(moment):%m-%d %H:%M}"


def event_said(event: Event, say: Speaker, lang: str) -> str:
    """What happened, in one line; what nobody has words for is named by its code."""
    key = f"warnings.did_{event.what}"
    if key not in all_words():
        return event.what
    return say(key, **_facts(event.detail, event, say))


def _facts(detail: Mapping[str, object], event: Event, say: Speaker) -> dict[str, object]:
    before = detail.get("grade_before")
    return {
        "grade": grade_of(event.grade, say)["grade_name"],
        "before": grade_of(before, say)["grade_name"] if isinstance(before, int) else "–",
        "level": term_of_level(detail.get("level"), say),
        "assignee": detail.get("assignee") or say("warnings.nobody"),
        "until": _moment(detail.get("until") or detail.get("confirmed_at")),
        "other": detail.get("into") or detail.get("merged") or "",
        "grids": _number(detail.get("grids")),
        "grids_before": _number(detail.get("grids_before")),
    }


def term_of_level(level: object, say: Speaker) -> str:
    """A level of the administration in words, or a dash."""
    return say(f"level.{level}") if f"level.{level}" in all_words() else "–"


def _moment(text: object) -> str:
    try:
        return short(datetime.fromisoformat(str(text)))
    except ValueError:
        return "–"


def _number(value: object) -> str:
    return count(value) if isinstance(value, int | float) else "–"


def why_not(error: OperationsError, say: Speaker) -> str:
    """Why something was not kept, in the words of this page where it has some, else in the store's one line."""
    if type(error) is OperationsError:  # the store itself: locked, full, gone
        return say("warnings.error_store")
    key = f"warnings.error_{error.reason}" if isinstance(error, WarningActionError) else ""
    return say(key) if key in all_words() else str(error)


def text_of(value: object) -> str:
    """What somebody wrote, as a form sends it; what is neither text nor a whole number is nothing."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def minutes_said(minutes: float | None, say: Speaker) -> str:
    """A span of time, in the largest unit that says it well."""
    if minutes is None:
        return "–"
    size = abs(minutes)
    sign = "−" if minutes < 0 else ""
    if size < 120:
        return sign + say("warnings.minutes", n=f"{size:.0f}")
    if size < 48 * 60:
        return sign + say("warnings.hours", n=f"{size / 60:.1f}")
    return sign + say("warnings.days", n=f"{size / 1440:.1f}")


def local_to_utc(text: str) -> datetime:
    """A local day and time as a browser writes it (`2026-11-26T08:00`) as UTC without a zone; `ValueError`."""
    return datetime.fromisoformat(text).replace(tzinfo=None) - timedelta(hours=8)


def who_has(warning: Kept, say: Speaker) -> str:
    """Who sees to it: somebody by name, or the area whose post must answer now."""
    if warning.assignee:
        return warning.assignee
    name = next((step["name"] for step in warning.path if step.get("level") == warning.level), "")
    return name or term_of_level(warning.level, say)


def grades_said(found: Mapping[int, int], say: Speaker) -> str:
    """How many there are of each grade, the gravest first; none is left out where it is nought."""
    parts = [
        say("warnings.of_grade", grade=say(f"warnings.short_{Grade(grade).name}"), n=count(found[grade]))
        for grade in sorted(found, reverse=True)
        if found[grade]
    ]
    return say("warnings.comma").join(parts)
