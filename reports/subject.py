"""What a report is about: its days, its area and category, its language; and how its sentences are said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from analytics.area import Area, areas, find_area
from analytics.freshness import Freshness
from analytics.view import View, facts, local, local_day, start_of
from operations.report_span import MONTH_DAYS, Span, before, like, span_of
from reports.checks import check
from reports.errors import ReportError
from ui.words import speaker


@dataclass(frozen=True)
class Subject:
    """`place` is the area's name; `sources` are how fresh each source is; `known_from` is the first day of the data."""

    kind: str
    span: Span
    view: View
    place: str
    lang: str
    sources: tuple[Freshness, ...]
    known_from: date

    def say(self, key: str, **values: object) -> str:
        """A text of `report.toml`; `{period}` and `{previous}` are this report's own."""
        say = speaker(self.lang)
        period, previous = (say(f"report.{name}_{self.kind}") for name in ("period", "previous"))
        return say(f"report.{key}", period=period, previous=previous, **values)

    def term(self, key: str) -> str:
        """A text of another page."""
        return speaker(self.lang)(key)

    def sentence(self, *parts: str) -> str:
        """Parts that follow each other, with the stop at their end."""
        text = "".join(parts) + self.say("stop")
        return text[:1].upper() + text[1:]

    def listed(self, texts: Sequence[str]) -> str:
        """Texts one after the other."""
        return ("、" if self.lang == "zh" else ", ").join(texts)

    @property
    def before(self) -> Span:
        """The days it is compared with."""
        return before(self.kind, self.span)

    @property
    def like(self) -> list[Span]:
        """The spans that say what is usual."""
        return like(self.kind, self.span)

    @property
    def month(self) -> View:
        """The thirty days up to its end, or all of its own if they are more."""
        since = min(start_of(self.span.first), start_of(self.span.last - timedelta(days=MONTH_DAYS - 1)))
        return replace(self.view, since=since, previous=None)

    @property
    def when(self) -> str:
        """Its days, for the line of the date."""
        return self.day(self.span.last) if self.span.days == 1 else self.say("from_to", first=self.day(self.span.first), last=self.day(self.span.last))  # fmt: skip

    def day(self, one: date) -> str:
        """A day as documents write it."""
        return self.say("date_line", year=one.year, month=one.month, day=one.day)

    @property
    def name(self) -> str:
        """Of its files, without the ending."""
        about = (self.view.category or "").replace("/", "·")
        return "-".join(part for part in (self.kind, str(self.span.last), about, self.view.area_id or "all", self.lang) if part)  # fmt: skip

    @property
    def known_until(self) -> str:
        """To when data are known."""
        return f"{local(self.view.now):%Y-%m-%d %H:%M}"


def area_of(as_of: int | None, text: str) -> Area:
    """The area of this code or name; `ReportError` if there is none."""
    found = find_area(as_of, text)
    if found is None:
        raise ReportError(f"There is no area {text!r}. Give a code or a name of the grid map.")
    return found


def subject(kind: str, on: date, area: str | None, lang: str, category: str | None = None) -> Subject:
    """What a report of this kind is about; `ReportError` if there must be none, or no such area or category."""
    span = span_of(kind, on)
    view = View.from_query({"period": "custom", "from": str(span.first), "to": str(span.last), "category": category})
    sources = check(span, view)
    if "category" in view.ignored:
        raise ReportError(f"There is no category {category!r}. Give one as the page /explore names it, with / between its levels.")  # fmt: skip
    if area:
        view = view.within(area_of(view.as_of, area))
    past, known_from = before(kind, span), local_day(facts(view.as_of).first)
    is_known = past.first >= known_from  # else what lies before the data would be taken for nought
    view = replace(view, previous=(start_of(past.first), start_of(past.last + timedelta(days=1))) if is_known else None)
    place = areas(view.as_of)[view.area_id].name if view.area_id else speaker(lang)("report.whole")
    return Subject(kind, span, view, place, lang, tuple(sources), known_from)
