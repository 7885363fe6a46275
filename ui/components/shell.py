"""The frame around every page: brand, pages, filters, state of the data, language and theme.

Filters live in the address. `assets/shell.js` reads and writes it; the store `filters` holds the same values for callbacks:
`area, period, from, to, category, department, channel, source, as_of, lang, theme`, and besides `scale` (of a wall) and
`snapshot`. What is chosen seldom stands behind "more filters"; what is chosen there stands in the bar as chips.
"""

import dash_mantine_components as dmc
from dash import dcc, html

from ui.components.icon import icon
from ui.theme import MANTINE
from ui.words import Speaker, speaker

PERIODS = ("today", "7d", "30d", "90d", "year", "all", "custom")
REFRESH_MS = 15_000
UNMOUNTED = {"keepMounted": False}
"""A closed list is not in the page: Mantine would draw each of its options anew with every filter."""
WALL = "/wall"
"""A page without this frame."""


def shell(lang: str, theme: str, nav: list[tuple[str, str, str]], content: object) -> dmc.MantineProvider:
    """The whole document around `content`. `nav` lists (path, key of its words, icon)."""
    say = speaker(lang)
    return dmc.MantineProvider(
        dmc.DatesProvider(
            html.Div(
                [
                    html.A(say("shell.skip"), href="#content", className="skip"),
                    *_stores(lang),
                    _header(say, nav),
                    _filters(say),
                    _notes(say),
                    html.Main(content, id="content", tabIndex="-1"),
                    _waiting(say),
                ],
                className="shell",
            ),
            settings={"locale": "zh-cn" if lang == "zh" else "en", "firstDayOfWeek": 1},
        ),
        id="shell-provider",
        forceColorScheme=theme,
        theme=MANTINE,
    )


def _stores(lang: str) -> list:
    return [
        dcc.Store(id="filters"),
        dcc.Store(id="shell-scope"),
        dcc.Store(id="shell-snapshot"),
        dcc.Store(id="shell-back", data=0),
        dcc.Store(id="shell-language", data=lang),
        dcc.Store(id="shell-switched"),
        dcc.Store(id="shell-looked"),
        dcc.Interval(id="shell-tick", interval=REFRESH_MS),
    ]


def _link(path: str, name: str, picture: str) -> dcc.Link | html.A:
    """To a page of this frame without loading it anew; the wall has a frame of its own."""
    inside = [icon(picture), html.Span(name)]
    if path == WALL:
        return html.A(inside, href=path, className="nav-link", **{"data-leaves": ""})
    return dcc.Link(inside, href=path, id={"shell-nav": path}, className="nav-link")


def _header(say: Speaker, nav: list[tuple[str, str, str]]) -> html.Header:
    links = [_link(path, say(key), picture) for path, key, picture in nav]
    return html.Header(
        [
            html.Div([html.B(say("shell.brand")), html.Span(say("shell.subtitle"))], className="brand"),
            html.Nav(links, className="nav", **{"aria-label": say("shell.navigation")}),
            html.Div(
                [
                    html.Div(
                        [
                            html.Span(id="shell-until", className="until"),
                            html.Span(id="shell-state", className="state"),
                        ],
                        className="data-state",
                        role="status",
                    ),
                    dcc.Link(
                        [icon("help"), html.Span(say("help.link"), className="visually-hidden")],
                        href="/help",
                        className="switch",
                        id="shell-help",
                        title=say("help.link"),
                    ),
                    _button("shell-lang", say("shell.lang_switch"), say("shell.lang_label")),
                    _button("shell-theme", icon("theme"), say("shell.theme_label")),
                ],
                className="switches",
            ),
        ],
        className="header",
    )


def _button(id: str, face: object, label: str) -> html.Button:
    return html.Button(face, id=id, className="switch", title=label, type="button", **{"aria-label": label})


def _filters(say: Speaker) -> html.Div:
    return html.Div(
        [
            _select("shell-area", say("shell.area"), say("shell.area_all"), say, filter={"function": "everything"}),
            _period(say),
            dmc.DatePickerInput(
                id="shell-dates",
                type="range",
                label=say("shell.dates"),
                valueFormat="YYYY-MM-DD",
                placeholder=say("shell.dates_hint"),
                clearable=True,
                className="filter",
            ),
            _select(
                "shell-category",
                say("shell.category"),
                say("shell.category_all"),
                say,
                "filter filter-wide",
                limit=80,
                filter={"function": "containing"},
            ),
            _more(say),
            html.Div(id="shell-chips", className="chips"),
        ],
        className="filters",
        role="search",
        **{"aria-label": say("shell.filters")},
    )


def _more(say: Speaker) -> html.Details:
    """The filters that are chosen seldom, over the page, so that opening them moves nothing."""
    names = ("department", "channel", "source")
    chosen = [_select(f"shell-{name}", say(f"shell.{name}"), say(f"shell.{name}_all"), say) for name in names]
    as_of = _select("shell-as-of", say("shell.as_of"), say("shell.as_of_newest"), say)
    return html.Details(
        [
            html.Summary([say("shell.more"), html.B(id="shell-more-count", className="more-count")], id="shell-more"),
            html.Div([*chosen, as_of], className="more-filters"),
        ],
        className="more",
    )


def _period(say: Speaker) -> dmc.Select:
    return dmc.Select(
        id="shell-period",
        label=say("shell.period"),
        data=[{"value": name, "label": say(f"shell.{name}")} for name in PERIODS],
        value="30d",
        allowDeselect=False,
        comboboxProps=UNMOUNTED,
        className="filter",
    )


def _select(id: str, label: str, placeholder: str, say: Speaker, look: str = "filter", **more: object) -> dmc.Select:
    return dmc.Select(
        id=id,
        label=label,
        placeholder=placeholder,
        data=[],
        searchable=True,
        clearable=True,
        nothingFoundMessage=say("shell.nothing_found"),
        maxDropdownHeight=420,
        clearButtonProps={"aria-label": say("shell.clear", name=label)},
        comboboxProps=UNMOUNTED,
        className=look,
        **more,
    )


def _notes(say: Speaker) -> html.Div:
    return html.Div(
        [
            _first(say),
            html.Div(id="shell-demo", className="note demo hidden", role="note"),
            html.Div(id="shell-past", className="note past hidden", role="status"),
            html.Div(id="shell-ignored", className="note ignored hidden", role="status"),
        ],
        className="notes",
    )


def _first(say: Speaker) -> html.Div:
    """For a browser that has not been here: where the guide is. `assets/shell.js` says whether it is new here."""
    return html.Div(
        [
            html.Span(say("help.first")),
            dcc.Link(say("help.first_open"), href="/help", id="shell-first-open"),
            html.Button(say("help.first_close"), id="shell-first-close", type="button"),
        ],
        id="shell-first",
        className="note first",
        role="note",
    )


def _waiting(say: Speaker) -> html.Div:
    """What stands at the foot of a page while an answer takes long."""
    return html.Div(
        [
            html.Span(say("shell.waiting")),
            html.B(id="shell-waited"),
            html.Button(say("shell.stop"), id="shell-stop", type="button", className="stop"),
        ],
        id="shell-waiting",
        className="waiting hidden",
        role="status",
    )
