"""What `/warnings` tells of one warning: why this grade, the evidence, what lies behind it, how similar ones ended, and its life."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from analytics.early_warning.grading import CAPS, MOST_IMPACT
from analytics.early_warning.grading import grade as graded
from analytics.incidents_behind import incidents_behind
from analytics.view import local
from operations.tables import now
from operations.warning_growth import growing
from operations.warning_life import State, Step
from operations.warnings import Kept, Whole, similar, warning
from pages.panels import why
from pages.warning_list import GROWN_FOR, tags
from pages.warning_words import (
    BY_HAND,
    at,
    grade_of,
    said,
    seconds,
    short,
    state_name,
    who_has,
)
from ui.drawing import literal
from ui.figures.warning_series import warning_series
from ui.words import Speaker, all_words, speaker, term
from ui.words.events import event_said, term_of_level
from ui.words.reasons import number
from ui.words.rules import rule_name

MOST_INCIDENTS = 12
MOST_POINTS = {"probability": 3, "size": 3, "spread": 3, "impact": MOST_IMPACT}
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LINKED = ("area", "category", "department", "source", "channel")


def one(id: int, lang: str, theme: str, scale: float) -> dict[str, object]:
    """One warning as the page's script draws it; `NoSuchWarningError`. A part that cannot be made says why, the others stand."""
    say, whole = speaker(lang), warning(id)
    kept = whole.warning
    return {
        **_head(kept, say, lang),
        "merged": [say("warnings.merged_in", n=n) for n in whole.merged],
        "steps": _steps(kept),
        "events": [_event(event, say, lang) for event in reversed(whole.events)],
        "why": _or_why(_why, say, kept, say),
        "series": _or_why(_series, say, whole, say, theme, scale),
        "incidents": _or_why(_incidents, say, whole, say, lang),
        "similar": _or_why(_similar, say, kept, say, lang),
    }


def _or_why(make: Callable[..., dict], say: Speaker, *asked: object) -> dict[str, object]:
    try:
        return make(*asked)
    except Exception as error:  # this part says so itself
        return {"failed": why(error, say)}


def _head(one: Kept, say: Speaker, lang: str) -> dict[str, object]:
    waits = one.state == State.raised
    return {
        "id": one.id,
        "seen": one.change_count,
        **grade_of(one.grade, say),
        "sentence": said(one, say, lang),
        "state": one.state,
        "state_name": state_name(one.state, say),
        "answer_by": seconds(one.answer_by) if waits and not one.is_overdue else None,
        "is_overdue": one.is_overdue and waits,
        "tags": tags(one, bool(growing([one.id], now() - GROWN_FOR)), say),
        "merged_into": one.merged_into,
        "assignee": one.assignee or "",
        "is_muted": one.muted_until is not None and one.muted_until > now(),
        "facts": _facts(one, say, lang),
    }


def _facts(one: Kept, say: Speaker, lang: str) -> list[list[str]]:
    place = " › ".join(step["name"] for step in reversed(one.path[:-1])) or one.area_name
    pairs = [
        ("number", f"#{one.id}"),
        ("rule", rule_name(one.rule, lang)),
        ("place", place),
        (
            "extent",
            say("warnings.extent_grids", n=f"{len(one.grids):,}") if one.grids else term_of_level(one.area_level, say),
        ),
        ("who", who_has(one, say)),
        ("raised", at(one.raised_at)),
        ("until", at(one.until)),
        ("outcome", say("warnings.outcome_none" if one.outcome is None else f"warnings.outcome_{one.outcome}")),
    ]
    return [[say(f"warnings.fact_{name}"), text] for name, text in pairs]


def _steps(one: Kept) -> list[list[str]]:
    """What can be done now, with the key for it: what mutes is offered only if it does not sound, and the other way round."""
    is_muted = one.muted_until is not None and one.muted_until > now()
    left_out = Step.mute if is_muted else Step.unmute
    return [[step, key] for step, key in BY_HAND.items() if step in one.steps and step is not left_out]


def _event(event, say: Speaker, lang: str) -> dict[str, object]:  # type: ignore[no-untyped-def]
    return {
        "at": at(event.happened_at),
        "what": event_said(event.what, event.detail, event.grade, lang),
        "who": event.who or say("warnings.clock"),
        "comment": event.comment,
        "is_told": event.is_told,
        "letter": grade_of(event.grade, say)["letter"],
        "grade": event.grade,
    }


# ---- why this grade ----


def _why(one: Kept, say: Speaker) -> dict[str, object]:
    points = one.reason.get("points")
    if not isinstance(points, Mapping):
        return {"rows": [], "note": say("warnings.why_none")}
    scored = {name: int(points.get(name, 0)) for name in MOST_POINTS}
    rows = [
        {
            "what": say(f"warnings.why_{name}"),
            "said": _why_said(name, scored[name], one, say),
            "points": scored[name],
            "most": most,
        }
        for name, most in MOST_POINTS.items()
    ]
    return {"rows": rows, "note": _why_note(one, scored, say)}


