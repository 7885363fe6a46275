"""What a person does with a warning on the page: the step in the store, and what is said if it could not be taken."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from operations import warning_actions as actions
from operations.errors import (
    BadEntryError,
    ChangedMeanwhileError,
    NoSuchWarningError,
    OperationsError,
    WarningActionError,
)
from operations.tables import now
from operations.warning_life import Step
from operations.warnings import Kept, warning
from pages.warning_list import whole_number
from pages.warning_words import at, local_to_utc, state_name, text_of, why_not
from ui.words import Speaker, speaker
from ui.words.events import event_said

TEXTS = ("by", "comment", "to", "until", "into", "confirmed_at", "step")
LONGEST_AGO, A_CLOCK_APART = timedelta(days=366), timedelta(minutes=5)
LONGEST_TEXT = 2000
"""What is longer is no entry of a person; the store's own bounds, which say so in words, are narrower."""


def act(asked: Mapping[str, object], lang: str) -> dict[str, object]:
    """Take the step: `{"id": …, "said": …}`, or `{"refused": …}` in one line if it cannot be taken."""
    say = speaker(lang)
    number = whole_number(asked.get("id"))
    text = {name: text_of(asked.get(name))[:LONGEST_TEXT] for name in TEXTS}
    try:
        step = Step(text["step"])
        taken = _taken(step, _known(number), text, whole_number(asked.get("seen")))
    except (ValueError, KeyError):
        return {"refused": say("warnings.error_step")}
    except OperationsError as error:
        return {"refused": refused(error, number, say, lang)}
    return {"id": taken.id, "said": say("warnings.done", step=say(f"warnings.step_{step}"), n=taken.id)}


def refused(error: OperationsError, id: int | None, say: Speaker, lang: str) -> str:
    """Why a step was not taken, in the words of this page where it has some, else in the store's one line."""
    if isinstance(error, NoSuchWarningError):
        return say("warnings.error_not_there")
    if isinstance(error, ChangedMeanwhileError) or (isinstance(error, WarningActionError) and error.reason == "step"):
        return _who_was_faster(id, say, lang) or str(error)
    return why_not(error, say)


def _who_was_faster(id: int | None, say: Speaker, lang: str) -> str:
    try:
        whole = warning(_known(id))
    except OperationsError:
        return ""
    last = next((event for event in reversed(whole.events) if event.what != Step.comment), None)
    if last is None:
        return ""
    return say(
        "warnings.error_changed", n=whole.warning.id, who=last.who or say("warnings.clock"), at=at(last.happened_at),
        what=event_said(last.what, last.detail, last.grade, lang), state=state_name(whole.warning.state, say),
    )  # fmt: skip


def _known(id: int | None) -> int:
    if id is None:
        raise NoSuchWarningError(0)
    return id


def _taken(step: Step, id: int, text: Mapping[str, str], seen: int | None) -> Kept:
    by, comment = text["by"], text["comment"]
    special: dict[Step, Callable[[], Kept]] = {
        Step.judge_true: lambda: actions.judge(id, by, True, comment, seen, _confirmed(text["confirmed_at"])),
        Step.judge_false: lambda: actions.judge(id, by, False, comment, seen),
        Step.dispatch: lambda: actions.dispatch(id, by, _sent(text), seen),
        Step.assign: lambda: actions.assign(id, by, text["to"], comment, seen),
        Step.comment: lambda: actions.comment(id, by, comment),
        Step.mute: lambda: actions.mute(id, by, _moment(text["until"]) or now(), comment, seen),
        Step.merge: lambda: actions.merge(id, _into(text["into"]), by, comment, seen),
    }
    plain = {
        Step.acknowledge: actions.acknowledge, Step.settle: actions.settle, Step.close: actions.close,
        Step.reopen: actions.reopen, Step.unmute: actions.unmute,
    }  # fmt: skip
    return special[step]() if step in special else plain[step](id, by, comment, seen)


def _sent(text: Mapping[str, str]) -> str:
    """To whom, then what for: the store keeps both as the comment of the dispatch."""
    to = text["to"].strip()
    if not to:
        raise BadEntryError("to", "Say who is sent: a department, a grid worker.")
    return f"→ {to}" + (f" · {text['comment'].strip()}" if text["comment"].strip() else "")


def _into(text: str) -> int:
    found = whole_number(text.strip().removeprefix("#"))
    if found is None:
        raise BadEntryError("into", "Say the number of the other warning.")
    return found


def _confirmed(text: str) -> datetime | None:
    """When the matter came to light: what is not yet, or long ago, is a slip of the hand, and would spoil the rule's lead time."""
    moment = _moment(text)
    if moment is not None and not now() - LONGEST_AGO <= moment <= now() + A_CLOCK_APART:
        raise BadEntryError("confirmed", "When it came to light: within a year, and not after now.")
    return moment


def _moment(text: str) -> datetime | None:
    """A local time as UTC; None for none. What is no time cannot be kept."""
    if not text:
        return None
    try:
        return local_to_utc(text)
    except (ValueError, OverflowError):
        raise BadEntryError("moment", "This is no day and time.") from None
