"""The frame of `/risk`: the answer, what can be chosen, the map with its weeks, and beside it list, record and patrol.

`assets/risk*.js` fills it; ids begin with `risk-`, and what the scripts say stands in `data-words` of the page.
"""

import json

from dash import html

from ui.words import Speaker, all_words

PARTS = ("top", "record", "patrol")
HORIZONS = ("1", "7", "30")
SURFACES = ("cells", "heat")


def risk_frame(say: Speaker) -> list:
    """Everything on the page, empty."""
    return [
        html.H1(id="risk-headline", className="headline", **{"aria-live": "polite"}),
        _controls(say),
        html.P(id="risk-state", className="risk-state hidden", role="status"),
        html.Div([_map(say), _beside(say)], id="risk-work", className="risk-work"),
        html.Div(id="risk-notes", className="risk-notes", role="note", **{"aria-label": say("risk.notes")}),
    ]


def script_words(say: Speaker) -> str:
    """Every word of the page as JSON; the scripts look them up by key."""
    keys = [key.removeprefix("risk.") for key in all_words() if key.startswith("risk.")]
    return json.dumps({key: say(f"risk.{key}") for key in keys}, ensure_ascii=False)


def _controls(say: Speaker) -> html.Div:
    category = html.Label(
        [html.Span(say("risk.category")), html.Div(id="risk-category", className="risk-category")],
        className="risk-field",
    )
    corrected = html.Button(
        say("risk.corrected"), id="risk-corrected", className="risk-choice", type="button", title=say("risk.corrected_what"),
        **{"aria-pressed": "false"},
    )  # fmt: skip
    return html.Div(
        [
            category,
            _choices("horizon", HORIZONS, say),
            _choices("surface", SURFACES, say),
            corrected,
            html.Span(id="risk-made"),
        ],
        className="risk-controls",
        role="group",
        **{"aria-label": say("risk.controls")},
    )


def _choices(name: str, values: tuple[str, ...], say: Speaker) -> html.Div:
    faces = [
        html.Button(
            say(f"risk.{name}_{value}"),
            className="risk-choice",
            type="button",
            **{"data-choice": name, "data-value": value, "aria-pressed": "false"},
        )
        for value in values
    ]
    return html.Div(faces, className="risk-choices", role="group", **{"aria-label": say(f"risk.{name}")})


def _map(say: Speaker) -> html.Section:
    stage = html.Div(
        [_pane("first"), _pane("second"), html.Div(id="risk-zoom", className="risk-zoom")],
        id="risk-stage",
        className="risk-stage",
    )
    return html.Section(
        [
            html.H2(id="risk-map-title"),
            html.P(id="risk-readout", className="risk-readout", role="status"),
            stage,
            html.Div(id="risk-legend", className="risk-legend"),
            _time(say),
            html.P(id="risk-week-said", className="risk-week-said", role="status"),
        ],
        className="panel risk-map-panel",
        **{"aria-labelledby": "risk-map-title"},
    )


def _pane(name: str) -> html.Div:
    """One map: two canvases laid upon each other, which the scripts put in."""
    return html.Div(
        [html.B(id=f"risk-{name}-title", className="risk-pane-title"), html.Div(id=f"risk-{name}", className="risk-map")],
        id=f"risk-pane-{name}",
        className="risk-pane" + (" hidden" if name == "second" else ""),
    )  # fmt: skip


def _time(say: Speaker) -> html.Div:
    play = html.Button(
        "▶", id="risk-play", className="risk-play", type="button", title=say("risk.play"), **{"aria-label": say("risk.play")}
    )  # fmt: skip
    slider = html.Div(id="risk-slider", className="risk-slider")
    return html.Div(
        [play, slider, html.Span(id="risk-week", className="risk-week")],
        id="risk-time",
        className="risk-time",
        role="group",
        **{"aria-label": say("risk.time")},
    )


def _beside(say: Speaker) -> html.Section:
    tabs = html.Div(
        [_tab(part, say) for part in PARTS], className="risk-tabs", role="tablist", **{"aria-label": say("risk.tabs")}
    )
    parts = [
        html.Div(
            id=f"risk-{part}",
            className="risk-part" + ("" if part == "top" else " hidden"),
            role="tabpanel",
            tabIndex="0",
            **{"aria-labelledby": f"risk-tab-{part}"},
        )
        for part in PARTS
    ]
    return html.Section([tabs, *parts], className="panel risk-beside", **{"aria-label": say("risk.tabs")})


def _tab(part: str, say: Speaker) -> html.Button:
    selected = "true" if part == "top" else "false"
    return html.Button(
        say(f"risk.tab_{part}"), id=f"risk-tab-{part}", className="risk-tab", type="button", role="tab",
        **{"aria-selected": selected, "aria-controls": f"risk-{part}", "data-part": part},
    )  # fmt: skip
