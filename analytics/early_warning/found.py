"""How what a detector sees becomes a finding: its extent, its grade with the points behind it, and the facts of its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.area import Area
from analytics.early_warning import extent
from analytics.early_warning.finding import Finding, Point, SubjectKind
from analytics.early_warning.grading import grade, points
from analytics.early_warning.rules import Rule
from analytics.view import local


@dataclass(frozen=True)
class Look:
    """One state of the warehouse, seen as if it were `until` (UTC): what happened later is not known."""

    snapshot: int
    until: datetime

    @property
    def as_of(self) -> int:
        """The snapshot: the name under which answers are kept."""
        return self.snapshot


@dataclass(frozen=True)
class Scene:
    """Up to when the data are looked at (UTC), and which areas there are."""

    until: datetime
    known: Mapping[str, Area]


@dataclass(frozen=True)
class Sign:
    """What a detector sees of one series; fields as in `Finding`, `kind` says which sentence tells it.

    `areas` are where it lies, at any level; `facts` what the sentence needs besides; `who` answers for it, if that is not
    the area's own post; `spread` only where the areas say it wrongly.
    """

    kind: str
    subject_kind: SubjectKind
    subject: str
    areas: Sequence[str]
    since: datetime
    observed: float
    expected: float
    unit: str
    probability: float
    confidence: float
    impact: int
    facts: Mapping[str, object]
    series: tuple[Point, ...] = ()
    question: Mapping[str, str] | None = None
    incident_ids: tuple[str, ...] = ()
    who: str = ""
    spread: str = ""
    size: float | None = None


def finding(scene: Scene, rule: Rule, sign: Sign) -> Finding:
    """The sign as a finding of the rule, graded, with its reason.

    `size`, where given, is the ratio that counts for the grade: a duration is twice as long, a rate half as high.
    """
    area = extent.holding(scene.known, sign.areas)
    spread = sign.spread or extent.spread(scene.known, sign.areas)
    sizes = (float(sign.observed), float(sign.expected)) if sign.size is None else (float(sign.size), 1.0)
    scored = points(float(sign.probability), *sizes, spread, sign.impact)
    reason = {
        "kind": sign.kind, "what": sign.subject, "area": area, "place": extent.place_name(scene.known, area),
        "who": sign.who or extent.who(scene.known, area), "observed": float(sign.observed), "expected": float(sign.expected),
        "unit": sign.unit, "probability": float(sign.probability), "confidence": float(sign.confidence), "spread": spread,
        "since": local(sign.since).isoformat(sep=" ", timespec="minutes"),
        "until": local(scene.until).isoformat(sep=" ", timespec="minutes"), "points": scored, **sign.facts,
    }  # fmt: skip
    return Finding(
        rule=rule.name, subject_kind=sign.subject_kind, subject=sign.subject, area_id=area,
        grids=extent.grids_of(scene.known, sign.areas), since=sign.since, until=scene.until, observed=float(sign.observed),
        expected=float(sign.expected), unit=sign.unit, probability=float(sign.probability), confidence=float(sign.confidence),
        grade=grade(scored, sign.confidence), reason=reason, series=sign.series, question=sign.question or {},
        incident_ids=sign.incident_ids,
    )  # fmt: skip
