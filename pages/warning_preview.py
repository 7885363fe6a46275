"""What would a rule have raised in the last 90 days? Looked for in the background, day by day, and folded as the store folds.

One preview at a time in a web process, in a thread of its own that rests between its looks, so that pages are answered meanwhile.
Nothing of it is kept: a preview that is asked for again is looked for anew, though what DuckDB has answered is kept a while.
"""

import logging
import secrets
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from analytics.answers import newest_snapshot, stop
from analytics.early_warning.finding import Finding
from analytics.early_warning.look import findings
from analytics.early_warning.rules import Rule, RuleError
from analytics.patience import QuestionStoppedError, ask_for
from analytics.view import facts
from operations.warning_raised import COOL_DOWN, is_near
from pages.panels import why
from pages.warning_rules import wanted
from pages.warning_words import grade_of, grades_said, short
from ui.words import Speaker, speaker
from ui.words.reasons import sentence
from ui.words.rules import rule_name
from warehouse.errors import ZhiliError

log = logging.getLogger("zhili.web")

DAYS, WEEK = 90, 7
MOST_SECONDS = 180.0
"""If looking at every day would take longer, one day a week is looked at, and the page says so."""
REST_SECONDS = 0.05
FORGET_SECONDS = 900.0
UNHEARD_SECONDS = 30.0
"""A preview that nobody asks after any more, because the page was closed, ends."""
MOST_SHOWN = 200


@dataclass
class Would:
    """One warning that would have been raised: its first and gravest finding, how often it was found, when last."""

    first: Finding
    gravest: Finding
    grids: set[str]
    looks: int
    last: datetime

    def take(self, finding: Finding, until: datetime) -> None:
        """It was found again."""
        self.grids |= set(finding.grids)
        self.gravest = max(self.gravest, finding, key=lambda one: (one.grade, one.confidence))
        self.looks, self.last = self.looks + 1, until


def folded(looks: Iterable[tuple[datetime, Sequence[Finding]]]) -> list[Would]:
    """The findings of looks, oldest first, as warnings: the same matter at the same place within the store's cool-down is one."""
    found: list[Would] = []
    for until, findings_ in looks:
        for finding in findings_:
            mine = next((one for one in reversed(found) if _is_same(one, finding, until)), None)
            if mine is None:
                found.append(Would(finding, finding, set(finding.grids), 1, until))
            else:
                mine.take(finding, until)
    return found


def _is_same(one: Would, finding: Finding, until: datetime) -> bool:
    is_recent = until - one.last <= COOL_DOWN
    return (
        is_recent
        and one.first.key == finding.key
        and is_near(one.gravest.area_id, tuple(one.grids), finding.area_id, finding.grids)
    )


@dataclass
class Preview:
    """One preview on its way: what was asked, how far it is, what has been found."""

    rule: Rule
    token: str
    began: float = field(default_factory=time.monotonic)
    whole: int = DAYS
    done: int = 0
    step: int = 1
    looks: list[tuple[datetime, Sequence[Finding]]] = field(default_factory=list)
    failed: Exception | None = None
    is_over: bool = False
    is_stopped: bool = False
    heard_at: float = field(default_factory=time.monotonic)

    @property
    def is_wanted(self) -> bool:
        """Whether anybody still waits for it."""
        return not self.is_stopped and time.monotonic() - self.heard_at < UNHEARD_SECONDS


