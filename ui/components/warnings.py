"""The frame of `/warnings`: the answer, three parts, and in the first of them list, map and the chosen warning.

`assets/warnings*.js` fills it; ids begin with `warnings-`, and what the scripts say stands in `data-words` of the page.
"""

import json

from dash import html

from ui.words import Speaker, all_words

PARTS = ("work", "outcomes", "rules")
SECTIONS = ("why", "series", "incidents", "similar", "life")


def warnings_frame(say: Speaker) -> list:
    """Everything on the page, empty."""
    return [
        html.H1(id="warnings-headline", className="headline", **{"aria-live": "polite"}),
        html.Div([_tabs(say), _around(say)], className="warnings-head"),
        html.Div([_list(say), _map(say), _one(say)], id="warnings-work", className="warnings-work", role="tabpanel", **{"aria-labelledby": "warnings-tab-work"}),
        html.Div(id="warnings-outcomes", className="warnings-outcomes hidden", role="tabpanel", **{"aria-labelledby": "warnings-tab-outcomes"}),
        html.Div(id="warnings-rules", className="warnings-rules hidden", role="tabpanel", **{"aria-labelledby": "warnings-tab-rules"}),
    ]  # fmt: skip


def script_words(say: Speaker) -> str:
    """Every word of the page as JSON; the scripts look them up by key."""
    keys = [key.removeprefix("warnings.") for key in all_words() if key.startswith("warnings.")]
    return json.dumps({key: say(f"warnings.{key}") for key in keys}, ensure_ascii=False)


def _around(say: Speaker) -> html.Div:
    """Whether the page is live, what is new to this reader, and who acts."""
    unread = html.Button(
        id="warnings-unread", className="warnings-unread hidden", type="button", title=say("warnings.mark_read")
    )
    live = html.Span(
        say("warnings.live"),
        id="warnings-live",
        className="warnings-live",
        title=say("warnings.live_what"),
        role="status",
    )
    name = html.Div(id="warnings-name", className="warnings-name")
    return html.Div([unread, live, name], className="warnings-around")


def _tabs(say: Speaker) -> html.Div:
    faces = [_tab(part, say) for part in PARTS]
    return html.Div(faces, className="warnings-tabs", role="tablist", **{"aria-label": say("warnings.tabs")})


def _tab(part: str, say: Speaker) -> html.Button:
    selected = "true" if part == "work" else "false"
    return html.Button(
        say(f"warnings.tab_{part}"), id=f"warnings-tab-{part}", className="warnings-tab", type="button", role="tab",
        **{"aria-selected": selected, "aria-controls": f"warnings-{part}", "data-part": part},
    )  # fmt: skip


def _list(say: Speaker) -> html.Section:
    filters = html.Div(
        [
            html.Div(id="warnings-grades", className="warnings-grades", role="group", **{"aria-label": say("warnings.filter_grade")}),
            html.Div(id="warnings-selects", className="warnings-selects"),
        ],
        className="warnings-filters",
    )  # fmt: skip
    return html.Section(
        [
            html.H2(say("warnings.list"), className="visually-hidden", id="warnings-list-title"),
            filters,
            html.P(id="warnings-list-note", className="warnings-note hidden", role="status"),
            html.Ol(id="warnings-list", className="warnings-list", **{"aria-labelledby": "warnings-list-title"}),
            html.P(say("warnings.keys"), className="warnings-keys"),
        ],
        className="panel warnings-list-panel",
    )


def _map(say: Speaker) -> html.Section:
    return html.Section(
        [
            html.H2(say("warnings.map"), id="warnings-map-title"),
            html.Div(id="warnings-map", className="warnings-map", role="group", **{"aria-labelledby": "warnings-map-title"}),
            html.P(id="warnings-map-note", className="panel-note"),
        ],
        className="panel warnings-map-panel",
    )  # fmt: skip


def _one(say: Speaker) -> html.Section:
    return html.Section(
        [
            html.Button(say("warnings.back"), id="warnings-back", className="warnings-back", type="button"),
            html.P(say("warnings.choose"), id="warnings-none", className="warnings-none"),
            html.Div(
                [
                    html.Div(id="warnings-one-head", className="warnings-one-head", tabIndex="-1"),
                    html.Div(id="warnings-actions", className="warnings-actions", role="toolbar", **{"aria-label": say("warnings.actions")}),
                    html.Div(id="warnings-form"),
                    html.P(id="warnings-said", className="warnings-said hidden", role="status"),
                    html.Div([_section(name, say) for name in SECTIONS], className="warnings-one-body"),
                ],
                id="warnings-one-whole",
                className="hidden",
            ),
        ],
        id="warnings-one",
        className="panel warnings-one-panel",
        **{"aria-label": say("warnings.one")},
    )  # fmt: skip


def _section(name: str, say: Speaker) -> html.Section:
    """One part of the chosen warning; the evidence is a figure as on other pages, which pointer and arrows walk through."""
    heading = html.H3(say(f"warnings.{name}"), id=f"warnings-{name}-title")
    note = html.P(id=f"warnings-{name}-note", className="panel-note")
    content = (
        html.Div(
            html.Div(id="warnings-series-figure", className="panel-figure"), id="warnings-series-marks", className="panel-marks warnings-series", tabIndex="0", role="group",
            **{"aria-labelledby": "warnings-series-title", "aria-describedby": "warnings-series-note"},
        )
        if name == "series"
        else html.Div(id=f"warnings-{name}-body")
    )  # fmt: skip
    return html.Section(
        [heading, note, content],
        className=f"warnings-part warnings-part-{name}",
        **{"aria-labelledby": f"warnings-{name}-title"},
    )
