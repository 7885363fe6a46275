"""A panel: a heading, one line that says what it shows, and one figure; and a card: one number with what it is made of.

`assets/made_of.js` shows what a number or a mark is made of, for the mouse, the keyboard (arrows walk through the marks of
a figure, Enter chooses one) and touch.
"""

import textwrap

from dash import html

from ui.drawing import Drawing, literal


def panel(id: str, title: str, kind: str = "", *controls: object) -> html.Section:
    """A figure with its heading and note, controls beside the heading: ids `{id}-figure`, `{id}-note`."""
    heading = html.H2(title, id=f"{id}-title")
    return html.Section(
        [
            html.Div([heading, *controls], className="panel-head") if controls else heading,
            html.Div(
                html.Div(id=f"{id}-figure", className="panel-figure"),
                className="panel-marks",
                tabIndex="0",
                role="group",
                **{"aria-labelledby": f"{id}-title", "aria-describedby": f"{id}-note"},
            ),
            html.P(id=f"{id}-note", className="panel-note"),
        ],
        className=f"panel {kind}",
        **{"aria-labelledby": f"{id}-title"},
    )


def card(id: str, label: str, unit: str) -> html.Div:
    """One number: ids `{id}-value`, `{id}-change`, `{id}-detail`; the detail shows on hover, focus and tap."""
    return html.Div(
        [
            html.Div(label, className="card-label", id=f"{id}-label"),
            html.Div(
                [html.Span(id=f"{id}-value", className="card-value"), html.Span(unit, className="card-unit")],
                className="card-number",
            ),
            html.Div(id=f"{id}-change", className="card-change"),
            html.Div(id=f"{id}-detail", className="made-of"),
        ],
        className="card told",
        tabIndex="0",
        role="group",
        **{"aria-labelledby": f"{id}-label {id}-value", "aria-describedby": f"{id}-detail"},
    )


def _lines(text: str) -> list[str]:
    """The text in lines that fit a panel: annotations do not wrap; a Chinese sign is as wide as two letters."""
    wide = sum(not sign.isascii() for sign in text) > len(text) / 3
    return textwrap.wrap(text, 20 if wide else 40)


def message(text: str, colour: str, scale: float = 1.0) -> Drawing:
    """A figure that only says something: why it is empty, or what went wrong and who can mend it."""
    figure = Drawing()
    figure.add_annotation(
        text="<br>".join(map(literal, _lines(text))),
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"color": colour, "size": 15 * scale},
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure
