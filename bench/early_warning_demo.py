"""What does early warning find in the demo of what was planted in it? `python -m bench.early_warning_demo [--days N] …`.

Makes a demo, loads it, and runs every rule as of midnight of each of the last N days; one line a rule:
- `found_RULE`: planted troubles of the rule's kind that it told of, against how many were planted then;
- `delay_RULE`: days from the beginning to the first telling, on average, against the days each went on;
- `false_RULE`: new tellings a day that nothing planted explains, against the rule's budget;
- `seconds_RULE`: seconds a look, against ten.
`--home` and `--demo` take a home and its demo that are there already, `--rules` some rules only.
"""

import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bench.line import say
from bench.process import python

SECONDS_A_DAY = 10.0
COUNTS = (
    "counts",
    "counts_day",
    "counts_grid",
    "counts_town",
    "counts_town_day",
    "counts_district",
    "counts_district_week",
)
FINDS = {
    "outbreak": (*COUNTS, "cluster", "repeats", "repeats_spots"),
    "repeats": ("repeats", "repeats_spots", *COUNTS, "cluster"),
    "cluster": ("cluster", *COUNTS, "repeats", "repeats_spots"),
    "chain": ("chain", "repeats", *COUNTS),
    "crowd": ("crowd", "crowd_town", *COUNTS),
    "dispute": ("dispute", "repeats", *COUNTS),
    "slow": ("slow", "slow_category", "queue", "late"),
    "flood": ("threshold", "rising"),
    "silent": ("silence",),
    "dark": ("camera",),
}
"""Which rules may tell of what; the first is the one that has to, for outbreaks all of them are counted."""


@dataclass(frozen=True)
class Planted:
    """One planted trouble: what kind, about what, in which area (its code begins so), from and to which day."""

    kind: str
    subject: str
    area: str
    since: date
    until: date


def main(
    days: Annotated[int, typer.Option(min=1)] = 28,
    incidents: Annotated[int, typer.Option(min=2000)] = 60_000,
    home: Annotated[Path | None, typer.Option()] = None,
    demo: Annotated[Path | None, typer.Option()] = None,
    rules: Annotated[str, typer.Option(help="names of rules, joined by commas; none: all")] = "",
) -> None:
    """Measure and print one line each."""
    with tempfile.TemporaryDirectory() as folder:
        if home is None or demo is None:
            home, demo = Path(folder) / "home", Path(folder) / "demo"
            made = ("--days", "560", "--incidents", str(incidents), "--readings", "150000")
            python("-m", "etl", "demo", "--out", str(demo), *made, home=home)
            python("-m", "etl", "load", str(demo), home=home)
        os.environ["ZHILI_HOME"] = str(home)
        truth = json.loads((demo / "truth.json").read_text(encoding="utf-8"))
        measure(truth, days, tuple(filter(None, rules.split(","))))


def measure(truth: dict, days: int, only: tuple[str, ...]) -> None:
    """Run every rule, or `only` these, over the last days and say how it did."""
    from analytics.answers import newest_snapshot
    from analytics.early_warning.look import findings
    from analytics.early_warning.rules import default_rules
    from analytics.view import start_of

    snapshot, end = newest_snapshot(), date.fromisoformat(truth["arguments"]["until"])
    every = list(planted(truth))
    for rule in [rule for rule in default_rules() if not only or rule.name in only]:
        told: dict[Planted, date] = {}
        unexplained: set[tuple[str, str]] = set()
        new, began = 0, time.perf_counter()
        for back in range(days, -1, -1):
            day = end - timedelta(days=back)
            found = findings(rule, snapshot, start_of(day), with_incidents=False)
            strange = set()
            for one in found:
                of = [each for each in every if rule.name in FINDS[each.kind] and _explains(each, one, day)]
                for each in of:
                    told.setdefault(each, day)
                if not of:
                    strange.add((one.subject, one.area_id))
            new += len(strange - unexplained) if back < days else 0
            unexplained = strange
        seconds = (time.perf_counter() - began) / (days + 1)
        _say(rule.name, rule.per_day, every, told, new / days, seconds, (end - timedelta(days=days), days))


def _say(
    name: str,
    budget: float,
    every: list[Planted],
    told: dict[Planted, date],
    false: float,
    seconds: float,
    span: tuple[date, int],
) -> None:
    first, days = span
    due = [
        each for each in every if name == FINDS[each.kind][0] or (each.kind == "outbreak" and name in FINDS["outbreak"])
    ]
    due = [each for each in due if each.until >= first]
    hit = [each for each in due if each in told]
    say(f"found_{name}", len(hit), "planted", "planted of its kind", len(hit) / max(len(due), 1), len(due))
    fresh = [each for each in hit if each.since >= first]
    if fresh:
        delay = sum((told[each] - each.since).days for each in fresh) / len(fresh)
        lasts = sum((each.until - each.since).days + 1 for each in fresh) / len(fresh)
        say(f"delay_{name}", delay, "days", "days it went on", delay / lasts, len(fresh))
    say(f"false_{name}", false, "a day", "the rule's budget a day", false / budget, days)
    say(f"seconds_{name}", seconds, "s a look", "10 s", seconds / SECONDS_A_DAY, days + 1)


def _explains(each: Planted, one: object, day: date) -> bool:
    """Whether a finding of midnight of `day` is about what was planted: same matter, overlapping place, begun and not long over."""
    subject, area = str(getattr(one, "subject")), str(getattr(one, "area_id"))  # noqa: B009
    if not each.since <= day <= each.until + timedelta(days=35):
        return False
    if each.kind in ("flood", "silent"):
        return subject == each.subject or subject.startswith("sensors:")
    if each.kind == "dark":
        return area.startswith(each.area) or each.area.startswith(area)
    if each.kind == "slow":
        return subject == each.subject or subject in each.area.split("|")
    same = subject == each.subject or each.subject.startswith(subject + "/")
    return same and (area.startswith(each.area) or each.area.startswith(area))


def planted(truth: dict) -> Iterator[Planted]:
    """What `truth.json` says was planted, in one form."""
    end = date.fromisoformat(truth["arguments"]["until"]) - timedelta(days=1)
    for each in truth["outbreaks"]:
        yield Planted("outbreak", each["category"], each["area"], _day(each["from"]), _day(each["to"]))
    for each in truth["trouble"]:
        yield Planted(each["rule"], each["category"], each["area"], _day(each["from"]), _day(each["to"]))
    for each in truth["slow_departments"]:
        yield Planted("slow", each["department"], "|".join(_matters(each["department"])), _day(each["from"]), end)
    for each in truth["flooded_gauges"]:
        yield Planted("flood", each["sensor"], "", _day(each["from"]), end)
    for each in truth["silent_sensors"]:
        yield Planted("silent", each["sensor"], "", _day(each["since"]), end)
    for sensor in truth["frozen_sensors"]:
        yield Planted("silent", sensor, "", date.fromisoformat(truth["patrols_from"]), end)
    dark = truth["dark_community"]
    yield Planted("dark", dark["area"], dark["area"], end, end)


def _matters(department: str) -> set[str]:
    """The second-level categories that an office settles in the demo."""
    from etl.demo.matters import matters

    own = matters()
    return {"/".join(path.split("/")[:2]) for path in own.loc[own["department"] == department, "path"]}


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()


if __name__ == "__main__":
    typer.run(main)
