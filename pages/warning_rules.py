"""The rules as the office has them: every field with what it may be, who changed what, and how a change is checked and kept."""

from collections.abc import Collection, Mapping
from math import isfinite

from analytics.area import LEVELS
from analytics.early_warning.rules import (
    DISTRICT_PERIODS,
    LIMIT_RANGES,
    WHOLE_LIMITS,
    Rule,
    RuleError,
    checked,
    default_rules,
    period_that_is_none,
    rules_in_force,
)
from operations.errors import ChangedMeanwhileError, OperationsError
from operations.warning_rules import AS_DELIVERED, RuleChange, change_rule_at_once, changed_rules, rule_history
from pages.warning_list import whole_number
from pages.warning_words import at, term_of_level, text_of, why_not
from ui.words import Speaker, all_words, speaker
from ui.words.rules import rule_name

GRADES = ("blue", "yellow", "orange", "red")
FIELDS = ("is_on", "level", "per_day", "least_observed", "limits", "answer_within_minutes")
MOST_MINUTES = 60 * 24 * 30
MOST_NUMBER = 1e6


def rules_answer(lang: str) -> dict[str, object]:
    """Every rule with its fields and its changes, newest first."""
    say, history = speaker(lang), rule_history(most=500)
    return {"rules": [_shown(rule, history, say, lang) for rule in rules_in_force(changed_rules())]}


def _shown(rule: Rule, history: list[RuleChange], say: Speaker, lang: str) -> dict[str, object]:
    mine = [change for change in history if change.rule == rule.name]
    delivered = _delivered(rule.name)
    return {
        "name": rule.name,
        "title": rule_name(rule.name, lang),
        "what": _words(f"what_{rule.name}", say),
        "is_on": rule.is_on,
        "is_changed": rule != delivered,
        "seen": mine[0].id if mine else 0,
        "fields": _fields(rule, delivered, say),
        "history": [_change(change, say) for change in mine[:20]],
    }


def _delivered(name: str) -> Rule:
    for rule in default_rules():
        if rule.name == name:
            return rule
    raise RuleError(f"There is no rule {name}.")


def _words(key: str, say: Speaker) -> str:
    return say(f"warnings.{key}") if f"warnings.{key}" in all_words() else ""


def _fields(rule: Rule, delivered: Rule, say: Speaker) -> list[dict[str, object]]:
    """The fields for a form: `name` is the field, with a dot what lies in it."""
    levels = [[level, term_of_level(level, say)] for level in LEVELS]
    plain = [
        {"name": "is_on", "kind": "switch", "value": rule.is_on, "default": delivered.is_on},
        {"name": "level", "kind": "choice", "value": rule.level, "default": delivered.level, "choices": levels},
        {"name": "per_day", "kind": "number", "value": rule.per_day, "default": delivered.per_day},
        {"name": "least_observed", "kind": "number", "value": rule.least_observed, "default": delivered.least_observed},
    ]
    limits = [
        {"name": f"limits.{key}", "kind": "number", "value": value, "default": delivered.limits.get(key)}
        for key, value in rule.limits.items()
    ]
    minutes = [
        {"name": f"answer_within_minutes.{grade}", "kind": "number", "value": rule.answer_within_minutes.get(grade), "default": delivered.answer_within_minutes.get(grade)}
        for grade in reversed(GRADES)
    ]  # fmt: skip
    return [{**field, "label": _label(str(field["name"]), say)} for field in (*plain, *limits, *minutes)]


def _label(name: str, say: Speaker) -> str:
    return _words(f"field_{name.replace('.', '_')}", say) or name


def _change(change: RuleChange, say: Speaker) -> dict[str, str]:
    before, after = (_value(side, say) for side in (change.before, change.after))
    what = say("warnings.change", field=_label(change.field, say), before=before, after=after)
    return {"at": at(change.changed_at), "who": change.changed_by, "what": what}


def _value(value: object, say: Speaker) -> str:
    if value is None:
        return say("warnings.as_delivered")
    if isinstance(value, bool):
        return say("warnings.on" if value else "warnings.off")
    if isinstance(value, Mapping):
        return say("warnings.comma").join(
            f"{key}={part:g}" for key, part in value.items() if isinstance(part, int | float)
        )
    return f"{value:g}" if isinstance(value, int | float) else str(value)


# ---- changing ----


