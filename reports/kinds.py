"""Which reports there are, and which sections each has."""

from collections.abc import Callable
from datetime import date

from analytics.metrics import measure
from reports.document import Document, Section
from reports.errors import ReportError
from reports.parts.attention import attention
from reports.parts.changed import changed
from reports.parts.facts import facts
from reports.parts.hours import hours
from reports.parts.offices import offices
from reports.parts.standing import below, standing
from reports.parts.warned import warned
from reports.parts.where import where
from reports.parts.whole import values, whole
from reports.subject import Subject, subject

Part = Callable[[Subject], Section]


def _standing_offices(of: Subject) -> Section:
    return standing(of, "department")


def _standing_areas(of: Subject) -> Section:
    return standing(of, below(of))


KINDS: dict[str, tuple[Part, ...]] = {
    "daily": (whole, where, offices, warned, attention),
    "weekly": (whole, changed, where, offices, warned, attention),
    "monthly": (whole, changed, where, _standing_offices, _standing_areas, warned, attention),
    "performance": (_standing_offices, _standing_areas),
    "topic": (whole, hours, changed, where, offices, warned, attention),
}
"""日报, 周报, 月报, 考核表, 专题."""
LONG = ("monthly",)
"""These have a table of contents."""


def document(kind: str, on: date, area: str | None = None, lang: str = "zh", category: str | None = None) -> Document:
    """The report, before it has a format; `ReportError` if it must not go out."""
    if kind not in KINDS:
        raise ReportError(f"There is no report {kind!r} (have: {', '.join(KINDS)}).")
    if category and kind != "topic":
        raise ReportError(f"A {kind} report is of all categories; for one category ask for a topic report.")
    of = subject(kind, on, area, lang, category)
    if not measure(of.view, "incident_count").numerator:
        when = str(of.span.last) if of.span.days == 1 else f"{of.span.first} to {of.span.last}"
        raise ReportError(
            f"Nothing was reported in {of.place} on {when}. A report about nothing is not sent; look at the page /data whether its sources came."
        )
    title = of.say(f"title_{kind}", what=category.split("/")[-1] if category else of.place)
    sections = tuple(part(of) for part in KINDS[kind])
    return Document(
        kind=kind, name=of.name, lang=lang, title=title, office=of.place, date_line=of.when, dated=of.day(of.span.last), facts=facts(of), sections=sections, has_contents=kind in LONG, values=values(of),
    )  # fmt: skip
