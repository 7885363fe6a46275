"""`/timeliness`: whether we are on time, and why not."""

import dash
import dash_mantine_components as dmc
import pandas as pd
from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html

from analytics.area import areas, next_level
from analytics.metrics import METRICS, measure
from analytics.timeliness.compare import compare_on_time, compare_resolution
from analytics.timeliness.on_time import LEAST_N, on_time_by, rank_on_time
from analytics.timeliness.overdue import AGE_DAYS, overdue_by_age
from analytics.timeliness.stages import stage_times
from analytics.timeliness.trends import resolution_by
from analytics.timeliness.weekly_charts import weekly_on_time_chart
from analytics.view import View, local
from pages.panels import Drawn, asked, made_of, nothing, place, register, says, span, why
from ui.components.numbers import count, signed
from ui.components.panel import panel
from ui.figures.change_parts import change_parts
from ui.figures.control import control_chart
from ui.figures.interval_dots import interval_dots
from ui.figures.overdue import overdue_ages
from ui.figures.resolution import resolution_trend
from ui.figures.stages import stage_waterfall
from ui.language import language
from ui.words import Speaker, speaker

dash.register_page(
    __name__, path="/timeliness", order=1.5, name="shell.timeliness", title="智理 Zhili", icon="timeliness"
)

PANELS = ("trend", "control", "stages", "times", "on_time", "overdue", "change")
CHOICES = {
    "trend": ("week", "month"),
    "times": ("department", "category", "area"),
    "on_time": ("department", "area"),
    "change": ("on_time_rate", "hours_mean"),
}
SHOWN, SHOWN_WIDE = 10, 8
DEEPEST_CATEGORY = 3
SAID_CHANGES = 2


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; callbacks fill it in."""
    say = speaker(language(lang))
    panels = [
        panel(f"timeliness-{name}", say(f"timeliness.{name}"), f"timeliness-{name}-panel", *_choice(name, say))
        for name in PANELS
    ]
    return html.Div(
        [
            html.H1(id="timeliness-headline", className="headline", **{"aria-live": "polite"}),
            html.Div(panels, className="timeliness-panels"),
        ],
        className="page timeliness",
    )


def _choice(name: str, say: Speaker) -> list[dmc.SegmentedControl]:
    options = CHOICES.get(name, ())
    if not options:
        return []
    data = [{"value": option, "label": say(f"timeliness.{option}")} for option in options]
    label = say("timeliness.choose", what=say(f"timeliness.{name}"))
    return [dmc.SegmentedControl(id=f"timeliness-{name}-by", data=data, value=options[0], className="panel-choice", **{"aria-label": label})]  # fmt: skip


@callback(Output("timeliness-headline", "children"), Input("filters", "data"))
def show_headline(filters: dict | None) -> str:
    """On time or not, the change, the stage that holds cases up, and who is lowest."""
    say, _, _, _ = asked(filters)
    try:
        return _headline(View.from_store(filters), say)
    except Exception as error:  # the panels stand
        return why(error, say)


def _headline(view: View, say: Speaker) -> str:
    where = {"area": place(view, say), "period": span(view, say)}
    now, earlier = measure(view, "on_time_rate"), view.before()
    if now.value is None:
        return say("timeliness.headline_none", **where)
    text = say("timeliness.headline", due=count(now.denominator), share=f"{now.value:.1f}", **where)
    before = measure(earlier, "on_time_rate").value if earlier else None
    if before is not None:
        change = signed(now.value - before, 1)
        text += say("timeliness.headline_change", before=say(f"overview.before_{view.period}"), change=change)
    stages = stage_times(view)
    for stage in stages[stages["is_bottleneck"]].itertuples():
        text += say("timeliness.headline_stage", stage=say(f"timeliness.{stage.stage}"), share=f"{stage.share:.0%}")
    ranked = rank_on_time(view, "department")
    if len(ranked) > 1:
        text += say(
            "timeliness.headline_worst", name=ranked["key"].iloc[-1], share=f"{100 * ranked['share'].iloc[-1]:.1f}"
        )
    return text + say("timeliness.headline_end")


def _hours(value: float, say: Speaker) -> str:
    if value != value:
        return "–"
    if value == float("inf"):
        return say("timeliness.not_reached")
    if value < 1:
        return say("timeliness.minutes", n=f"{60 * value:.0f}")
    return say("timeliness.hours", n=f"{value:,.1f}" if value < 10 else f"{value:,.0f}")


QUANTILES = [f"{name}{part}" for name in ("p50", "p90") for part in ("", "_low", "_high")]


def _hover_times(rows: pd.DataFrame, names: list[str], say: Speaker, below: str) -> list[str]:
    return [
        say("timeliness.hover_trend", of=f"<b>{name}</b>", events=count(row["events"]), n=count(row["n"]),
            **{column: _hours(row[column], say) for column in QUANTILES}) + below
        for name, (_, row) in zip(names, rows.iterrows(), strict=True)
    ]  # fmt: skip


def _trend(view: View, lang: str, theme: str, scale: float, say: Speaker, by: str) -> Drawn:
    rows = resolution_by(view, by)
    if rows.empty:
        return nothing(say, theme, scale)
    rows = rows.assign(key=pd.to_datetime(rows["key"])).sort_values("key").reset_index(drop=True)
    rows = rows.assign(is_whole=_whole(rows["key"], view, by))
    below = made_of(view, say, lang, say("timeliness.caveat_km"))
    hover = _hover_times(
        rows, [f"{key:%Y-%m}" if by == "month" else f"{key:%Y-%m-%d}" for key in rows["key"]], say, below
    )
    unknown = int((rows["p90"] == float("inf")).iloc[::-1].cumprod().sum())
    more = say("timeliness.trend_open", n=unknown) if unknown else ""
    return resolution_trend(rows, hover, by, lang, theme, scale), say("timeliness.trend_note", more=more)


def _whole(keys: pd.Series, view: View, by: str) -> pd.Series:
    """Whether the view's period holds all of each week or month."""
    ends = keys + (pd.offsets.MonthBegin(1) if by == "month" else pd.Timedelta(days=7))
    return (keys >= local(view.since)) & (ends <= local(view.until))


