"""Findings for the tests of warnings: a small district of 2 towns, 2 communities each, 5 grids each, and what a rule finds there."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from operations.warning_raised import Look, Raised

DISTRICT, TOWN, COMMUNITY = "370116", "370116001", "370116001001"
NOON = datetime(2026, 10, 20, 4, 0)
"""The newest time that the data know."""
MINUTES = {"blue": 1440, "yellow": 480, "orange": 120, "red": 30}
LEVELS = {6: "district", 9: "town", 12: "community", 15: "grid"}


def grids(*numbers: int, community: str = COMMUNITY) -> tuple[str, ...]:
    """Grids of one community."""
    return tuple(f"{community}{number:03d}" for number in numbers)


def path(area: str) -> tuple[tuple[str, str, str], ...]:
    """The way up from an area to the district."""
    return tuple((LEVELS[n], area[:n], f"area {area[:n]}") for n in (15, 12, 9, 6) if n <= len(area))


def found(
    *, rule: str = "counts", subject: str = "噪声", area: str = COMMUNITY, extent: tuple[str, ...] = (), grade: int = 2,
    confidence: float = 0.9, until: datetime = NOON, observed: float = 9.0, minutes: dict[str, int] | None = None,
) -> Raised:  # fmt: skip
    """What a rule found."""
    extent = extent or grids(1, 2, 3, 4, 5, community=area if len(area) == 12 else COMMUNITY)
    touches = {step[1] for grid in (*extent, area) for step in path(grid)}
    return Raised(
        rule=rule, subject_kind="category", subject=subject, area_id=area, path=path(area), grids=extent,
        touches=frozenset(touches), since=until - timedelta(hours=6), until=until, observed=observed, expected=2.0,
        unit="incidents", probability=1e-6, confidence=confidence, grade=grade, answer_within_minutes=minutes or MINUTES,
        reason={"ratio": 4.5}, series=((until, observed, 2.0, 5.0),), question={"area": area}, incident_ids=("a", "b"),
    )  # fmt: skip


def in_words(payload: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The words of a notice, as whoever delivers it has them."""
    what = f"{payload['subject']} {payload['observed']:g}"
    return {
        "rule_name": {"zh": "事件突增", "en": "More than usual"},
        "sentence": {"zh": f"{what}件", "en": f"{what} incidents"},
    }


def look(until: datetime = NOON, newest: datetime | None = None, rule: str = "counts") -> Look:
    """A look up to a time, by default at the newest data."""
    return Look(rule, until, newest or until)
