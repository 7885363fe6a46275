"""`/risk`: where the next days' incidents will be, how sure that is, and how often such forecasts were right."""

import dash
from dash import ClientsideFunction, Input, Output, clientside_callback, dcc, html

from ui.components.risk import risk_frame, script_words
from ui.language import language, page_title
from ui.words import speaker

dash.register_page(__name__, path="/risk", order=0.8, name="risk.page", title=page_title("risk.page"), icon="risk")


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; its scripts ask for the rest."""
    say = speaker(language(lang))
    return html.Div(
        [*risk_frame(say), dcc.Store(id="risk-filters"), dcc.Store(id="risk-begun")],
        id="risk-page",
        className="page risk",
        **{"data-words": script_words(say)},
    )


clientside_callback(ClientsideFunction("risk", "follow"), Output("risk-filters", "data"), Input("filters", "data"))
clientside_callback(ClientsideFunction("risk", "begin"), Output("risk-begun", "data"), Input("risk-page", "id"))