def _split(view: View, by: str) -> str:
    """What the tables are split by for a choice on the page."""
    if by == "area":
        return next_level(view.as_of, view.area_id)
    if by == "category":
        return f"category:{min(DEEPEST_CATEGORY, (view.category.count('/') + 1 if view.category else 0) + 2)}"
    return by


def _named(rows: pd.DataFrame, view: View, by: str) -> pd.DataFrame:
    """The rows with `name` and, where a click can filter, `chosen`."""
    known = areas(view.as_of)
    names = {"area": lambda key: known[key].name, "category": lambda key: key.split("/")[-1]}.get(by, str)
    chosen = [f"{by}:{key}" if by != "department" else None for key in rows["key"]]
    return rows.assign(name=[names(key) for key in rows["key"]], chosen=chosen)


def _left_out(rows: pd.DataFrame, shown: int, n: str, say: Speaker) -> str:
    keyed = rows[rows["key"].notna()]
    few, without = int((keyed[n] < LEAST_N).sum()), int(rows.loc[rows["key"].isna(), n].sum())
    better = len(keyed) - few - shown
    return (
        (say("timeliness.more_shown", n=better) if better else "")
        + (say("timeliness.too_few", n=few, least=LEAST_N) if few else "")
        + (say("timeliness.unknown_key", n=count(without)) if without else "")
    )


def _times_by(view: View, lang: str, theme: str, scale: float, say: Speaker, by: str) -> Drawn:
    every = resolution_by(view, _split(view, by))
    if every.empty:
        return nothing(say, theme, scale)
    ranked = every[every["key"].notna() & (every["n"] >= LEAST_N)].sort_values(["p50", "key"], ascending=[False, True])
    if ranked.empty:
        return says(say("timeliness.all_too_few", least=LEAST_N), theme, scale)
    rows = _named(ranked.head(SHOWN).reset_index(drop=True), view, by)
    hover = _hover_times(rows, list(rows["name"]), say, made_of(view, say, lang, say("timeliness.caveat_km")))
    series = [(name, say(f"timeliness.{name}")) for name in ("p50", "p90")]
    figure = interval_dots(
        rows, series, hover, [f"n={count(n)}" for n in rows["n"]], say("timeliness.hours_axis"), theme, scale
    )
    click = say("timeliness.click") if by != "department" else ""
    return figure, say("timeliness.times_note", click=click, more=_left_out(every, len(rows), "n", say))


