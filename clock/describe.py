"""Which rules of early warning are delivered, as `docs/warning-rules.md`: called as pages and notices call them."""

from analytics.early_warning.rules import Rule, default_rules
from ui.words import speaker
from ui.words.rules import rule_name

HEAD = """# Rules of early warning

Written by `make docs` from `data/reference/warning_rules.toml`. An office changes them on `/warnings`, with a preview; what each
compares, and why, is in [decisions/early-warning-rules.md](decisions/early-warning-rules.md).

"A day" is how many false alarms a day the rule may raise at most on average; "least" how many are never fewer. Unanswered for longer
than its minutes (blue, yellow, orange, red), a warning goes up one level.

| rule | name | level | a day | least | limits | minutes |
|---|---|---|---|---|---|---|
"""
GRADES = ("blue", "yellow", "orange", "red")


def markdown() -> str:
    """The whole document."""
    return HEAD + "".join(_row(rule) for rule in default_rules())


def _row(rule: Rule) -> str:
    zh, en = speaker("zh"), speaker("en")
    limits = ", ".join(f"{name} {value:g}" for name, value in rule.limits.items())
    minutes = ", ".join(str(rule.answer_within_minutes[grade]) for grade in GRADES)
    cells = (
        f"`{rule.name}`", f"{rule_name(rule.name, 'zh')} {rule_name(rule.name, 'en')}",
        f"{zh(f'level.{rule.level}')} {en(f'level.{rule.level}')}", f"{rule.per_day:g}", f"{rule.least_observed:g}", limits, minutes,
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |\n"
