"""`/explore`: seven linked views; what is picked in one narrows all the others."""

from collections.abc import Callable
from datetime import timedelta

import dash
import dash_mantine_components as dmc
from dash import html

from analytics.area import next_level
from analytics.explore.selection import Selection
from analytics.explore.views import total
from analytics.view import local
from pages import explore_rows, explore_views, saved_views  # noqa: F401  their callbacks answer parts of this page
from pages.answering import Asking, follow, part
from pages.explore_views import Asked
from pages.explore_words import chips, picks_said
from pages.panels import Drawn, place, says, span, why
from ui.components.explore import FIGURES, LEVELS, LISTS, figure_view, picked_row, script_view, span_inputs
from ui.components.explore_rows import rows_panel
from ui.components.numbers import count
from ui.components.saved_views import saved_views as saved_views_list
from ui.language import language, page_title
from ui.words import Speaker, speaker

dash.register_page(
    __name__, path="/explore", order=1.7, name="explore.page", title=page_title("explore.page"), icon="explore"
)

DRAWN: dict[str, Callable[[Asked], Drawn]] = {name: getattr(explore_views, name) for name in FIGURES}
SAID_BY_SCRIPT = (
    "drop too_long expand collapse days_span durations_span from to day_form hover caveat no_map zoom_in zoom_out zoom_whole unknown_area"
).split()


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; one callback fills it in, and the page's script draws the lists and the map."""
    say = speaker(language(lang))
    levels = dmc.SegmentedControl(
        id="explore-level",
        data=[{"value": "", "label": say("explore.level_next")}]
        + [{"value": level, "label": say(f"level.{level}")} for level in LEVELS],
        value="",
        className="panel-choice",
        **{"aria-label": say("explore.level")},
    )
    views = [
        script_view("map", say, levels),
        figure_view("days", say, span_inputs("days", say)),
        figure_view("hours", say),
        figure_view("durations", say, span_inputs("durations", say)),
        *[script_view(name, say) for name in LISTS],
    ]
    return html.Div(
        [
            html.H1(id="explore-headline", className="headline", **{"aria-live": "polite"}),
            saved_views_list(say),
            picked_row(say),
            html.Div(views, className="explore-views"),
            rows_panel(say),
        ],
        id="explore-page",
        className="page explore",
        **{"data-page": "explore"},
    )


@part(
    "explore",
    [
        ("explore-headline", "children"),
        *[(f"explore-{name}-figure", "figure") for name in FIGURES],
        *[(f"explore-{name}-note", "children") for name in (*FIGURES, "map", *LISTS)],
        ("explore-data", "data"),
    ],
    {"explore-level": ("", *LEVELS)},
)
def show_views(asking: Asking, level: str) -> tuple:
    """All seven views and the answer above them, for one selection; a view that fails says so and the others stand."""
    say, lang, theme, scale = asking.say, asking.lang, asking.theme, asking.scale
    try:
        view = asking.view
        selection = Selection.from_text(asking.filters.get("sel")).known_to(view)
    except Exception as error:
        return _all_failed(why(error, say), theme, scale)
    about = Asked(view, selection, say, lang, theme, scale)
    drawn = [_drawn(DRAWN[name], about) for name in FIGURES]
    data = {name: _made(explore_views.names, about, name.removesuffix("s")) for name in LISTS if name != "categories"}
    data["categories"] = _made(explore_views.categories, about)
    data["map"] = _made(explore_views.places, about, level or next_level(view.as_of, view.area_id))
    notes = [_note(name, data[name], say) for name in ("map", *LISTS)]
    return (
        _headline(about),
        *[figure.to_plotly_json() for figure, _ in drawn], *[note for _, note in drawn], *notes,
        data | _around(about),
    )  # fmt: skip


def _all_failed(text: str, theme: str, scale: float) -> tuple:
    figure = says(text, theme, scale)[0].to_plotly_json()
    return text, *[figure] * len(FIGURES), *[""] * (len(FIGURES) + 1 + len(LISTS)), {"failed": text}


def _drawn(draw: Callable[[Asked], Drawn], about: Asked) -> Drawn:
    try:
        return draw(about)
    except Exception as error:
        return says(why(error, about.say), about.theme, about.scale)


def _made(make: Callable[..., dict], about: Asked, *more: str) -> dict:
    try:
        return make(about, *more)
    except Exception as error:
        return {"failed": why(error, about.say)}


def _note(name: str, made: dict, say: Speaker) -> str:
    if "failed" in made:
        return made["failed"]
    if name == "map":
        unplaced = say("explore.map_note_unplaced", n=count(made["unplaced"])) if made["unplaced"] else ""
        return say("explore.map_note", total=count(made["total"])) + unplaced
    shown = sum(row["count"] > 0 and row.get("depth", 1) == 1 for row in made["rows"])
    return say("explore.names_note", n=shown, total=count(made["total"]))


def _headline(about: Asked) -> str:
    try:
        return _answer(about)
    except Exception as error:  # the seven views stand without it
        return why(error, about.say)


def _answer(about: Asked) -> str:
    view, say = about.view, about.say
    where = {"area": place(view, say), "period": span(view, say)}
    found = total(view, about.selection)
    if not found.whole:
        return say("explore.headline_none", **where)
    if about.selection == Selection():
        return say("explore.headline_whole", n=count(found.whole), **where)
    what = picks_said([chip["text"] for chip in chips(about.selection, view, say, about.lang)], say)
    share = 100 * found.selected / found.whole
    return say(
        "explore.headline",
        n=count(found.selected),
        whole=count(found.whole),
        what=what,
        **where,
        share="<0.1" if 0 < share < 0.05 else f"{share:.1f}",
    )


def _around(about: Asked) -> dict:
    """What the script needs besides the views: what is picked, words, and what stands on a picture."""
    view, say = about.view, about.say
    picked = chips(about.selection, view, say, about.lang)
    version = say("explore.picture_version", n=view.as_of) if view.as_of is not None else ""
    days = f"{local(view.since):%Y%m%d}-{local(view.until - timedelta(seconds=1)):%Y%m%d}"
    return {
        "sel": about.selection.to_text(),
        "chips": picked,
        "hint": _hint(about),
        "words": {name: say(f"explore.{name}", **_BLANKS.get(name, {})) for name in SAID_BY_SCRIPT}
        | {"empty": say("shell.empty")},
        "below": about.below.split("<br>")[1:],
        "picture": {
            "head": say("explore.picture_of", area=place(view, say), period=span(view, say), what="{what}"),
            "picks": picks_said([chip["text"] for chip in picked], say) if picked else say("explore.picture_whole"),
            "foot": say("explore.picture_as_of", until=f"{local(view.now):%Y-%m-%d %H:%M}", version=version),
            "file": f"{view.area_id or 'all'}_{days}_v{view.snapshot}",
        },
    }  # fmt: skip


def _hint(about: Asked) -> str:
    if about.selection.ignored:
        return about.say("explore.ignored", what="; ".join(about.selection.ignored))
    return "" if about.selection != Selection() else about.say("explore.hint")


_BLANKS = {
    "drop": {"what": "{what}"},
    "expand": {"what": "{what}"},
    "collapse": {"what": "{what}"},
    "hover": {"of": "{of}", "n": "{n}", "total": "{total}", "share": "{share}"},
}
"""Words in which the script fills in the blanks itself."""

follow("explore")
