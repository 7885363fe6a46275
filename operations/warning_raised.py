"""What the clock hands over: one finding of a rule, with where it is, in plain values that the store can keep."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isfinite

from operations.warning_areas import overlap

NEAR_JACCARD, NEAR_OF_SMALLER = 0.2, 0.5
COOL_DOWN = timedelta(days=7)
LEAST_PROBABILITY = 1e-300
"""PostgreSQL takes no smaller number; nobody can tell them apart."""

Path = tuple[tuple[str, str, str], ...]
"""The areas from the smallest that holds an extent up to the district: (level, area_id, name)."""


@dataclass(frozen=True)
class Raised:
    """One finding; times in UTC without a zone, `grade` 1 (blue) to 4 (red).

    `path` leads from `area_id` to the district and is never empty. `grids` is the extent in grids, all of them if
    it is a whole area; empty only where the area has none. `touches` are all areas that the extent lies in. `series` are
    (at, observed, expected, upper). `reason`, `question` and `incident_ids` as in the finding.
    """

    rule: str
    subject_kind: str
    subject: str
    area_id: str
    path: Path
    grids: tuple[str, ...]
    touches: frozenset[str]
    since: datetime
    until: datetime
    observed: float
    expected: float
    unit: str
    probability: float
    confidence: float
    grade: int
    answer_within_minutes: Mapping[str, int]
    reason: Mapping[str, object] = field(default_factory=dict)
    series: tuple[tuple[datetime, float, float, float], ...] = ()
    question: Mapping[str, str] = field(default_factory=dict)
    incident_ids: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same matter at a later look: `rule|kind|subject`."""
        return f"{self.rule}|{self.subject_kind}|{self.subject}"[:320]

    def figures(self) -> dict[str, object]:
        """The columns that the newest look decides."""
        return {
            "observed": number(self.observed),
            "expected": number(self.expected),
            "unit": self.unit[:40],
            "probability": max(number(self.probability), LEAST_PROBABILITY),
            "confidence": number(self.confidence),
            "until": self.until,
            "reason": plain(dict(self.reason)),
            "series": [[at.isoformat(), *(number(value) for value in values)] for at, *values in self.series],
            "question": plain(dict(self.question)),
            "incident_ids": list(self.incident_ids[:200]),
            "answer_within_minutes": dict(self.answer_within_minutes),
        }

    def place(self) -> dict[str, object]:
        """The columns that say where it is."""
        level, _area_id, name = self.path[0]
        return {
            "area_id": self.area_id,
            "area_name": name[:120],
            "area_level": level,
            "path": [dict(zip(("level", "area_id", "name"), step, strict=True)) for step in self.path],
            "grids": sorted(self.grids),
        }


@dataclass(frozen=True)
class Look:
    """One look of one rule: up to which time, and which time is the newest one that its data know.

    Only what was found at the newest time says what is over; what is older than a day by then is told to nobody.
    `subject`: the look was for this one only. `cool_down`: so long what was judged false or closed stays so, unless it gets
    graver than it was. `siblings`: other rules that would tell of the same matter (`warning_same.py`).
    """

    rule: str
    until: datetime
    newest: datetime
    subject: str | None = None
    cool_down: timedelta = COOL_DOWN
    siblings: frozenset[str] = frozenset()

    @property
    def is_newest(self) -> bool:
        """Whether it sees all that there is to see."""
        return self.until >= self.newest

    @property
    def is_news(self) -> bool:
        """Whether what it finds for the first time is still news."""
        return self.until > self.newest - timedelta(days=1)


def is_near(
    area: str, grids: tuple[str, ...] | list[str], other_area: str, other_grids: tuple[str, ...] | list[str]
) -> bool:
    """Whether two extents are one place: a fifth of all their grids is common, or half of the smaller; without grids the same area."""
    if not grids or not other_grids:
        return area == other_area
    of_all, of_smaller = overlap(grids, other_grids)
    return of_all >= NEAR_JACCARD or of_smaller >= NEAR_OF_SMALLER


def number(value: float) -> float:
    """The number as both databases and JSON take it; what is none is nought."""
    return float(value) if isfinite(value) else 0.0


def plain(value: object) -> object:
    """The value as JSON: times as text, sets and tuples as lists, what is no number as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    return plain(value.item()) if hasattr(value, "item") else str(value)
