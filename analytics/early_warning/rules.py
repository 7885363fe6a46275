"""Which rules there are, how sharp each is, and what an office may change about it: defaults in `data/reference/warning_rules.toml`."""

import logging
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from settings import REFERENCE
from warehouse.errors import ZhiliError

log = logging.getLogger("zhili.warnings")

RULES_FILE = REFERENCE / "warning_rules.toml"
FAILED_RULE = "detector_failed"
"""No rule that looks at data: the name under which it is told that a rule could not look."""

Level = Literal["district", "town", "community", "grid"]
GradeName = Annotated[str, Field(pattern="^(blue|yellow|orange|red)$")]
Limit = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
LIMIT_RANGES = {
    "days": (1, 92),
    "hours": (1, 48),
    "forget_days": (1, 92),
    "radius_m": (1, 1000),
    "least_times": (0, 100),
    "least_confidence": (0, 1),
    "most_often": (0, 1),
    "by_category": (0, 1),
    "false_share": (0, 1),
}
"""What a limit may be: with less nothing could be looked at, with more nothing would ever be found, and nobody would be told why."""
WHOLE_LIMITS = ("days", "forget_days", "by_category")
DISTRICT_PERIODS = {"days": (1, 7), "hours": (1,)}
"""The district's counts are of an hour, a day or a week: of no other periods are season and holidays known."""
Minutes = Annotated[int, Field(ge=1, le=43_200)]
"""A month at most: who is given no end answers never."""


class RuleError(ZhiliError):
    """A rule's settings cannot be used."""


class Rule(BaseModel):
    """One rule. `detector` is the module of `analytics.early_warning` that answers it; `limits` are that detector's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    detector: str
    is_on: bool = True
    level: Level = Field("grid", description="area level it looks at")
    per_day: float = Field(1.0, gt=0, le=1000, description="false alarms a day that the office can live with")
    least_observed: float = Field(2.0, ge=0, le=1_000_000, description="fewer than this are never a warning")
    limits: dict[str, Limit] = Field(default_factory=dict)
    answer_within_minutes: dict[GradeName, Minutes] = Field(
        default_factory=lambda: {"blue": 1440, "yellow": 480, "orange": 120, "red": 30},
        description="by grade: unanswered for longer, it goes up one level",
    )

    @field_validator("limits")
    @classmethod
    def _can_be(cls, limits: dict[str, float]) -> dict[str, float]:
        for name, value in limits.items():
            low, high = LIMIT_RANGES.get(name, (0, 10_000))
            if not low <= value <= high or (name in WHOLE_LIMITS and value != int(value)):
                kind = "a whole number" if name in WHOLE_LIMITS else "a number"
                raise ValueError(f"{name} must be {kind} between {low} and {high}")
        return limits

    @model_validator(mode="after")
    def _has_its_periods(self) -> "Rule":
        if wrong := period_that_is_none(self.detector, self.level, self.limits):
            raise ValueError(f"limits: {wrong} must be one of {DISTRICT_PERIODS[wrong]} for the district")
        return self


def period_that_is_none(detector: str, level: str, limits: Mapping[str, float]) -> str:
    """The limit that names a period of which the district's counts are not known, "" if there is none."""
    if (detector, level) != ("counts", "district"):
        return ""
    return next((name for name, known in DISTRICT_PERIODS.items() if limits.get(name, known[0]) not in known), "")


@lru_cache(maxsize=1)
def default_rules() -> tuple[Rule, ...]:
    """The rules as delivered, in their order."""
    written = tomllib.loads(RULES_FILE.read_text(encoding="utf-8"))
    return tuple(checked({"name": name, **values}) for name, values in written.items())


def rules_in_force(changes: Mapping[str, Mapping[str, object]]) -> tuple[Rule, ...]:
    """The rules with an office's `changes`, {rule: {field: value}}; one whose change cannot be is as delivered, and the log says so."""
    return tuple(_in_force(rule, changes.get(rule.name, {})) for rule in default_rules())


def _in_force(rule: Rule, changes: Mapping[str, object]) -> Rule:
    limits = changes.get("limits")
    if isinstance(limits, Mapping):  # kept whole, perhaps before a newer version gave the rule one more limit
        changes = {**changes, "limits": {**rule.limits, **limits}}
    try:
        return rule_with(rule, changes)
    except RuleError as error:
        log.error("%s It is used as delivered.", error)
        return rule


def rule_with(rule: Rule, changes: Mapping[str, object]) -> Rule:
    """The rule with other values of some fields; `RuleError` says which value cannot be."""
    return checked({**rule.model_dump(), **changes})


def checked(values: Mapping[str, object]) -> Rule:
    """The rule with these values; `RuleError` in one line."""
    try:
        return Rule.model_validate(values)
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(str(part) for part in wrong["loc"])
        raise RuleError(f"Rule {values.get('name')}: {where}: {wrong['msg']}.") from None
