"""When: which weekdays and hours a matter is reported at."""

from datetime import timedelta

from scipy.stats import chisquare

from analytics.metrics import measure_by
from reports.document import Chart, Section
from reports.subject import Subject
from ui.components.numbers import count

LEAST, SURE = 30, 0.05
"""Fewer say nothing of weekdays or hours; an unevenness that chance gives once in twenty times is none."""


def hours(of: Subject) -> Section:
    """Two charts; a weekday or an hour is named only where the whole is uneven beyond chance (chi-squared)."""
    by_day, by_hour = _counts(of, "weekday", range(1, 8)), _counts(of, "hour", range(24))
    every = [(of.span.first + timedelta(days=n)).isoweekday() for n in range(of.span.days)]
    names, clock = of.say("weekdays").split(), [f"{n}:00" for n in range(24)]
    unit, often = of.term("overview.unit_incidents"), [float(every.count(n)) for n in range(1, 8)]
    a_day = [n / days if days else 0.0 for n, days in zip(by_day, often, strict=True)]
    parts = (
        Chart(of.say("t_weekdays"), tuple(names), tuple(a_day), unit, note=of.say("t_weekdays_note")),
        Chart(of.say("t_hours"), tuple(clock), tuple(by_hour), unit),
    )
    said = (_said(of, "weekday", by_day, often, names), _said(of, "hour", by_hour, [1.0] * 24, clock))
    return Section(of.say("s_hours"), said, parts)


def _counts(of: Subject, by: str, keys: range) -> list[float]:
    known = measure_by(of.view, "incident_count", by).dropna(subset=["key"]).set_index("key")["numerator"]
    return [float(known.get(key, 0)) for key in keys]


def _said(of: Subject, what: str, counts: list[float], often: list[float], names: list[str]) -> str:
    """The most frequent for how often it comes, if any is; `often` is how many of each the period has."""
    total = sum(counts)
    if total < LEAST or min(often) == 0:
        return of.sentence(of.say(f"{what}_few"))
    expected = [total * one / sum(often) for one in often]
    if chisquare(counts, expected).pvalue >= SURE:
        return of.sentence(of.say(f"{what}_even"))
    at = max(range(len(counts)), key=lambda one: counts[one] / often[one])
    return of.sentence(of.say(f"{what}_most", name=names[at], n=count(counts[at]), share=f"{100 * counts[at] / total:.1f}%"))  # fmt: skip
