"""`/warnings`: what the duty officer has to see to now, why it was raised, and what has been done about it."""

import dash
from dash import ClientsideFunction, Input, Output, clientside_callback, dcc, html

from ui.components.warnings import script_words, warnings_frame
from ui.language import language, page_title
from ui.words import speaker

dash.register_page(
    __name__, path="/warnings", order=0.5, name="warnings.page", title=page_title("warnings.page"), icon="warnings"
)


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; its scripts ask for the rest and keep it up to date."""
    say = speaker(language(lang))
    return html.Div(
        [*warnings_frame(say), dcc.Store(id="warnings-filters"), dcc.Store(id="warnings-begun")],
        id="warnings-page",
        className="page warnings",
        **{"data-words": script_words(say)},
    )


clientside_callback(
    ClientsideFunction("warnings", "follow"),
    Output("warnings-filters", "data"),
    Input("filters", "data"),
)
clientside_callback(
    ClientsideFunction("warnings", "begin"),
    Output("warnings-begun", "data"),
    Input("warnings-page", "id"),
)
