"""Warnings: what is open now, what waits, what was raised in the period."""

from datetime import timedelta

from analytics.early_warning.rules import FAILED_RULE
from analytics.view import local, start_of
from operations.warning_life import Grade, State
from operations.warnings import Kept, by_grade, warnings
from reports.document import Column, Section, Table
from reports.subject import Subject
from ui.components.numbers import count
from ui.words.events import grade_name
from ui.words.reasons import brief

MOST, MOST_READ = 10, 500


def warned(of: Subject) -> Section:
    """Those of the area; where the report is of one category, those of it only."""
    within = (of.view.area_id,) if of.view.area_id else ()
    kept = [one for one in warnings(areas=within, most=MOST_READ) if one.rule != FAILED_RULE and _is_about(one, of.view.category)]  # fmt: skip
    open_ = by_grade(areas=within)
    waits = sum(by_grade(areas=within, states=(State.raised,)).values())
    if of.view.category:
        open_ = {grade: sum(one.grade == grade for one in kept) for grade in Grade}
        waits = sum(one.state == State.raised for one in kept)
    total = sum(open_.values())
    if not total:
        return Section(of.say("s_warning"), (of.sentence(of.say("warning_none")),))
    grades = of.listed([f"{grade_name(grade, of.term)} {n}" for grade, n in open_.items() if n])
    since, until = start_of(of.span.first), start_of(of.span.last + timedelta(days=1))
    new = sum(since <= one.raised_at < until for one in kept)
    sentences = (
        of.sentence(of.say("warning_open", n=count(total), grades=grades, waits=count(waits))),
        of.sentence(of.say("warning_new", n=count(new))),
    )
    columns = tuple(Column(of.say(name)) for name in ("c_grade", "c_reason", "c_raised", "c_state"))
    return Section(of.say("s_warning"), sentences, (Table(of.say("t_warnings"), columns, tuple(_row(of, one) for one in kept[:MOST])),))  # fmt: skip


def _is_about(one: Kept, category: str | None) -> bool:
    return category is None or (one.subject_kind == "category" and f"{one.subject}/".startswith(f"{category}/"))


def _row(of: Subject, one: Kept) -> tuple[str, ...]:
    state = of.term(f"warnings.state_{State(one.state)}")
    return (grade_name(one.grade, of.term), brief(one.reason, of.lang), f"{local(one.raised_at):%m-%d %H:%M}", state)