def _on_time(view: View, lang: str, theme: str, scale: float, say: Speaker, by: str) -> Drawn:
    split = _split(view, by)
    every = on_time_by(view, split)
    if every.empty:
        return nothing(say, theme, scale)
    ranked = rank_on_time(view, split).iloc[::-1]
    if ranked.empty:
        return says(say("timeliness.all_too_few", least=LEAST_N), theme, scale)
    rows = _named(ranked.head(SHOWN).reset_index(drop=True), view, by)
    below = made_of(view, say, lang, METRICS["on_time_rate"].caveat[lang])
    hover = [
        say("timeliness.hover_rate", of=f"<b>{r.name}</b>", hits=count(r.on_time), n=count(r.due), share=f"{100 * r.share:.1f}",
            low=f"{100 * r.low:.1f}", high=f"{100 * r.high:.1f}") + below
        for r in rows.itertuples(index=False)
    ]  # fmt: skip
    rows = rows.assign(rate=100 * rows["share"], rate_low=100 * rows["low"], rate_high=100 * rows["high"])
    whole = 100 * every["on_time"].sum() / every["due"].sum()
    labels = [f"<b>{rate:.1f}%</b>" for rate in rows["rate"]]
    figure = interval_dots(rows, [("rate", "")], hover, labels, say("timeliness.rate_axis"), theme, scale, whole)
    click = say("timeliness.click") if by != "department" else ""
    more = _left_out(every, len(rows), "due", say)
    return figure, say("timeliness.on_time_note", share=f"{whole:.1f}", click=click, more=more)


