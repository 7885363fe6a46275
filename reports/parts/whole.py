"""The whole: how many came, whether that is usual, how they were seen to, and the main figures."""

from dataclasses import replace
from datetime import date, timedelta

from analytics import overview
from analytics.metrics import METRICS, Measure, measure_by
from analytics.metrics.metric import PERCENT
from analytics.overview import Change
from analytics.view import start_of
from operations.report_span import Span
from reports.document import NUMBER, Chart, Column, Section, Table, written
from reports.sentences import compare_shares, usual
from reports.subject import Subject
from ui.components.numbers import change_of_count, count

MEASURES = (
    "incident_count", "per_10k_residents", "on_time_rate", "closing_rate", "open_count", "overdue_count", "reopened_rate", "repeat_rate",
    "patrol_coverage_rate", "sensor_online_rate", "camera_online_rate", "alarm_response_rate",
)  # fmt: skip


def measures(of: Subject) -> tuple[str, ...]:
    """The figures of the report, in the monthly one all there are; devices and patrols are of no category."""
    names = tuple(METRICS) if of.kind == "monthly" else MEASURES
    return names if of.view.category is None else tuple(name for name in names if METRICS[name].is_fact)


def values(of: Subject) -> tuple[tuple[str, str], ...]:
    """The figures as they are written, by name, and with `_before` those of the period before."""
    found = {name: overview.with_change(of.view, name) for name in measures(of)}
    pairs = {name: _value(change.now) for name, change in found.items()} | {f"{name}_before": _value(change.before) for name, change in found.items()}  # fmt: skip
    units = {name: "%" if METRICS[name.removesuffix("_before")].unit == PERCENT else "" for name in pairs}
    return tuple((name, written(value, NUMBER) + (units[name] if value is not None else "")) for name, value in pairs.items())  # fmt: skip


def whole(of: Subject) -> Section:
    """Sentences on what came, on time, open; the main figures; day by day."""
    view, names = of.view, measures(of)
    overview.prepare_changes([(view, name) for name in names if METRICS[name].is_fact])
    changes = {name: overview.with_change(view, name) for name in names}
    columns = (Column(of.say("c_measure")), Column(of.say("c_value"), NUMBER), Column(of.say("c_unit")), Column(of.say("c_numerator"), NUMBER), Column(of.say("c_denominator"), NUMBER), Column(of.say("c_before"), NUMBER))  # fmt: skip
    table = Table(of.say("t_measures"), columns, tuple(_measure(changes[name], of.lang) for name in names))
    known = _by_day(of)
    sentences = (_came(of, changes["incident_count"], known), _on_time(of, changes["on_time_rate"]), _open(of, changes))
    return Section(of.say("s_whole"), sentences, (table, *_charts(of, known)))


def _by_day(of: Subject) -> dict[date, float]:
    """Incidents by local day, from the oldest span it is judged by."""
    since = min(of.like[-1].first, of.span.last - timedelta(days=overview.TREND_DAYS - 1))
    rows = measure_by(replace(of.view, since=start_of(since), previous=None), "incident_count", "day")
    return {key.date(): float(n) for key, n in zip(rows["key"], rows["numerator"], strict=True) if n}


def _total(known: dict[date, float], span: Span) -> float:
    return sum(known.get(span.first + timedelta(days=n), 0.0) for n in range(span.days))


def _like(of: Subject, known: dict[date, float]) -> list[tuple[Span, float]]:
    """What came in the spans before, as if they had as many days; none from before the first known day."""
    oldest = min(known, default=of.span.first)
    return [(one, _total(known, one) * of.span.days / one.days) for one in of.like if one.first >= oldest]


def _came(of: Subject, came: Change, known: dict[date, float]) -> str:
    now, days, days_before = came.now.numerator, of.span.days, of.before.days
    text = of.say("came", place=of.place, n=count(now))
    if of.span.first < of.known_from:
        text += of.say("known_from", first=of.known_from)
    if came.before is None:
        return of.sentence(text, of.say("previous_unknown"))
    before = came.before.numerator
    like = usual([n for _, n in _like(of, known)])
    change = change_of_count(now, before * days / days_before)
    text += of.say("came_before", before=count(before), change=change if days == days_before else of.say("by_day", change=change))  # fmt: skip
    spans = {"like": of.say(f"like_{of.kind}"), "unit": of.say(f"unit_{of.kind}")}
    return of.sentence(text, of.say(f"usual_{like.judge(now)}", low=count(like.low), high=count(like.high), n=like.days, **spans))  # fmt: skip


def _on_time(of: Subject, change: Change) -> str:
    now, before = change.now, change.before
    if not now.denominator:
        return of.sentence(of.say("on_time_none"))
    text = of.say("on_time", n=count(now.denominator), hits=count(now.numerator), share=f"{now.value:.1f}%")
    n_before = (before.denominator if before else 0) or 0
    found = compare_shares(now.numerator, now.denominator, before.numerator if before else 0, n_before)
    known = {} if found == "unknown" or before is None else {"before": f"{before.value:.1f}%"}
    return of.sentence(text, of.say(f"rate_{found}", **known))


def _open(of: Subject, changes: dict[str, Change]) -> str:
    text = of.say("open", open=count(changes["open_count"].now.value), overdue=count(changes["overdue_count"].now.value))  # fmt: skip
    worst = overview.most_overdue(of.view)
    return of.sentence(text, of.say("open_area", area=worst[0], n=count(worst[1])) if worst else "")


def _measure(change: Change, lang: str) -> tuple[object, ...]:
    metric = change.now.metric
    unit = "%" if metric.unit == PERCENT else metric.unit[lang]
    now, before = _value(change.now), _value(change.before)
    return (metric.label[lang], now, unit, change.now.numerator, change.now.denominator, before)


def _value(found: Measure | None) -> float | None:
    """A count as a whole number, so that it is written as one."""
    if found is None or found.value is None:
        return None
    return found.value if found.metric.is_rate else int(found.value)


def _charts(of: Subject, known: dict[date, float]) -> tuple[Chart, ...]:
    """Day by day; and where the report is of weeks or months, these."""
    days = overview.daily(replace(of.view, until=start_of(of.span.last + timedelta(days=1))))
    by_day = Chart(
        of.say("t_days"), tuple(f"{day:%m-%d}" for day in days["day"]), tuple(days["count"].astype(float)), of.term("overview.unit_incidents"),
        tuple(days["is_free"].astype(bool)), of.say("t_days_note"),
    )  # fmt: skip
    if of.kind not in ("weekly", "monthly"):
        return (by_day,)
    oldest = min(known, default=of.span.first)
    spans = [one for one in reversed([of.span, *of.like]) if one.first >= oldest]
    shape = "%m-%d" if of.kind == "weekly" else "%Y-%m"
    longer = Chart(
        of.say(f"t_spans_{of.kind}"), tuple(f"{one.first:{shape}}" for one in spans), tuple(_total(known, one) for one in spans),
        of.term("overview.unit_incidents"), tuple(one != of.span for one in spans), of.say(f"t_spans_note_{of.kind}"),
    )  # fmt: skip
    return (by_day, longer) if len(spans) > 1 else (by_day,)
