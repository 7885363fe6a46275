"""How good the rules are and whether they run: the tables of the tab of outcomes, each with its own failure."""

from collections.abc import Callable, Mapping
from math import floor

from analytics.area import areas
from analytics.early_warning.rules import default_rules
from operations.errors import NotThereError, OperationsError
from operations.notices import dead_notices, outboxes, retried
from operations.warning_mutes import end_mute, mute_rule, mutes
from operations.warning_outcomes import LEAST_JUDGED, Outcome, outcomes
from operations.warning_runs import RunState, run_states
from pages.panels import why
from pages.warning_list import whole_number
from pages.warning_words import at, grade_of, local_to_utc, minutes_said, short, text_of, why_not
from ui.components.numbers import count
from ui.words import Speaker, all_words, speaker
from ui.words.rules import rule_name

Table = dict[str, object]
LONGEST_NAME = 200


def outcome_tables(lang: str) -> dict[str, object]:
    """The five tables: rules by outcome, their last runs, mutes in force, the channels of notices, dead letters."""
    say = speaker(lang)
    made: dict[str, Callable[[Speaker, str], Table]] = {
        "rules": _rules,
        "runs": _runs,
        "mutes": _mutes,
        "channels": _channels,
        "dead": _dead,
    }
    return {name: _or_why(make, say, lang) for name, make in made.items()}


def _or_why(make: Callable[[Speaker, str], Table], say: Speaker, lang: str) -> Table:
    try:
        return make(say, lang)
    except Exception as error:  # this table says so itself
        return {"failed": why(error, say)}


def try_again(id: object, lang: str) -> dict[str, object]:
    """A dead letter is due again, or why it is not."""
    say = speaker(lang)
    try:
        retried(whole_number(id) or 0)
    except NotThereError:
        return {"refused": say("warnings.dead_gone")}
    except OperationsError as error:
        return {"refused": why_not(error, say)}
    return {"said": say("warnings.dead_again")}


def mute(asked: Mapping[str, object], lang: str) -> dict[str, object]:
    """Nobody is told of what a rule finds, in the whole district or in one `area`, until a time and for a reason: a fair, works."""
    say = speaker(lang)
    rule, area, by, reason, until = (text_of(asked.get(key)) for key in ("rule", "area", "by", "reason", "until"))
    if rule not in {one.name for one in default_rules()}:
        return {"refused": say("warnings.error_rule")}
    if area and area not in areas(None):
        return {"refused": say("warnings.error_area")}
    try:
        made = mute_rule(rule, by[:LONGEST_NAME], local_to_utc(until), reason, area_id=area or None)
    except (ValueError, OverflowError):
        return {"refused": say("warnings.error_mute_end")}
    except OperationsError as error:
        return {"refused": why_not(error, say)}
    return {
        "said": say(
            "warnings.mute_begun", rule=rule_name(rule, lang), place=_place(made.area_id, say), at=at(made.ends_at)
        )
    }


def _place(area_id: str | None, say: Speaker) -> str:
    known = areas(None)
    return say("warnings.mute_everywhere") if area_id is None else known[area_id].name if area_id in known else area_id


def unmute(id: object, by: object, lang: str) -> dict[str, object]:
    """A mute in force ends now, or why it does not."""
    say = speaker(lang)
    try:
        end_mute(whole_number(id) or 0, text_of(by)[:LONGEST_NAME])
    except NotThereError:
        return {"refused": say("warnings.mute_gone")}
    except OperationsError as error:
        return {"refused": why_not(error, say)}
    return {"said": say("warnings.mute_ended")}


def _columns(say: Speaker, *names: str) -> list[str]:
    return [say(f"warnings.col_{name}") for name in names]


def _rules(say: Speaker, lang: str) -> Table:
    found = outcomes()
    days = f"{max((one.days for one in found), default=0):.0f}"
    return {
        "columns": _columns(
            say, "rule", "raised", "per_day", "judged", "precision", "lead", "answered", "unanswered", "suggestion"
        ),
        "rows": [_outcome(one, say, lang) for one in found],
        "note": say("warnings.outcomes_note", days=days, least=LEAST_JUDGED)
        if found
        else say("warnings.outcomes_none"),
    }


