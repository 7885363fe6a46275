"""What does one rule find in one state of the warehouse, up to one moment? The door for the clock and for previews."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import duckdb

from analytics.answers import question
from analytics.area import areas
from analytics.early_warning import (
    bins,
    counted,
    crowded,
    crowds,
    devices,
    devices_rising,
    disputes,
    late,
    queue,
    repeats,
    repeats_chains,
    repeats_spots,
    silence,
    silence_cameras,
    slow,
)
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Look, Scene
from analytics.early_warning.rules import Rule, RuleError
from analytics.view import Where, start_of

BEHIND_AT_MOST = 200
Detector = Callable[[Look, Scene, Rule], list[Finding]]
DETECTORS: dict[str, Detector] = {
    "counts": counted.findings_of,
    "clusters": crowded.findings_of,
    "slow": slow.findings_of,
    "queue": queue.findings_of,
    "late": late.findings_of,
    "repeats": repeats.findings_of,
    "repeats_spots": repeats_spots.findings_of,
    "repeats_chains": repeats_chains.findings_of,
    "disputes": disputes.findings_of,
    "crowds": crowds.findings_of,
    "devices": devices.findings_of,
    "devices_rising": devices_rising.findings_of,
    "bins": bins.findings_of,
    "silence": silence.findings_of,
    "silence_cameras": silence_cameras.findings_of,
}
"""A rule's `detector`, and what answers it."""


def findings(rule: Rule, snapshot_id: int, until: datetime, with_incidents: bool = True) -> list[Finding]:
    """What the rule finds in what is known at the snapshot up to `until`, the gravest first; nothing if it is off.

    Without the incidents behind each (`with_incidents`), looks at many days are faster. Raises `ZhiliError`s only:
    `RuleError` for a detector that is not there, and what a question may raise (too long, too big, no warehouse).
    """
    if not rule.is_on:
        return []
    if rule.detector not in DETECTORS:
        raise RuleError(f"Rule {rule.name}: no detector {rule.detector!r} (have: {', '.join(DETECTORS)}).")
    look = Look(snapshot_id, until)
    least = rule.limits.get("least_confidence", 0.0)
    found = DETECTORS[rule.detector](look, Scene(until, areas(snapshot_id)), rule)
    found = [one for one in found if one.confidence >= least]
    if with_incidents:
        found = [_with_incidents(look, one) for one in found]
    return sorted(found, key=lambda one: (-one.grade, one.probability, one.key))


def _with_incidents(look: Look, one: Finding) -> Finding:
    if one.incident_ids or not one.question:
        return one
    ids = behind(look, tuple(sorted(one.question.items())), one.grids)
    return replace(one, incident_ids=ids)


@question
def behind(
    cursor: duckdb.DuckDBPyConnection, look: Look, asked: tuple[tuple[str, str], ...], grids: tuple[str, ...]
) -> tuple[str, ...]:
    """The newest incidents that a finding's question asks for, at most 200 of them, within its grids where it names any."""
    where = _where(dict(asked), look, grids)
    rows = cursor.execute(
        f"select incident_id from incident where {where.sql} order by reported_at desc limit {BEHIND_AT_MOST}",
        where.values,
    ).fetchall()
    return tuple(incident_id for (incident_id,) in rows)


def _where(asked: dict[str, str], look: Look, grids: tuple[str, ...]) -> Where:
    """The conditions of a page's address, on the table of incidents."""
    parts, values = ["reported_at < $until"], {"until": look.until, "since": start_of_day(asked["from"])}
    parts.append("reported_at >= $since")
    if "category" in asked:
        parts.append("(category = $category or starts_with(category, $category || '/'))")
    for name in ("department", "source", "channel"):
        if name in asked:
            parts.append(f"{name} = ${name}")
    if grids:
        parts.append("grid_id in (select unnest($grids))")
    elif "area" in asked:
        parts.append(
            "area_id in (select area_id from area where $area in (area_id, community_id, town_id, district_id))"
        )
    chosen: dict[str, object] = {
        name: asked[name] for name in ("category", "department", "source", "channel") if name in asked
    }
    more: dict[str, object] = {"grids": list(grids)} if grids else {"area": asked["area"]} if "area" in asked else {}
    return Where(" and ".join(parts), {**values, **chosen, **more})


def start_of_day(day: str) -> datetime:
    """The UTC moment at which a local day, written YYYY-MM-DD, begins."""
    return start_of(datetime.fromisoformat(day).date())