def _why_said(name: str, points: int, one: Kept, say: Speaker) -> str:
    if name == "probability":
        return say("warnings.why_probability_said", p=_probability(one.probability))
    if name == "size":
        return say("warnings.why_size_said", observed=number(one.observed), expected=number(one.expected))
    return say(f"warnings.why_{name}_{points}")


def _probability(p: float) -> str:
    return f"{p:.2g}" if p >= 1e-3 else f"10{str(_exponent(p)).translate(RAISED)}"


def _exponent(p: float) -> int:
    return int(f"{max(p, 1e-300):e}".split("e")[1])


def _why_note(one: Kept, scored: dict[str, int], say: Speaker) -> str:
    total, sure = sum(scored.values()), f"{100 * one.confidence:.0f}"
    by_points, capped = graded(scored, 1.0), graded(scored, one.confidence)
    name = grade_of(by_points, say)["grade_name"]
    note = say("warnings.why_total", total=total, grade=name)
    if capped < by_points:
        below = next(below for below, _cap in CAPS if one.confidence < below)
        note += say(
            "warnings.why_capped", sure=sure, below=f"{100 * below:.0f}", grade=grade_of(capped, say)["grade_name"]
        )
    else:
        note += say("warnings.why_sure", sure=sure)
    if one.grade != capped:
        note += say("warnings.why_kept", grade=grade_of(one.grade, say)["grade_name"])
    return note


# ---- evidence ----


def _series(whole: Whole, say: Speaker, theme: str, scale: float) -> dict[str, object]:
    if len(whole.series) < 2:
        return {"note": say("warnings.series_none")}
    one, points = whole.warning, [replace(point, at=local(point.at).replace(tzinfo=None)) for point in whole.series]
    unit = literal(_unit(one.unit, say))
    hover = [
        say("warnings.series_hover", at=f"{p.at:%Y-%m-%d %H:%M}", observed=number(p.observed), expected=number(p.expected), upper=number(p.upper), unit=unit)
        for p in points
    ]  # fmt: skip
    drawn = warning_series(points, hover, one.grade, unit, theme, scale)
    over = sum(point.observed > point.upper for point in points)
    return {"figure": drawn.to_plotly_json(), "note": say("warnings.series_note", n=len(points), over=over)}


def _unit(unit: str, say: Speaker) -> str:
    for key in (f"warnings.unit_{unit}", f"reason.unit_{unit}"):
        if key in all_words():
            return say(key)
    return unit


def _incidents(whole: Whole, say: Speaker, lang: str) -> dict[str, object]:
    ids, href = whole.incident_ids, _explore(whole.question)
    if not ids:
        return {"rows": [], "note": say("warnings.incidents_none"), "href": href}
    found = incidents_behind(None, ids, _from(whole.question), MOST_INCIDENTS)
    rows = [
        {
            "title": row.title or say("warnings.untitled"),
            "more": say("warnings.comma").join(part for part in (str(row.category or "").rsplit("/", 1)[-1], row.place or "", term(lang, "channel", row.channel)) if part),
            "state": term(lang, "incident_status", row.status),
            "at": short(row.reported_at.to_pydatetime()),
        }
        for row in found.itertuples()
    ]  # fmt: skip
    note = "" if len(rows) else say("warnings.incidents_gone")
    if len(ids) > len(rows) > 0:
        note = say("warnings.incidents_some", shown=len(rows), n=len(ids))
    return {"rows": rows, "note": note, "href": href}


def _from(question: Mapping[str, str]) -> datetime | None:
    """A moment (UTC) before the local day from which the question asks, so that older files need not be read; None where it says none."""
    try:
        return datetime.fromisoformat(str(question.get("from"))[:10]) - timedelta(days=1)
    except ValueError:
        return None


def _explore(question: Mapping[str, str]) -> str:
    """The address of `/explore` under the same conditions; empty where the warning has no question."""
    asked = {name: str(question[name]) for name in LINKED if question.get(name)}
    if question.get("from") and question.get("to"):
        asked |= {"period": "custom", "from": str(question["from"])[:10], "to": str(question["to"])[:10]}
    return f"/explore?{urlencode(asked)}" if asked else ""


def _similar(one: Kept, say: Speaker, lang: str) -> dict[str, object]:
    found = similar(one.id)
    rows = [
        {
            "id": other.warning.id,
            **grade_of(other.warning.grade, say),
            "at": at(other.warning.raised_at),
            "where": other.warning.area_name,
            "state": state_name(other.warning.state, say),
            "outcome": say("warnings.outcome_none" if other.warning.outcome is None else f"warnings.outcome_{other.warning.outcome}"),
            "overlap": say("warnings.overlap", share=f"{other.overlap:.0%}"),
        }
        for other in found
    ]  # fmt: skip
    judged = [other.warning.outcome for other in found if other.warning.outcome is not None]
    note = (
        say("warnings.similar_note", n=len(found), judged=len(judged), true=sum(judged))
        if found
        else say("warnings.similar_none")
    )
    return {"rows": rows, "note": note}
