"""Warnings: what was raised in the period, what is open after it, what waits."""

from collections import Counter
from datetime import timedelta

from analytics.early_warning.rules import FAILED_RULE
from analytics.view import local, start_of
from operations.tables import now
from operations.warning_life import State
from operations.warnings import Kept
from operations.warnings_then import open_then, raised_between, watched_since
from reports.document import Column, Section, Table
from reports.subject import Subject
from ui.components.numbers import count
from ui.words.events import grade_name
from ui.words.reasons import brief

MOST = 10
NEWS = timedelta(days=1)
"""So long after its last day a report still says how warnings stand when it is made: a brief of yesterday, made in the morning, is no news of midnight."""


def warned(of: Subject) -> Section:
    """Those of the area; where the report is of one category, those of it only."""
    within = (of.view.area_id,) if of.view.area_id else ()
    since, until = start_of(of.span.first), start_of(of.span.last + timedelta(days=1))
    moment = min(now(), until + NEWS)
    began = watched_since()
    if began is None or began >= moment:
        return Section(
            of.say("s_warning"), (of.sentence(of.say("warning_unknown", at=f"{local(moment):%Y-%m-%d %H:%M}")),)
        )
    kept = [one for one in open_then(moment, within) if _is_about(one, of.view.category)]
    new = sum(_is_about(one, of.view.category) for one in raised_between(since, until, within))
    raised, at = of.sentence(of.say("warning_new", n=count(new))), f"{local(moment):%Y-%m-%d %H:%M}"
    if not kept:
        return Section(of.say("s_warning"), (raised, of.sentence(of.say("warning_none", at=at))))
    by_grade = Counter(one.grade for one in kept)
    grades = of.listed([f"{grade_name(grade, of.term)} {by_grade[grade]}" for grade in sorted(by_grade, reverse=True)])
    waits = sum(one.state == State.raised for one in kept)
    sentences = (
        raised,
        of.sentence(of.say("warning_open", at=at, n=count(len(kept)), grades=grades, waits=count(waits))),
    )
    columns = tuple(Column(of.say(name)) for name in ("c_grade", "c_reason", "c_raised", "c_state"))
    return Section(of.say("s_warning"), sentences, (Table(of.say("t_warnings"), columns, tuple(_row(of, one) for one in kept[:MOST])),))  # fmt: skip


def _is_about(one: Kept, category: str | None) -> bool:
    """Whether it belongs in the report: what a broken rule says of itself is no warning."""
    return one.rule != FAILED_RULE and (
        category is None or (one.subject_kind == "category" and f"{one.subject}/".startswith(f"{category}/"))
    )


def _row(of: Subject, one: Kept) -> tuple[str, ...]:
    state = of.term(f"warnings.state_{State(one.state)}")
    return (grade_name(one.grade, of.term), brief(one.reason, of.lang), f"{local(one.raised_at):%m-%d %H:%M}", state)
