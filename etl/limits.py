"""What a profile says about due times that its source does not state: `[due]`, checked when it is read."""

import tomllib
from datetime import UTC, datetime, time, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from warehouse.errors import ZhiliError, one_line
from working_time.clock import OFFICE_HOURS, WorkingTime

LONGEST_DAYS = 1826
"""No limit is five years off."""
SHANGHAI = timezone(timedelta(hours=8))
Calendar = Literal["working", "natural"]


class PausesError(ZhiliError):
    """The file of a site's pauses cannot be read."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(_Part):
    """How long a case may take: hours or days, on a calendar (that of `[due]` unless it names its own)."""

    hours: float | None = None
    days: int | None = None
    calendar: Calendar | None = None

    @property
    def is_set(self) -> bool:
        """Whether it limits anything."""
        return self.hours is not None or self.days is not None

    @model_validator(mode="after")
    def _one_span(self) -> Self:
        if self.hours is not None and self.days is not None:
            raise ValueError("has hours and days. Keep one of them.")
        if self.hours is not None and not 0 < self.hours <= 24 * LONGEST_DAYS:
            raise ValueError(f"hours = {self.hours:g} is no limit. Write more than 0 and at most {24 * LONGEST_DAYS}.")
        if self.days is not None and not 1 <= self.days <= LONGEST_DAYS:
            raise ValueError(f"days = {self.days} is no limit. Write 1 to {LONGEST_DAYS}.")
        return self


class Rule(Limit):
    """A limit for some cases only; all that it names must hold. A category holds those below it, too."""

    category: str | None = None
    urgency: str | None = None
    channel: str | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """What it names, by column."""
        named = {"category": self.category, "urgency": self.urgency, "channel": self.channel}
        return {column: value for column, value in named.items() if value is not None}

    @property
    def label(self) -> str:
        """What it names, in a few words."""
        return " + ".join(self.conditions.values())

    def covers(self, other: "Rule") -> bool:
        """Whether every case of the other rule is one of this rule's."""
        theirs = other.conditions
        return all(column in theirs and _within(column, theirs[column], own) for column, own in self.conditions.items())

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.conditions:
            raise ValueError("names no case. Give it a category, urgency or channel, or put its limit under [due].")
        if not self.is_set:
            raise ValueError(f"{self.label}: has no limit. Give it hours or days.")
        return self


class Due(Limit):
    """The limits of one source: of the first rule that fits a case, else its own; and how they run."""

    basis: str = Field(description="who set these limits, in words for people, e.g. 'site default, not the law'")
    counted_from: Literal["reported_at", "accepted_at"] = "reported_at"
    calendar: Calendar = "working"
    office_hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    stated_includes_pauses: bool = Field(
        True, description="whether a stated due time has been moved by its pauses already"
    )
    pauses: Path | None = Field(None, description="TOML file of the site's pauses, relative to the profile")
    rules: tuple[Rule, ...] = ()

    def working_time(self, limit: Limit, pauses: tuple[tuple[datetime, datetime], ...]) -> WorkingTime:
        """The calendar that a limit runs on."""
        return WorkingTime(self.office_hours, pauses, (limit.calendar or self.calendar) == "natural")

    def said(self, limit: Limit) -> str:
        """The limit in words, as `due_by` holds it: `rule: 民生 5 working days`."""
        span = f"{limit.hours:g} {limit.calendar or self.calendar} hours" if limit.hours else ""
        span = span or f"{limit.days} {limit.calendar or self.calendar} days"
        return f"rule: {limit.label if isinstance(limit, Rule) else 'default'} {span}"

    @field_validator("office_hours", mode="before")
    @classmethod
    def _spans(cls, value: object) -> object:
        """`"08:30-12:00"` as its two times."""
        texts = list(value) if isinstance(value, list | tuple) else [value]
        spans: tuple[Any, ...] = tuple(_span(text) if isinstance(text, str) else text for text in texts)
        try:
            WorkingTime(spans)
        except (ZhiliError, TypeError, ValueError) as error:
            raise ValueError('must be spans of one day in order, such as ["08:30-12:00", "13:30-17:30"].') from error
        return spans

    @model_validator(mode="after")
    def _no_idle_rule(self) -> Self:
        if not self.is_set and not self.rules:
            raise ValueError("has no limit. Give it hours or days, or [[due.rules]].")
        for at, rule in enumerate(self.rules):
            if earlier := next((one for one in self.rules[:at] if one.covers(rule)), None):
                raise ValueError(
                    f"the rule for {rule.label} never comes into play: the one for {earlier.label} stands before it."
                    " Put the narrower one first."
                )
        return self


def _within(column: str, value: str, whole: str) -> bool:
    return value == whole or (column == "category" and value.startswith(f"{whole}/"))


def _span(text: str) -> tuple[time, time]:
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.replace("–", "-").split("-"))
    except ValueError as error:
        raise ValueError(f'"{text}" is no span of office hours. Write it like "08:30-12:00".') from error
    return start, end


class Pause(_Part):
    """A time in which no limit of this site runs, on Shanghai's clock."""

    paused_at: datetime
    resumed_at: datetime
    reason: str

    @property
    def utc(self) -> tuple[datetime, datetime]:
        """Its two ends in UTC, without a zone."""
        begun, ended = (at if at.tzinfo else at.replace(tzinfo=SHANGHAI) for at in (self.paused_at, self.resumed_at))
        return begun.astimezone(UTC).replace(tzinfo=None), ended.astimezone(UTC).replace(tzinfo=None)


@lru_cache(maxsize=8)
def site_pauses(content: str, path: Path) -> tuple[tuple[datetime, datetime], ...]:
    """The site's pauses (UTC) as `content` of the file `path` has them; `PausesError` says in one line what is wrong."""
    try:
        rows = tomllib.loads(content).get("pause", [])
        pauses = [Pause.model_validate(row) for row in rows]
    except (tomllib.TOMLDecodeError, ValueError, AttributeError, TypeError) as error:
        said = one_line(ZhiliError(str(error)))
        raise PausesError(
            f"{path}: cannot be read: {said[:200]}. Write [[pause]] with paused_at, resumed_at, reason."
        ) from error
    if wrong := [pause for pause in pauses if pause.utc[1] < pause.utc[0]]:
        raise PausesError(f"{path}: the pause “{wrong[0].reason}” ends before it begins. Swap its two times.")
    return tuple(pause.utc for pause in pauses)
