"""How a finding is handed over to those who must answer: with the way up from its area, and every grid and area it reaches."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import duckdb

from analytics.answers import question
from analytics.area import Area, areas
from analytics.early_warning.finding import Finding
from analytics.early_warning.rules import FAILED_RULE, Rule, default_rules
from operations.warning_raised import Path, Raised

FAILED_GRADE = 2
FAILED_COOL_DOWN = timedelta(hours=1)
FAILED_MINUTES = {"blue": 1440, "yellow": 240, "orange": 120, "red": 30}

FAMILIES = {
    "counts": "rise",
    "clusters": "rise",
    "repeats": "rise",
    "repeats_spots": "rise",
    "crowds": "crowd",
    "devices": "gauge",
    "devices_rising": "gauge",
}
"""Detectors whose rules see one matter in several ways, as they see it: more reports than usual, a crowd, a gauge."""


def siblings(rule: Rule) -> frozenset[str]:
    """The other rules that would tell of the same matter."""
    family = FAMILIES.get(rule.detector)
    return frozenset(
        other.name
        for other in default_rules()
        if family is not None and other.name != rule.name and FAMILIES.get(other.detector) == family
    )


def raised(finding: Finding, rule: Rule, snapshot_id: int) -> Raised:
    """The finding in the store's own terms."""
    known = areas(snapshot_id)
    area_id = finding.area_id if finding.area_id in known else _top(known)
    grids = finding.grids or _grids_in(snapshot_id, area_id)
    return Raised(
        rule=finding.rule,
        subject_kind=finding.subject_kind,
        subject=finding.subject,
        area_id=area_id,
        path=_path(known, area_id),
        grids=grids,
        touches=_touches(known, (area_id, *grids)),
        since=finding.since,
        until=finding.until,
        observed=finding.observed,
        expected=finding.expected,
        unit=finding.unit,
        probability=finding.probability,
        confidence=finding.confidence,
        grade=int(finding.grade),
        answer_within_minutes=rule.answer_within_minutes,
        reason=finding.reason,
        series=tuple((point.at, point.observed, point.expected, point.upper) for point in finding.series),
        question=finding.question,
        incident_ids=finding.incident_ids,
    )


def failure(rule: str, said: str, at: datetime, snapshot_id: int) -> Raised:
    """A rule that could not look: as long as that lasts, nobody is warned of what it would have found."""
    known = areas(snapshot_id)
    area_id = _top(known)
    return Raised(
        rule=FAILED_RULE, subject_kind="rule", subject=rule, area_id=area_id, path=_path(known, area_id), grids=(),
        touches=frozenset({area_id}), since=at, until=at, observed=1.0, expected=0.0, unit="failures", probability=1.0,
        confidence=1.0, grade=FAILED_GRADE, answer_within_minutes=FAILED_MINUTES, reason={"kind": "failed", "said": said},
    )  # fmt: skip


def _path(known: Mapping[str, Area], area_id: str) -> Path:
    if area_id not in known:
        return (("district", area_id, area_id),)
    area = known[area_id]
    return tuple((known[step].level, step, known[step].name) for step in reversed(area.path))


def _touches(known: Mapping[str, Area], area_ids: Iterable[str]) -> frozenset[str]:
    return frozenset(step for area_id in area_ids for step in (known[area_id].path if area_id in known else (area_id,)))


@question
def _grids_in(_cursor: duckdb.DuckDBPyConnection, as_of: int | None, area_id: str) -> tuple[str, ...]:
    """All grids of an area: a whole area and its grids named one by one are the same extent."""
    known = areas(as_of).values()
    return tuple(area.area_id for area in known if area.level == "grid" and area_id in area.path)


def _top(known: Mapping[str, Area]) -> str:
    return next((area.area_id for area in known.values() if len(area.path) == 1), "")
