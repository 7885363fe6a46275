"""`/`: how the chosen area is doing, in one glance and seven numbers."""

import dash
from dash import html

from ui.language import language
from ui.words import speaker

dash.register_page(__name__, path="/", order=0, name="shell.overview", title="智理 Zhili", icon="overview")


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; callbacks fill it in."""
    say = speaker(language(lang))
    return html.Div(html.H1(say("shell.overview")), className="page")
