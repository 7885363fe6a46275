"""The review of one warning (预警复盘): what was seen and expected, what was done and how soon, what came of it, how similar ones ended."""

from datetime import datetime, timedelta

from analytics.area import areas
from analytics.freshness import by_source
from analytics.view import View, facts, local, local_day
from operations.errors import NotThereError
from operations.report_span import Span
from operations.warnings import Whole, similar, warning
from reports.document import NUMBER, SHARE, Chart, Column, Document, Section, Table
from reports.errors import ReportError
from reports.parts.facts import facts as facts_of
from reports.subject import Subject
from ui.components.numbers import count
from ui.words.events import event_said, grade_name
from ui.words.reasons import brief, sentence
from warehouse.masking import masked_text

KIND = "review"
MOST_POINTS, MOST_SIMILAR = 60, 10


def review(number: int, lang: str) -> Document:
    """The review of the warning of this number; `ReportError` if there is none."""
    try:
        whole = warning(number)
    except NotThereError as error:
        raise ReportError(str(error)) from None
    of = _subject(whole, lang)
    one = whole.warning
    sections = (_seen(of, whole), _done(of, whole), _ended(of, whole))
    return Document(
        kind=KIND, name=f"review-{number}-{lang}", lang=lang, title=of.say("title_review", number=number), office=of.place, date_line=f"{local(one.raised_at):%Y-%m-%d %H:%M}",
        dated=of.day(local_day(whole.events[-1].happened_at if whole.events else one.raised_at)), facts=facts_of(of), sections=sections,
    )  # fmt: skip


def _subject(whole: Whole, lang: str) -> Subject:
    one = whole.warning
    view = View.from_query({})
    known = areas(view.as_of)
    if one.area_id in known:
        view = view.within(known[one.area_id])
    span = Span(local_day(one.since), local_day(max(one.since, one.until - timedelta(seconds=1))))
    sources = tuple(by_source(view.as_of))
    return Subject(KIND, span, view, one.area_name, lang, sources, local_day(facts(view.as_of).first))


def _seen(of: Subject, whole: Whole) -> Section:
    """The sentence of the warning as everywhere, and its evidence."""
    one, points = whole.warning, whole.series[-MOST_POINTS:]
    text = of.say("review_seen", grade=grade_name(one.grade, of.term), observed=f"{one.observed:,.1f}".removesuffix(".0"), expected=f"{one.expected:,.1f}", confidence=f"{100 * one.confidence:.0f}%")  # fmt: skip
    sentences = (sentence(one.reason, of.lang), of.sentence(text))
    if not points:
        return Section(of.say("s_seen"), sentences)
    labels = tuple(f"{local(point.at):%m-%d %H:%M}" for point in points)
    columns = (Column(of.say("c_time")), Column(of.say("c_observed"), NUMBER), Column(of.say("c_expected"), NUMBER), Column(of.say("c_upper"), NUMBER))  # fmt: skip
    rows = tuple((label, point.observed, point.expected, point.upper) for label, point in zip(labels, points, strict=True))  # fmt: skip
    chart = Chart(of.say("t_series"), labels, tuple(point.observed for point in points), "", tuple(point.observed <= point.upper for point in points), of.say("t_series_note"))  # fmt: skip
    return Section(of.say("s_seen"), sentences, (chart, Table(of.say("t_points"), columns, rows)))


def _done(of: Subject, whole: Whole) -> Section:
    """How soon it was answered, dispatched and closed; every step."""
    one = whole.warning
    steps = (("acknowledged", one.acknowledged_at), ("dispatched", one.dispatched_at), ("settled", one.settled_at), ("closed", one.closed_at))  # fmt: skip
    said = [of.say(f"review_{name}", hours=f"{_hours(one.raised_at, at):.1f}") if at else of.say(f"review_not_{name}") for name, at in steps]  # fmt: skip
    columns = (Column(of.say("c_time")), Column(of.say("c_did")), Column(of.say("c_who")), Column(of.say("c_comment")))
    rows = tuple((f"{local(event.happened_at):%Y-%m-%d %H:%M}", event_said(event.what, event.detail, event.grade, of.lang), event.who or of.term("warnings.clock"), masked_text(event.comment)) for event in whole.events)  # fmt: skip
    return Section(of.say("s_done"), (of.sentence(of.listed(said)),), (Table(of.say("t_events"), columns, rows),) if rows else ())  # fmt: skip


def _hours(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 3600


def _ended(of: Subject, whole: Whole) -> Section:
    """Whether it was true, and how many of the similar ones were."""
    one = whole.warning
    others = similar(one.id, MOST_SIMILAR)
    judged = [other.warning.outcome for other in others if other.warning.outcome is not None]
    outcome = of.term("warnings.outcome_none" if one.outcome is None else f"warnings.outcome_{one.outcome}")
    texts = [of.sentence(of.say("review_outcome", outcome=outcome))]
    if not others:
        return Section(of.say("s_ended"), (*texts, of.sentence(of.say("review_no_similar"))))
    texts.append(of.sentence(of.say("review_similar", n=count(len(others)), judged=count(len(judged)), true=count(sum(judged)))))  # fmt: skip
    columns = (Column(of.say("c_number")), Column(of.say("c_reason")), Column(of.say("c_raised")), Column(of.say("c_outcome")), Column(of.say("c_overlap"), SHARE))  # fmt: skip
    rows = tuple(
        (f"#{other.warning.id}", brief(other.warning.reason, of.lang), f"{local(other.warning.raised_at):%Y-%m-%d %H:%M}", of.term("warnings.outcome_none" if other.warning.outcome is None else f"warnings.outcome_{other.warning.outcome}"), other.overlap)
        for other in others
    )  # fmt: skip
    return Section(of.say("s_ended"), tuple(texts), (Table(of.say("t_similar"), columns, rows),))