def wanted(name: str, values: object, say: Speaker) -> Rule:
    """The rule with what the form holds (`{field: value}`, a dot for what lies in it); `RuleError` in one line."""
    rule = next((rule for rule in rules_in_force(changed_rules()) if rule.name == name), None)
    if rule is None:
        raise RuleError(say("warnings.error_rule"))
    whole = rule.model_dump()
    for field, value in (values if isinstance(values, Mapping) else {}).items():
        _put(whole, rule, str(field), value, say)
    if wrong := period_that_is_none(rule.detector, whole["level"], whole["limits"]):
        known = say("warnings.comma").join(str(period) for period in DISTRICT_PERIODS[wrong])
        raise RuleError(say("warnings.error_period", field=_label(f"limits.{wrong}", say), known=known))
    return checked(whole)


def _put(whole: dict, rule: Rule, field: str, value: object, say: Speaker) -> None:
    top, _, inner = field.partition(".")
    label = _label(field, say)
    if top not in FIELDS or (inner not in _inside(top, rule)):
        raise RuleError(say("warnings.error_field"))
    if field == "is_on":
        if not isinstance(value, bool):
            raise RuleError(say("warnings.error_field"))
        whole["is_on"] = value
    elif field == "level":
        if value not in LEVELS:
            raise RuleError(say("warnings.error_level", field=label))
        whole["level"] = value
    elif top == "answer_within_minutes":
        whole[top] = {**whole[top], inner: _minutes(value, label, say)}
    elif top == "limits":
        whole[top] = {**whole[top], inner: _limit(inner, value, label, say)}
    else:
        number = _number(value, label, say)
        if field == "per_day" and not 0 < number <= 1000:
            raise RuleError(say("warnings.error_range", field=label, low=">0", high="1000"))
        whole[top] = number


def _inside(top: str, rule: Rule) -> Collection[str]:
    """What can be set inside a field; a plain one has only itself."""
    return {"answer_within_minutes": GRADES, "limits": tuple(rule.limits)}.get(top, ("",))


def _limit(name: str, value: object, label: str, say: Speaker) -> float:
    number, (low, high) = _number(value, label, say), LIMIT_RANGES.get(name, (0, 10_000))
    if not low <= number <= high or (name in WHOLE_LIMITS and number != int(number)):
        word = "warnings.error_whole" if name in WHOLE_LIMITS else "warnings.error_range"
        raise RuleError(say(word, field=label, low=str(low), high=f"{high:,}"))
    return number


def _number(value: object, label: str, say: Speaker) -> float:
    try:
        number = float(str(value))
    except ValueError:
        raise RuleError(say("warnings.error_number", field=label)) from None
    if not isfinite(number) or not 0 <= number <= MOST_NUMBER:
        raise RuleError(say("warnings.error_range", field=label, low="0", high=f"{MOST_NUMBER:,.0f}"))
    return number


def _minutes(value: object, label: str, say: Speaker) -> int:
    number = _number(value, label, say)
    if number != int(number) or not 1 <= number <= MOST_MINUTES:
        raise RuleError(say("warnings.error_minutes", field=label, high=f"{MOST_MINUTES:,}"))
    return int(number)


def change(asked: Mapping[str, object], lang: str) -> dict[str, object]:
    """Keep what the form has changed; `{"refused": …}` in one line if anything of it cannot be, and then nothing is kept."""
    say, name = speaker(lang), text_of(asked.get("rule"))
    try:
        rule = wanted(name, asked.get("values"), say)
        kept = _keep(rule, text_of(asked.get("by")), whole_number(asked.get("seen")))
    except ChangedMeanwhileError:
        return {"refused": say("warnings.error_rule_changed")}
    except RuleError as error:
        return {"refused": str(error)}
    except OperationsError as error:
        return {"refused": why_not(error, say)}
    return {
        "said": say("warnings.rule_kept", n=kept, rule=rule_name(name, lang)) if kept else say("warnings.rule_same")
    }


def _keep(rule: Rule, by: str, seen: int | None) -> int:
    """How many fields were written, all or none, if nobody has changed the rule since it was seen."""
    before = next(one for one in rules_in_force(changed_rules()) if one.name == rule.name)
    delivered = _delivered(rule.name)
    wanted = {
        field: AS_DELIVERED if getattr(rule, field) == getattr(delivered, field) else getattr(rule, field)
        for field in FIELDS
        if getattr(rule, field) != getattr(before, field)
    }
    return len(change_rule_at_once(rule.name, wanted, by, seen)) if wanted else 0
