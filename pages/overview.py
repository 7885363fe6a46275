"""`/`: how the chosen area is doing, in one glance and seven numbers."""

import dash
from dash import html

from analytics import overview
from analytics.overview import Change
from analytics.view import View
from pages import measured
from pages.answering import Asking, follow, part
from pages.overview_panels import DRAW
from pages.panels import made_of_measure, place, register, span, why
from ui.components.numbers import change_of_count, count
from ui.components.panel import card, panel
from ui.language import language, page_title
from ui.words import Speaker, speaker
from warehouse.errors import WarehouseError

dash.register_page(
    __name__, path="/", order=0, name="shell.overview", title=page_title("shell.overview"), icon="overview"
)

CARDS = {
    "today": "incident_count",
    "incidents": "incident_count",
    "open": "open_count",
    "overdue": "overdue_count",
    "on_time": "on_time_rate",
    "sensors": "sensor_online_rate",
    "cameras": "camera_online_rate",
}


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; callbacks fill it in."""
    say = speaker(language(lang))
    units = {name: "percent" if metric.endswith("rate") else "incidents" for name, metric in CARDS.items()}
    cards = [card(f"overview-{name}", say(f"overview.{name}"), say(f"overview.unit_{units[name]}")) for name in CARDS]
    panels = [panel(f"overview-{name}", say(f"overview.{name}"), f"overview-{name}-panel") for name in DRAW]
    return html.Div(
        [
            html.H1(id="overview-headline", className="headline", **{"aria-live": "polite"}),
            html.Div(cards, className="cards"),
            html.Div(panels, className="overview-panels"),
        ],
        id="overview-page",
        className="page overview",
        **{"data-page": "overview"},
    )


@part(
    "overview",
    [
        ("overview-headline", "children"),
        *[(f"overview-{name}-{part}", "children") for name in CARDS for part in ("value", "change", "detail")],
    ],
)
def show_numbers(asking: Asking) -> tuple[str, ...]:
    """The answer in a sentence, and the seven numbers, each with its change and what it is made of."""
    say, lang = asking.say, asking.lang
    texts: list[str] = []
    changes: dict[str, Change] = {}
    try:
        whole = asking.view
        views = {name: overview.today(whole) if name == "today" else whole for name in CARDS}
        overview.prepare_changes([(views[name], metric) for name, metric in CARDS.items()])
    except Exception as error:  # every card says why, whatever it was
        return (_cannot(error, say), *["–", "", why(error, say)] * len(CARDS))
    for name, metric in CARDS.items():
        try:
            view = views[name]
            changes[name] = overview.with_change(view, metric)
            texts += _card(view, changes[name], lang, say)
        except Exception as error:  # one number that fails must not take the others with it
            texts += ["–", "", why(error, say)]
    return (_headline(whole, changes, say), *texts)


def _cannot(error: Exception, say: Speaker) -> str:
    return say("shell.no_warehouse") if isinstance(error, WarehouseError) else why(error, say)


def _card(view: View, change: Change, lang: str, say: Speaker) -> tuple[str, str, str]:
    made = made_of_measure(view, change, lang, say)
    return measured.value(view, change.now), measured.against_before(view, change, say), made


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


register("overview", DRAW)
follow("overview")