def _outcome(one: Outcome, say: Speaker, lang: str) -> list[object]:
    lead = f"{minutes_said(one.lead_minutes, say)} (n={one.lead_n})" if one.lead_n else "–"
    return [
        rule_name(one.rule, lang),
        count(one.raised),
        f"{one.alarms_per_day:.2f}",
        say("warnings.of_judged", true=one.true, judged=one.judged),
        _precision(one, say),
        lead,
        minutes_said(one.answered_minutes, say),
        count(one.unanswered),
        _suggested(one, say),
    ]


def _precision(one: Outcome, say: Speaker) -> object:
    """The share with its interval, to be drawn; in words where too few were judged."""
    if one.precision is None or one.precision_low is None or one.precision_high is None:
        return say("warnings.too_few", least=LEAST_JUDGED)
    return {
        "share": one.precision,
        "low": one.precision_low,
        "high": one.precision_high,
        "text": f"{one.precision:.0%} ({one.precision_low:.0%}–{one.precision_high:.0%})",
    }


def _suggested(one: Outcome, say: Speaker) -> str:
    if one.suggestion is None:
        return "–"
    better = one.suggestion
    return say(
        "warnings.suggested", confidence=f"{floor(1e4 * better.confidence) / 1e4:g}", true=better.true, judged=better.judged,
        per_day=f"{better.raised_per_day:.2f}",
    )  # fmt: skip


def _runs(say: Speaker, lang: str) -> Table:
    found = run_states()
    return {
        "columns": _columns(
            say, "rule", "run_state", "started", "looked_until", "looks", "findings", "good_at", "said"
        ),
        "rows": [_run(one, say, lang) for one in found],
        "note": say("warnings.runs_note", n=len(found), failed=sum(one.is_good is False for one in found))
        if found
        else say("warnings.runs_none"),
    }


def _run(one: RunState, say: Speaker, lang: str) -> list[object]:
    state = "running" if one.finished_at is None else "good" if one.is_good else "failed"
    return [
        rule_name(one.rule, lang),
        {"mark": state, "text": say(f"warnings.run_{state}")},
        at(one.started_at),
        short(one.until) if one.until else "–",
        count(one.looks),
        count(one.findings),
        at(one.good_at) or "–",
        "" if one.is_good else (one.outcome or ""),
    ]


def _mutes(say: Speaker, lang: str) -> Table:
    found = mutes()
    rows = [
        [
            f"#{one.warning_id}" if one.warning_id else "–",
            rule_name(one.rule, lang),
            one.subject or say("warnings.mute_all"),
            _place(one.area_id, say),
            at(one.ends_at),
            grade_of(one.up_to_grade, say)["grade_name"],
            one.muted_by,
            one.reason,
            {"unmute": one.id},
        ]
        for one in found
    ]
    names = ("warning", "rule", "subject", "place", "until", "up_to", "by", "why", "end")
    return {
        "columns": _columns(say, *names),
        "rows": rows,
        "note": say("warnings.mutes_note" if found else "warnings.mutes_none"),
    }


def _channels(say: Speaker, _lang: str) -> Table:
    found = outboxes()
    rows = [
        [_channel(one.channel, say), count(one.waiting), count(one.delivered), count(one.dead), at(one.last_delivered_at) or "–", one.last_error or ""]
        for one in found
    ]  # fmt: skip
    note = say("warnings.channels_note") if found else say("warnings.channels_none")
    return {
        "columns": _columns(say, "channel", "waiting", "delivered", "dead", "last_delivered", "said"),
        "rows": rows,
        "note": note,
    }


def _dead(say: Speaker, lang: str) -> Table:
    found = dead_notices()
    rows = [
        [f"#{one.warning_id}", _told(one.what, say), _channel(one.channel, say), count(one.tries), at(one.dead_at), one.last_error, {"retry": one.id}]
        for one in found
    ]  # fmt: skip
    note = say("warnings.dead_note", n=len(found)) if found else say("warnings.dead_none")
    return {
        "columns": _columns(say, "warning", "what", "channel", "tries", "dead_at", "said", "again"),
        "rows": rows,
        "note": note,
    }


def _channel(name: str, say: Speaker) -> str:
    return say(f"warnings.channel_{name}") if f"warnings.channel_{name}" in all_words() else name


def _told(what: str, say: Speaker) -> str:
    return say(f"warnings.told_{what}") if f"warnings.told_{what}" in all_words() else what
