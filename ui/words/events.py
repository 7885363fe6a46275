"""What happened to a warning, in one line: the page of warnings and its review say the same."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ui.components.numbers import count
from ui.words import Speaker, all_words, speaker

ZONE = ZoneInfo("Asia/Shanghai")
GRADES = ("blue", "yellow", "orange", "red")


def event_said(what: str, detail: Mapping[str, object], grade: int, lang: str) -> str:
    """The line of an event by its plain facts; what nobody has words for is named by its code. Times in `detail` are UTC."""
    key, say = f"warnings.did_{what}", speaker(lang)
    return say(key, **_facts(detail, grade, say)) if key in all_words() else what


def term_of_level(level: object, say: Speaker) -> str:
    """A level of the administration in words, or a dash."""
    return say(f"level.{level}") if f"level.{level}" in all_words() else "–"


def grade_name(grade: int, say: Speaker) -> str:
    """A grade, 1 to 4, in words."""
    return say(f"warnings.grade_{GRADES[min(max(grade, 1), 4) - 1]}")


def _facts(detail: Mapping[str, object], grade: int, say: Speaker) -> dict[str, object]:
    before = detail.get("grade_before")
    return {
        "grade": grade_name(grade, say),
        "before": grade_name(before, say) if isinstance(before, int) else "–",
        "level": term_of_level(detail.get("level"), say),
        "assignee": detail.get("assignee") or say("warnings.nobody"),
        "until": _moment(detail.get("until") or detail.get("confirmed_at")),
        "other": detail.get("into") or detail.get("merged") or "",
        "grids": _number(detail.get("grids")),
        "grids_before": _number(detail.get("grids_before")),
    }


def _moment(text: object) -> str:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return "–"
    return f"{moment.replace(tzinfo=UTC).astimezone(ZONE):%m-%d %H:%M}"


def _number(value: object) -> str:
    return count(value) if isinstance(value, int | float) else "–"
