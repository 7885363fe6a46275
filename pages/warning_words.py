"""What the page says of a warning in words: what it is, how grave, where it stands, what was done with it, and when."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from analytics.early_warning.rules import FAILED_RULE
from analytics.view import local
from operations.errors import OperationsError, WarningActionError
from operations.warning_life import Grade, State, Step
from operations.warnings import Kept
from ui.components.numbers import count
from ui.words import Speaker, all_words
from ui.words.events import grade_name, term_of_level
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
        "grade_name": grade_name(grade, say),
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
