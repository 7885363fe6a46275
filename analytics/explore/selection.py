"""What an analyst has picked out of a view, part by part: as text for the address, and as a condition in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace

from analytics.area import areas as known_areas
from analytics.explore import conditions
from analytics.explore.conditions import FACTS, ROWS, Columns
from analytics.explore.tokens import Cell, Days, Hours, read_tokens, write_tokens
from analytics.view import View, Where, facts

PARTS = ("areas", "days", "hours", "categories", "departments", "channels", "durations")


@dataclass(frozen=True)
class Selection:
    """What is picked in each linked view; a part left empty picks everything. None among names: not stated.

    `days` are local and both included; `hours` are cells of (weekday 1–7 from Monday, hour 0–23); `durations` are hours
    from report to close, the second excluded. `ignored` names what of a text made no sense; it is no part of the value.
    """

    areas: tuple[str | None, ...] = ()
    days: Days | None = None
    hours: tuple[Cell, ...] = ()
    categories: tuple[str | None, ...] = ()
    departments: tuple[str | None, ...] = ()
    channels: tuple[str | None, ...] = ()
    durations: Hours | None = None
    ignored: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def from_text(cls, text: object) -> "Selection":
        """The selection that the address's `sel` stands for. What makes no sense is left out and named; nothing is an error."""
        parts, ignored = read_tokens(text)
        return cls(**parts, ignored=ignored)

    def to_text(self) -> str:
        """The same selection as text; equal selections give equal text."""
        return ";".join(self.tokens())

    def tokens(self) -> list[str]:
        """The pieces of the text, each one thing to take away."""
        return write_tokens({part: getattr(self, part) for part in PARTS})

    def known_to(self, view: View) -> "Selection":
        """Without areas, categories, departments and channels that the view's snapshot does not know; they are named too."""
        known = facts(view.as_of)
        there = {
            "areas": known_areas(view.as_of),
            "categories": known.categories,
            "departments": known.departments,
            "channels": known.channels,
        }
        kept = {name: tuple(v for v in getattr(self, name) if v is None or v in there[name]) for name in there}
        lost = [str(v) for name in there for v in getattr(self, name) if v not in kept[name]]
        return replace(self, **kept, ignored=(*self.ignored, *lost))

    def without(self, part: str) -> "Selection":
        """What the view of this part is narrowed by: everything but itself."""
        empty = next(known.default for known in fields(self) if known.name == part)
        return replace(self, **{part: empty})  # type: ignore[arg-type]

    def where(self, view: View, columns: Columns = ROWS) -> Where:
        """Condition on incidents, beside the view's own; at the view's end the rest is still open."""
        return conditions.both(*self._conditions(view, columns))

    def _conditions(self, view: View, columns: Columns) -> Iterable[Where]:
        if self.areas:
            yield conditions.in_areas(self.areas, columns)
        if self.days:
            yield conditions.on_days(self.days)
        if self.hours:
            yield conditions.at_hours(self.hours, columns)
        if self.categories:
            yield conditions.of_categories(self.categories, view.as_of, columns)
        if self.departments:
            yield conditions.of_column("department", self.departments, columns)
        if self.channels:
            yield conditions.of_column("channel", self.channels, columns)
        if self.durations:
            yield conditions.lasting(self.durations, view.until, columns)


def chosen(view: View, selection: Selection) -> Where:
    """The rows of `incident` that are in the view and in the selection: both conditions, with all their values."""
    return conditions.both(view.where("reported_at"), selection.where(view))


def chosen_facts(view: View, selection: Selection) -> Where:
    """The same for `incident_fact`."""
    return conditions.both(view.facts("reported_at"), selection.where(view, FACTS))