def _stages(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    rows = stage_times(view)
    if not rows["n"].any():
        return nothing(say, theme, scale)
    rows = rows.assign(name=[say(f"timeliness.{stage}") for stage in rows["stage"]])
    below, total = made_of(view, say, lang, say("timeliness.caveat_stage")), rows["hours"].sum()
    texts = [
        {"stage": r.name, "events": count(r.events), "n": count(r.n), "skipped": count(r.skipped), "share": f"{r.share:.1%}",
         "p50": _hours(r.p50, say), "p90": _hours(r.p90, say), "hours": count(r.hours), "total": count(total)}
        for r in rows.itertuples(index=False)
    ]  # fmt: skip
    labels = [
        say("timeliness.stage_label", share=t["share"], p50=t["p50"]) if n else say("timeliness.stage_unrecorded")
        for t, n in zip(texts, rows["n"], strict=True)
    ]
    hover = [say("timeliness.hover_stage", **t) + below for t in texts]
    worst = [t for t, is_worst in zip(texts, rows["is_bottleneck"], strict=True) if is_worst]
    note = say("timeliness.stages_note", **worst[0]) if worst else say("timeliness.stages_note_none")
    return stage_waterfall(rows, hover, labels, lang, theme, scale), note


def _control(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    chart = weekly_on_time_chart(view)
    points = chart.points.assign(key=pd.to_datetime(chart.points["key"]))
    if points.empty:
        return nothing(say, theme, scale)
    below = made_of(view, say, lang, say("timeliness.caveat_control"), has_period=False)  # it has a year of its own
    hover = [
        say("timeliness.hover_control", of=f"{r.key:%Y-%m-%d}", hits=count(round(r.value * r.n)), n=count(r.n),
            share=f"{100 * r.value:.1f}", low=f"{100 * r.low:.1f}", high=f"{100 * r.high:.1f}") + below
        for r in points.itertuples()
    ]  # fmt: skip
    return control_chart(points, chart.centre, hover, lang, theme, scale), _said(points, chart.centre, say)


def _said(points: pd.DataFrame, centre: float, say: Speaker) -> str:
    """The real changes in words, newest first: each week beyond a limit, each run by the week it was noticed."""
    if centre != centre:
        return say("timeliness.control_short")
    known = points["is_beyond"] | (points["is_run"] & ~points["is_run"].shift(fill_value=False))
    found = [
        say(f"timeliness.control_{'beyond' if r.is_beyond else 'run'}_{'high' if r.value > centre else 'low'}",
            **{"week": f"{r.key:%Y-%m-%d}"} | ({"share": f"{100 * r.value:.1f}"} if r.is_beyond else {}))
        for r in points[known].iloc[::-1].itertuples()
    ]  # fmt: skip
    if not found:
        return say("timeliness.control_calm", centre=f"{100 * centre:.1f}")
    rest = len(found) - SAID_CHANGES
    what = say("timeliness.control_join").join(found[:SAID_CHANGES])
    return say("timeliness.control_note", what=what + (say("timeliness.control_earlier", n=rest) if rest > 0 else ""))


def _overdue(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    every = overdue_by_age(view, "department")
    if every.empty:
        return says(say("timeliness.overdue_none"), theme, scale)
    ages = {age: say(f"timeliness.age_{n}") for n, age in enumerate(AGE_DAYS, 1)}
    every = every.assign(name=every["key"].fillna(say("shell.unknown")), age=every["age"].map(ages))
    wide = every.pivot(index="name", columns="age", values="count")
    totals = every.drop_duplicates("name").set_index("name")["total"]
    rows = totals.to_frame().join(wide).reset_index()
    shown, columns = rows.head(SHOWN_WIDE), list(ages.values())
    below = made_of(view, say, lang, say("timeliness.caveat_overdue"), has_period=False)  # whenever reported
    hover = [
        [say("timeliness.hover_overdue", of=f"<b>{r['name']}</b>", age=age, n=count(r[age]), total=count(r["total"])) + below
         for _, r in shown.iterrows()]
        for age in columns
    ]  # fmt: skip
    rest = rows.iloc[SHOWN_WIDE:]
    more = say("timeliness.overdue_more", n=len(rest), cases=count(rest["total"].sum())) if len(rest) else ""
    note = say(
        "timeliness.overdue_note", n=count(rows["total"].sum()), old=count(rows[columns[-1]].sum()),
        name=rows["name"].iloc[0], most=count(rows["total"].iloc[0]), more=more,
    )  # fmt: skip
    return overdue_ages(shown, columns, hover, theme, scale), note


def _change(view: View, lang: str, theme: str, scale: float, say: Speaker, what: str) -> Drawn:
    is_rate = what == "on_time_rate"
    found = compare_on_time(view, "department") if is_rate else compare_resolution(view, "department")
    if found is None:
        return says(say("timeliness.no_before"), theme, scale)
    factor = 100.0 if is_rate else 1.0
    parts = ["value_before", "value_now", "mix", "within", "total"]
    rows = found.keys.head(SHOWN_WIDE).assign(name=lambda f: f["key"].fillna(say("shell.unknown")))
    rows[parts] *= factor
    unit = "%" if is_rate else ""
    caveats = [
        say("timeliness.caveat_change"),
        METRICS["on_time_rate"].caveat[lang] if is_rate else say("timeliness.caveat_mean"),
    ]
    below = made_of(view, say, lang, *caveats, before=view.before())
    hover = [
        say("timeliness.hover_change", of=f"<b>{r.name}</b>", before=f"{r.value_before:.1f}{unit}", now=f"{r.value_now:.1f}{unit}",
            n_before=count(r.n_before), n_now=count(r.n_now), within=signed(r.within, 2), mix=signed(r.mix, 2),
            total=signed(r.total, 2)) + below
        for r in rows.itertuples(index=False)
    ]  # fmt: skip
    axis = say("timeliness.points_axis" if is_rate else "timeliness.change_hours_axis")
    figure = change_parts(rows, hover, [signed(n, 2) for n in rows["total"]], axis, lang, theme, scale)
    note = say(
        "timeliness.change_rate_note" if is_rate else "timeliness.change_hours_note",
        before=f"{factor * found.before:.1f}", now=f"{factor * found.now:.1f}",
        change=signed(factor * (found.now - found.before), 1), within=signed(factor * found.within, 1),
        mix=signed(factor * found.mix, 1),
    )  # fmt: skip
    return figure, note


_DRAW = {
    "trend": _trend, "times": _times_by, "stages": _stages, "on_time": _on_time, "control": _control,
    "overdue": _overdue, "change": _change,
}  # fmt: skip
for _name, _draw in _DRAW.items():
    register(f"timeliness-{_name}", _draw, *([f"timeliness-{_name}-by"] if _name in CHOICES else []))
for _name in ("times", "on_time"):
    clientside_callback(
        ClientsideFunction("timeliness", "choose"),
        Output(f"timeliness-{_name}-title", "data-chosen"),
        Input(f"timeliness-{_name}-figure", "clickData"),
        prevent_initial_call=True,
    )
