"""The daily brief (日报): what came on a day, where, what, how it was seen to, and what needs attention."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from analytics import overview
from analytics.area import areas, find_area, next_level
from analytics.coverage import coverage
from analytics.early_warning.rules import FAILED_RULE
from analytics.freshness import Freshness
from analytics.loads import reject_reasons, rejects
from analytics.metrics import METRICS, Measure, measure, measure_by
from analytics.metrics.metric import PERCENT
from analytics.overview import Change
from analytics.timeliness.on_time import rank_on_time
from analytics.timeliness.waiting import longest_overdue
from analytics.view import View, local, start_of
from operations.warning_life import Grade, State
from operations.warnings import Kept, by_grade, warnings
from reports.checks import check
from reports.document import COUNT, NUMBER, SHARE, Chart, Column, Document, Section, Table
from reports.errors import ReportError
from reports.sentences import compare_counts, compare_shares, usual
from ui.components.numbers import change_of_count, count
from ui.words import Speaker, half, speaker
from ui.words.reasons import brief
from working_time.calendar import day as kind_of_day

MEASURES = (
    "incident_count", "per_10k_residents", "on_time_rate", "closing_rate", "open_count", "overdue_count", "reopened_rate", "repeat_rate",
    "patrol_coverage_rate", "sensor_online_rate", "camera_online_rate", "alarm_response_rate",
)  # fmt: skip
LIKE_DAYS, MONTH, MOST = 56, 30, 10


def daily(on: date, area: str | None, lang: str) -> Document:
    """The brief of a local day for an area (its code or name; None: all); `ReportError` if it must not go out."""
    whole = View.from_query({"period": "custom", "from": on.isoformat(), "to": on.isoformat()})
    sources, say = check(on, whole), speaker(lang)
    view = _narrowed(whole, area)
    month = replace(view, since=start_of(on - timedelta(days=MONTH - 1)), previous=None)
    place = areas(view.as_of)[view.area_id].name if view.area_id else say("report.whole")
    overview.prepare_changes([(view, name) for name in MEASURES if METRICS[name].is_fact])
    changes = {name: overview.with_change(view, name) for name in MEASURES}
    if not changes["incident_count"].now.numerator:
        raise ReportError(
            f"Nothing was reported in {place} on {on}. A brief about nothing is not sent; look at the page /data whether its sources came."
        )
    return Document(
        lang=lang, title=say("report.daily"), office=place, name=f"daily-{on}-{view.area_id or 'all'}-{lang}",
        date_line=say("report.date_line", year=on.year, month=on.month, day=on.day), facts=_facts(on, view, place, sources, say, lang),
        sections=(
            _whole(on, view, place, changes, say, lang), _where(view, say), _offices(month, say), _warnings(on, view, say, lang), _attention(view, say),
        ),
    )  # fmt: skip


def _narrowed(view: View, area: str | None) -> View:
    if not area:
        return view
    found = find_area(view.as_of, area)
    if found is None:
        raise ReportError(f"There is no area {area!r}. Give a code or a name of the grid map.")
    return view.within(found)


def _facts(
    on: date, view: View, place: str, sources: Sequence[Freshness], say: Speaker, lang: str
) -> tuple[tuple[str, str], ...]:
    late = [one for one in sources if one.state != "fresh"]
    heard = coverage(view)
    total, _ = rejects(view.as_of, None, 1, 1)
    reasons = reject_reasons(view.as_of, None)
    names = ("、" if lang == "zh" else ", ").join(one.label[lang] for one in late)
    quality = say("report.quality_none")
    if total and len(reasons):
        quality = say("report.quality_some", n=count(total), reason=half(str(reasons["reason"].iloc[0]), lang))
    grids_heard = int(((heard["incidents"] > 0) | (heard["readings"] > 0)).sum())
    return (
        (say("report.fact_period"), f"{on} 00:00–24:00"),
        (say("report.fact_area"), place),
        (say("report.fact_until"), f"{local(view.now):%Y-%m-%d %H:%M}"),
        (say("report.fact_version"), str(view.snapshot)),
        (say("report.fact_sources"), say("report.sources_some", n=len(sources), late=len(late), names=names) if late else say("report.sources_all", n=len(sources))),
        (say("report.fact_coverage"), say("report.coverage", heard=count(grids_heard), grids=count(len(heard)))),
        (say("report.fact_quality"), quality),
    )  # fmt: skip


def _whole(on: date, view: View, place: str, changes: dict[str, Change], say: Speaker, lang: str) -> Section:
    came, on_time = changes["incident_count"], changes["on_time_rate"]
    days = overview.daily(replace(view, until=start_of(on + timedelta(days=1))))
    like = usual(_like_days(on, view))
    first = say(
        "report.came",
        place=place,
        n=count(came.now.numerator),
        before=count(_before(came)),
        change=change_of_count(came.now.numerator, _before(came)),
    )
    span = {"low": count(like.low), "high": count(like.high), "days": like.days}
    first += say(f"report.usual_{like.judge(came.now.numerator)}", **span) + say("report.stop")
    rows = tuple(_measure(changes[name], lang) for name in MEASURES)
    columns = (Column(say("report.c_measure")), Column(say("report.c_value"), NUMBER), Column(say("report.c_unit")), Column(say("report.c_numerator"), NUMBER), Column(say("report.c_denominator"), NUMBER), Column(say("report.c_before"), NUMBER))  # fmt: skip
    chart = Chart(
        say("report.t_days"), tuple(f"{day:%m-%d}" for day in days["day"]), tuple(days["count"].astype(float)), say("overview.unit_incidents"),
        tuple(days["is_free"].astype(bool)), say("report.t_days_note"),
    )  # fmt: skip
    sentences = (first, _on_time(on_time, say), _open(view, changes, say))
    return Section(say("report.s_whole"), sentences, (Table(say("report.t_measures"), columns, rows), chart))


def _before(change: Change) -> float:
    return change.before.numerator if change.before else 0


def _like_days(on: date, view: View) -> list[float]:
    """Counts of the working days, or of the free ones, in the eight weeks before the day, as the day itself is."""
    span = replace(view, since=start_of(on - timedelta(days=LIKE_DAYS)), until=start_of(on), previous=None)
    rows = measure_by(span, "incident_count", "day").set_index("key")["numerator"]
    days = [on - timedelta(days=back) for back in range(1, LIKE_DAYS + 1)]
    known = {moment.date() if hasattr(moment, "date") else moment: float(n) for moment, n in rows.items()}
    return [
        known.get(one, 0.0)
        for one in days
        if kind_of_day(one).is_free == kind_of_day(on).is_free and one >= min(known, default=on)
    ]


def _on_time(change: Change, say: Speaker) -> str:
    now, before = change.now, change.before
    if not now.denominator:
        return say("report.on_time_none") + say("report.stop")
    text = say("report.on_time", n=count(now.denominator), hits=count(now.numerator), share=f"{now.value:.1f}%")
    n_before = (before.denominator if before else 0) or 0
    found = compare_shares(now.numerator, now.denominator, before.numerator if before else 0, n_before)
    return text + say(f"report.rate_{found}", **({} if found == "unknown" or before is None else {"before": f"{before.value:.1f}%"})) + say("report.stop")  # fmt: skip


def _open(view: View, changes: dict[str, Change], say: Speaker) -> str:
    text = say(
        "report.open", open=count(changes["open_count"].now.value), overdue=count(changes["overdue_count"].now.value)
    )
    worst = overview.most_overdue(view)
    return text + (say("report.open_area", area=worst[0], n=count(worst[1])) if worst else "") + say("report.stop")


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


def _where(view: View, say: Speaker) -> Section:
    places, kinds = overview.busiest_areas(view, 20), overview.busiest_categories(view, 15)
    total = float(measure(view, "incident_count").numerator)
    sentences = [
        _first(places.rows, "most_area", "area", total, say),
        _first(kinds.rows, "most_category", "category", total, say),
    ]
    head = (
        Column(say("report.c_count"), COUNT),
        Column(say("report.c_low"), NUMBER),
        Column(say("report.c_high"), NUMBER),
        Column(say("report.c_before"), COUNT),
    )
    areas_ = Table(
        say("report.t_areas"), (Column(say(f"level.{next_level(view.as_of, view.area_id)}")), *head, Column(say("report.c_per_10k"), NUMBER)),
        tuple((row.name, row.count_, row.low, row.high, row.before, row.per_10k) for row in places.rows.rename(columns={"count": "count_"}).itertuples(index=False)),
        say("report.interval_note"),
    )  # fmt: skip
    kinds_ = Table(
        say("report.t_categories"), (Column(say("report.c_category")), *head),
        tuple((row.name, row.count_, row.low, row.high, row.before) for row in kinds.rows.rename(columns={"count": "count_"}).itertuples(index=False)),
        say("report.interval_note"),
    )  # fmt: skip
    return Section(say("report.s_where"), tuple(sentences), (areas_, kinds_))


def _first(rows: pd.DataFrame, key: str, name: str, total: float, say: Speaker) -> str:
    """The first of a ranking, and whether its lead over the second is more than chance."""
    if not len(rows):
        return say("report.nothing_ranked") + say("report.stop")
    first = rows.iloc[0]
    text = say(
        f"report.{key}", **{name: first["name"]}, n=count(first["count"]), share=f"{100 * first['count'] / total:.1f}%"
    )
    if len(rows) > 1:
        second = rows.iloc[1]
        if compare_counts(first["count"], second["count"]) == "usual":
            text += say("report.first_unsure", other=second["name"], m=count(second["count"]))
    return text + say("report.stop")


def _offices(month: View, say: Speaker) -> Section:
    ranked = rank_on_time(month, "department").iloc[::-1]
    columns = (Column(say("report.c_office")), Column(say("report.c_hits"), COUNT), Column(say("report.c_due"), COUNT), Column(say("report.c_share"), SHARE), Column(say("report.c_low"), SHARE), Column(say("report.c_high"), SHARE))  # fmt: skip
    rows = tuple((row.key, row.on_time, row.due, row.share, row.low, row.high) for row in ranked.itertuples())
    if not rows:
        return Section(say("report.s_office"), (say("report.office_none") + say("report.stop"),))
    worst = ranked.iloc[0]
    text = say(
        "report.office_lowest", n=len(rows), office=worst["key"], share=f"{100 * worst['share']:.1f}%", hits=count(worst["on_time"]), due=count(worst["due"]),
        low=f"{100 * worst['low']:.1f}%", high=f"{100 * worst['high']:.1f}%",
    )  # fmt: skip
    if len(ranked) > 1 and worst["high"] >= ranked.iloc[1]["low"]:
        text += say("report.office_unsure")
    table = Table(say("report.t_offices"), columns, rows, say("report.offices_note"))
    return Section(say("report.s_office"), (text + say("report.stop"),), (table,))


def _warnings(on: date, view: View, say: Speaker, lang: str) -> Section:
    within = (view.area_id,) if view.area_id else ()
    open_ = by_grade(areas=within)
    total = sum(open_.values())
    if not total:
        return Section(say("report.s_warning"), (say("report.warning_none") + say("report.stop"),))
    grades = ("、" if lang == "zh" else ", ").join(f"{_grade(grade, say)} {n}" for grade, n in open_.items() if n)
    waits = sum(by_grade(areas=within, states=(State.raised,)).values())
    kept = [one for one in warnings(areas=within, most=500) if one.rule != FAILED_RULE]
    new = sum(start_of(on) <= one.raised_at < start_of(on + timedelta(days=1)) for one in kept)
    sentences = (
        say("report.warning_open", n=count(total), grades=grades, waits=count(waits)) + say("report.stop"),
        say("report.warning_new", n=count(new)) + say("report.stop"),
    )
    columns = (
        Column(say("report.c_grade")),
        Column(say("report.c_reason")),
        Column(say("report.c_raised")),
        Column(say("report.c_state")),
    )
    rows = tuple(_warning(one, say, lang) for one in kept[:MOST])
    return Section(say("report.s_warning"), sentences, (Table(say("report.t_warnings"), columns, rows),))


def _warning(one: Kept, say: Speaker, lang: str) -> tuple[str, ...]:
    grade, state = _grade(one.grade, say), say(f"warnings.state_{State(one.state)}")
    return (grade, brief(one.reason, lang), f"{local(one.raised_at):%m-%d %H:%M}", state)


def _grade(grade: int, say: Speaker) -> str:
    return say(f"warnings.grade_{Grade(grade).name}")


def _attention(view: View, say: Speaker) -> Section:
    late, known = longest_overdue(view, MOST), areas(view.as_of)
    if late.empty:
        return Section(say("report.s_attention"), (say("report.attention_none") + say("report.stop"),))
    columns = (Column(say("report.c_category")), Column(say("report.c_place")), Column(say("report.c_office")), Column(say("report.c_due_at")), Column(say("report.c_days"), NUMBER))  # fmt: skip
    rows = tuple(
        ((row.category or "–").split("/")[-1], " › ".join(known[row.area_id].path_names[1:]) if row.area_id in known else "–", row.department or "–", f"{local(row.due_at):%Y-%m-%d %H:%M}", row.days)
        for row in late.itertuples()
    )  # fmt: skip
    return Section(
        say("report.s_attention"),
        (say("report.attention_overdue", n=len(rows)) + say("report.stop"),),
        (Table(say("report.t_overdue"), columns, rows),),
    )
