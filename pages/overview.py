"""`/`: how the chosen area is doing, in one glance and seven numbers."""

import dash
from dash import ClientsideFunction, Input, Output, callback, clientside_callback, html

from analytics import overview
from analytics.metrics import Measure
from analytics.overview import Change, Ranking
from analytics.view import View, local
from pages.panels import Drawn, asked, nothing, place, register, says, span, why
from ui.components.numbers import change_of_count, count, rate, signed
from ui.components.panel import card, panel
from ui.figures.ranking import ranking
from ui.figures.settled import settled_bar
from ui.figures.trend import daily_trend
from ui.language import language
from ui.words import Speaker, speaker
from warehouse.errors import ZhiliError

dash.register_page(__name__, path="/", order=0, name="shell.overview", title="智理 Zhili", icon="overview")

CARDS = {
    "today": "incident_count",
    "incidents": "incident_count",
    "open": "open_count",
    "overdue": "overdue_count",
    "on_time": "on_time_rate",
    "sensors": "sensor_online_rate",
    "cameras": "camera_online_rate",
}
PANELS = ("trend", "settled", "areas", "categories")


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; callbacks fill it in."""
    say = speaker(language(lang))
    units = {name: "percent" if metric.endswith("rate") else "incidents" for name, metric in CARDS.items()}
    cards = [card(f"overview-{name}", say(f"overview.{name}"), say(f"overview.unit_{units[name]}")) for name in CARDS]
    panels = [panel(f"overview-{name}", say(f"overview.{name}"), f"overview-{name}-panel") for name in PANELS]
    return html.Div(
        [
            html.H1(id="overview-headline", className="headline", **{"aria-live": "polite"}),
            html.Div(cards, className="cards"),
            html.Div(panels, className="overview-panels"),
        ],
        className="page overview",
    )


@callback(
    Output("overview-headline", "children"),
    *[Output(f"overview-{name}-{part}", "children") for name in CARDS for part in ("value", "change", "detail")],
    Input("filters", "data"),
)
def show_numbers(filters: dict | None) -> tuple[str, ...]:
    """The answer in a sentence, and the seven numbers, each with its change and what it is made of."""
    say, lang, _, _ = asked(filters)
    texts: list[str] = []
    changes: dict[str, Change] = {}
    try:
        whole = View.from_store(filters)
    except ZhiliError as error:
        return (say("shell.no_warehouse"), *["–", "", why(error, say)] * len(CARDS))
    for name, metric in CARDS.items():
        try:
            view = overview.today(whole) if name == "today" else whole
            changes[name] = overview.with_change(view, metric)
            texts += _card(view, changes[name], lang, say)
        except Exception as error:  # one number that fails must not take the others with it
            texts += ["–", "", why(error, say)]
    return (_headline(whole, changes, say), *texts)


def _card(view: View, change: Change, lang: str, say: Speaker) -> tuple[str, str, str]:
    now, before = change.now, change.before
    write = rate if now.metric.is_rate else count
    detail = [
        now.metric.label[lang],
        say("overview.detail_rate", numerator=count(now.numerator), denominator=count(now.denominator))
        if now.metric.is_rate
        else count(now.numerator),
        _when(view, now.metric.period, now.metric.table, say),
        *([say("overview.detail_before", value=write(before.value))] if before else []),
        now.metric.caveat[lang],
    ]
    value = None if _all_unknown(view, now) else now.value
    return write(value), _change(view, change, say), "\n".join(detail)


def _all_unknown(view: View, now: Measure) -> bool:
    """Devices that nothing was heard of have no share online, not one of nought."""
    return now.metric.table != "incident" and overview.devices(view, now.metric.table)["unknown"] == now.denominator


def _when(view: View, period: str, table: str, say: Speaker) -> str:
    until = view.until if table == "incident" else view.devices_until
    text = f"{local(until):%Y-%m-%d %H:%M}"
    if not period:
        return say("overview.detail_moment", until=text)
    return say("overview.detail_period", since=f"{local(view.since):%Y-%m-%d %H:%M}", until=text)


def _change(view: View, change: Change, say: Speaker) -> str:
    now, before = change.now, change.before
    unknown = ""
    if now.metric.table != "incident":
        unknown = say("overview.unknown_devices", n=count(overview.devices(view, now.metric.table)["unknown"]))
        if before is None or not before.numerator:
            return unknown
    if before is None:
        return say("overview.no_before")
    if before.value is None or now.value is None:
        return say("overview.nothing_before")
    if now.metric.is_rate:
        text = signed(now.value - before.value, 1, " " + say("overview.points"))
    else:
        text = change_of_count(now.value, before.value)
    day = (
        f"{local(view.since):%m-%d}" if view.period == "today" else ""
    )  # the newest day the data know may not be today
    return " · ".join(part for part in (day, f"{say(f'overview.before_{view.period}')} {text}", unknown) if part)


def _headline(view: View, changes: dict[str, Change], say: Speaker) -> str:
    if "incidents" not in changes or "overdue" not in changes:
        return ""
    now, before = changes["incidents"].now, changes["incidents"].before
    text = say("overview.headline", area=place(view, say), period=span(view, say), n=count(now.numerator))
    if before is not None:
        change = change_of_count(now.numerator, before.numerator)
        text += say("overview.headline_change", before=say(f"overview.before_{view.period}"), change=change)
    late = changes["overdue"].now.numerator
    text += say("overview.headline_overdue", n=count(late))
    most = overview.most_overdue(view)
    if late and most:
        text += say("overview.headline_most", area=most[0], n=count(most[1]))
    return text + say("overview.headline_end")


def _trend(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    frame = overview.daily(view)
    if not frame["count"].any():
        return nothing(say, theme, scale)
    until = f"{local(view.until):%Y-%m-%d %H:%M}"
    return daily_trend(frame, until, lang, theme, scale), say("overview.trend_note", time=until)


def _settled(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    frame = overview.settled_levels(view)
    if not frame["total"].iloc[0]:
        return nothing(say, theme, scale)
    below = frame.loc[frame["level"].isin(["grid", "community"]), "share"].sum()
    note = say("overview.settled_note", n=count(frame["total"].iloc[0]), share=f"{below:.1%}")
    return settled_bar(frame, lang, theme, scale), note


def _none_ranked(found: overview.Ranking, say: Speaker, theme: str, scale: float) -> Drawn:
    """Few is not none: where all are too few to rank, the panel says that."""
    return says(_more(found, say), theme, scale) if found.too_few or found.elsewhere else nothing(say, theme, scale)


def _areas(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    found = overview.busiest_areas(view)
    if found.rows.empty:
        return _none_ranked(found, say, theme, scale)
    rows = found.rows
    hover = [
        say(
            "overview.hover_area",
            n=count(r.count_),
            low=count(r.low),
            high=count(r.high),
            rate=_plain(r.per_10k),
            before=_plain(r.before, 0),
        )
        for r in rows.rename(columns={"count": "count_"}).itertuples()
    ]
    figure = ranking(rows, hover, [count(n) for n in rows["count"]], theme, scale)
    return figure, say("overview.areas_note", more=_more(found, say))


def _categories(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    found = overview.busiest_categories(view)
    if found.rows.empty:
        return _none_ranked(found, say, theme, scale)
    rows = found.rows.rename(columns={"count": "count_"})
    hover = [
        say(
            "overview.hover_category",
            path=r.key.replace("/", " › "),
            n=count(r.count_),
            low=count(r.low),
            high=count(r.high),
            before=_plain(r.before, 0),
        )
        for r in rows.itertuples()
    ]
    labels = [
        count(r.count_) + (f" ({change_of_count(r.count_, r.before)})" if r.before == r.before else "")
        for r in rows.itertuples()
    ]
    more = _more(found, say)
    if view.previous is None:
        return ranking(found.rows, hover, labels, theme, scale), say("overview.categories_note_plain", more=more)
    note = say("overview.categories_note", before=say(f"overview.before_{view.period}"), more=more)
    return ranking(found.rows, hover, labels, theme, scale), note


def _plain(value: float | None, decimals: int = 1) -> str:
    return "–" if value is None or value != value else f"{value:,.{decimals}f}"


def _more(found: Ranking, say: Speaker) -> str:
    parts = []
    if found.too_few:
        parts.append(say("overview.too_few", n=found.too_few, least=overview.SMALLEST_RANKED))
    if found.elsewhere:
        parts.append(say("overview.elsewhere", n=count(found.elsewhere)))
    return " ".join(parts)


for _name, _draw in (("trend", _trend), ("settled", _settled), ("areas", _areas), ("categories", _categories)):
    register(f"overview-{_name}", _draw)
for _name, _key in (("areas", "area"), ("categories", "category")):
    clientside_callback(
        ClientsideFunction("overview", f"choose_{_key}"),
        Output(f"overview-{_name}-title", "data-chosen"),
        Input(f"overview-{_name}-figure", "clickData"),
        prevent_initial_call=True,
    )
