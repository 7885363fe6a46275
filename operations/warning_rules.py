"""What the office has changed about the rules: which field to what, by whom, when. What a rule may be, `analytics` checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operations.errors import BadEntryError, ChangedMeanwhileError
from operations.store import session
from operations.warning_runs import turn
from operations.warning_steps import checked_who
from operations.warning_tables import RuleChangeRow

LARGEST_VALUE = 2000
AS_DELIVERED = object()
"""As the value of a field: what the office has changed about it is taken back."""


@dataclass(frozen=True)
class RuleChange:
    """One change; `is_default` says that the field went back to what was delivered, and `after` is None."""

    id: int
    rule: str
    field: str
    before: object
    after: object
    is_default: bool
    changed_by: str
    changed_at: datetime


def changed_rules() -> dict[str, dict[str, object]]:
    """What differs from the rules as delivered, {rule: {field: value}}: what `analytics.early_warning.rules.rules_in_force` takes."""
    newest = select(func.max(RuleChangeRow.id)).group_by(RuleChangeRow.rule, RuleChangeRow.field)
    changes: dict[str, dict[str, object]] = {}
    with session() as store:
        for row in store.scalars(select(RuleChangeRow).where(RuleChangeRow.id.in_(newest)).order_by(RuleChangeRow.id)):
            if row.after is not None:
                changes.setdefault(row.rule, {})[row.field] = row.after["value"]
    return changes


def rule_history(rule: str | None = None, most: int = 200) -> list[RuleChange]:
    """Who changed what, newest first."""
    asked = select(RuleChangeRow).order_by(RuleChangeRow.id.desc()).limit(most)
    with session() as store:
        return [_change(row) for row in store.scalars(asked.where(RuleChangeRow.rule == rule) if rule else asked)]


def change_rule(rule: str, field: str, value: object, by: str, seen: int | None = None) -> RuleChange:
    """Set a field (a plain JSON value; `limits` and `answer_within_minutes` whole) from the next look on; else as `change_rule_at_once`."""
    return change_rule_at_once(rule, {field: value}, by, seen)[0]


def reset_rule(rule: str, field: str, by: str, seen: int | None = None) -> RuleChange:
    """The field is as delivered again."""
    return change_rule_at_once(rule, {field: AS_DELIVERED}, by, seen)[0]


def change_rule_at_once(
    rule: str, values: Mapping[str, object], by: str, seen: int | None = None
) -> tuple[RuleChange, ...]:
    """Set all these fields of a rule, or none of them.

    The caller has checked the values with `rule_with`; `AS_DELIVERED` takes a change back. `seen`: number of the rule's newest change
    that the person saw, 0 if there was none; `ChangedMeanwhileError` if there is a newer one.
    """
    who = checked_who(by)
    for field, value in values.items():
        if len(repr(value)) > LARGEST_VALUE:
            raise BadEntryError("value_long", f"The value of {field} is too long to be kept.")
    with session() as store:
        turn(store, rule[:80])  # of two at once the second waits here, and then sees what the first one did
        last = _newest(store, rule)
        if seen is not None and (last.id if last else 0) != seen:
            by_whom = f"{last.changed_by} has changed {last.field} of" if last else "There is no change yet of"
            raise ChangedMeanwhileError("changed", f"{by_whom} rule {rule}: look again, then decide.")
        return tuple(_kept(store, rule, field, value, who) for field, value in values.items())


def _kept(store: Session, rule: str, field: str, value: object, who: str) -> RuleChange:
    before, after = _newest(store, rule, field), None if value is AS_DELIVERED else {"value": value}
    row = RuleChangeRow(rule=rule[:80], field=field[:80], before=before and before.after, after=after, changed_by=who)
    store.add(row)
    store.flush()
    return _change(row)


def _newest(store: Session, rule: str, field: str | None = None) -> RuleChangeRow | None:
    asked = select(RuleChangeRow).where(RuleChangeRow.rule == rule).order_by(RuleChangeRow.id.desc()).limit(1)
    return store.scalar(asked.where(RuleChangeRow.field == field) if field else asked)


def _change(row: RuleChangeRow) -> RuleChange:
    before, after = (side["value"] if side else None for side in (row.before, row.after))
    return RuleChange(row.id, row.rule, row.field, before, after, row.after is None, row.changed_by, row.changed_at)
