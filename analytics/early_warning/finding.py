"""What a detector hands on: one thing that is unusual now, how unusual, compared with what, since when, and how it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Literal


class Grade(IntEnum):
    """The four colours of a warning, the gravest highest: 蓝 IV, 黄 III, 橙 II, 红 I."""

    blue = 1
    yellow = 2
    orange = 3
    red = 4


SubjectKind = Literal["category", "department", "sensor", "camera", "place", "rule"]
"""What a finding is about: a kind of matter, an office, a device, one place, or a rule of ours that failed."""


@dataclass(frozen=True)
class Point:
    """One period of the series that shows a finding: what came, what was to be expected, and the top of the usual band."""

    at: datetime
    observed: float
    expected: float
    upper: float


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found in the data up to `until`; times in UTC without a zone.

    `area_id` is the smallest area that holds the whole extent, `grids` the extent in grids (empty: all of the area).
    `observed` against `expected` in `unit` over `since` to `until`. `probability` is that of seeing at least as much if
    nothing were going on (as unusual as that by chance alone); `confidence` that something is going on now, 0 to 1.
    `reason` holds the facts that the words are made of (plain values, JSON); `series` the evidence as a chart;
    `question` the conditions under which the incidents behind it are found (keys of a page's address: area, category,
    department, source, from, to), `incident_ids` the newest of them, at most 200.
    """

    rule: str
    subject_kind: SubjectKind
    subject: str
    area_id: str
    grids: tuple[str, ...]
    since: datetime
    until: datetime
    observed: float
    expected: float
    unit: str
    probability: float
    confidence: float
    grade: Grade
    reason: Mapping[str, object] = field(default_factory=dict)
    series: tuple[Point, ...] = ()
    question: Mapping[str, str] = field(default_factory=dict)
    incident_ids: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for what is the same matter at a later look, if the place is the same too: `rule|kind|subject`."""
        return f"{self.rule}|{self.subject_kind}|{self.subject}"