class Previews:
    """The previews of this process: at most one is on its way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Preview] = {}

    def begin(self, rule: Rule) -> Preview | None:
        """A new preview, or None while another one is on its way."""
        with self._lock:
            now = time.monotonic()
            self._known = {token: one for token, one in self._known.items() if now - one.began < FORGET_SECONDS}
            if any(not one.is_over for one in self._known.values()):
                return None
            made = Preview(rule, secrets.token_urlsafe(16))
            self._known[made.token] = made
        threading.Thread(target=_look_back, args=(made,), name="preview", daemon=True).start()
        return made

    def get(self, token: str) -> Preview | None:
        """The preview of this name, if it is known."""
        return self._known.get(token)

    def stop(self, token: str) -> None:
        """Whoever asked for it does not wait any more."""
        if one := self._known.get(token):
            one.is_stopped = True
            stop(_tab(one))


PREVIEWS = Previews()


def _tab(one: Preview) -> str:
    return f"preview-{one.token}"


def _look_back(one: Preview) -> None:
    try:
        ask_for(_tab(one))
        snapshot = newest_snapshot()
        _look_at(one, snapshot, facts(snapshot).now + timedelta(seconds=1))
    except QuestionStoppedError:
        one.is_stopped = True
    except Exception as error:  # told to whoever waits
        if not isinstance(error, ZhiliError):
            log.exception("a preview of rule %s failed", one.rule.name)
        one.failed = error
    finally:
        one.is_over = True


def _look_at(one: Preview, snapshot: int, newest: datetime) -> None:
    """The newest day first, to see how long one look takes, then the others from the oldest on."""
    last = findings(one.rule, snapshot, newest, with_incidents=False)  # the first look prepares what all need
    began = time.monotonic()
    findings(one.rule, snapshot, newest - timedelta(days=1), with_incidents=False)
    took = time.monotonic() - began
    one.step = 1 if took * DAYS <= MOST_SECONDS else WEEK
    days = list(range(one.step * ((DAYS - 1) // one.step), 0, -one.step))
    one.whole, one.done = len(days) + 1, 1
    for day in days:
        if not one.is_wanted:
            one.is_stopped = True
            return
        until = newest - timedelta(days=day)
        one.looks.append((until, findings(one.rule, snapshot, until, with_incidents=False)))
        one.done += 1
        time.sleep(REST_SECONDS)
    one.looks.append((newest, last))


# ---- as the page asks ----


def begin(asked: Mapping[str, object], lang: str) -> dict[str, object]:
    """Begin a preview of a rule with what its form holds: its name, or why not."""
    say = speaker(lang)
    try:
        rule = wanted(str(asked.get("rule") or ""), asked.get("values"), say)
    except RuleError as error:
        return {"refused": str(error)}
    if not rule.is_on:
        return {"refused": say("warnings.preview_off")}
    made = PREVIEWS.begin(rule)
    return {"token": made.token} if made else {"refused": say("warnings.preview_busy")}


def progress(token: str, lang: str) -> dict[str, object]:
    """How far a preview is, and what it has found when it is over."""
    say, one = speaker(lang), PREVIEWS.get(token)
    if one is None:
        return {"is_over": True, "failed": say("warnings.preview_gone"), "rows": []}
    one.heard_at = time.monotonic()
    if one.failed is not None:
        return {"is_over": True, "failed": why(one.failed, say), "rows": []}
    if not one.is_over:
        said = say("warnings.preview_runs", done=one.done, whole=one.whole)
        return {"is_over": False, "done": one.done, "whole": one.whole, "said": said}
    return {"is_over": True, **_found(one, say, lang)}


def _found(one: Preview, say: Speaker, lang: str) -> dict[str, object]:
    found = sorted(folded(one.looks), key=lambda would: would.first.until, reverse=True)
    grades: dict[int, int] = {}
    for would in found:
        grades[int(would.gravest.grade)] = grades.get(int(would.gravest.grade), 0) + 1
    said = say(
        "warnings.preview_would", rule=rule_name(one.rule.name, lang), n=len(found), days=DAYS,
        per_day=f"{len(found) / DAYS:.2f}", grades=grades_said(grades, say) or say("warnings.none"),
    )  # fmt: skip
    notes = [say("warnings.preview_weekly" if one.step == WEEK else "warnings.preview_daily", looks=len(one.looks))]
    if one.is_stopped:
        notes.insert(0, say("warnings.preview_stopped", done=one.done, whole=one.whole))
    if len(found) > MOST_SHOWN:
        notes.append(say("warnings.preview_most", n=MOST_SHOWN))
    return {"said": said, "note": "".join(notes), "rows": [_row(would, say, lang) for would in found[:MOST_SHOWN]]}


def _row(would: Would, say: Speaker, lang: str) -> dict[str, object]:
    return {
        **grade_of(int(would.gravest.grade), say),
        "at": short(would.first.until),
        "sentence": sentence(would.gravest.reason, lang),
        "looks": say("warnings.preview_looks", n=would.looks),
    }
