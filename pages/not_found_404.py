"""What stands where no page is."""

import dash
from dash import dcc, html

from ui.language import language, page_title
from ui.words import speaker

dash.register_page(__name__, title=page_title("shell.not_found"))


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """One line and the way back."""
    say = speaker(language(lang))
    return html.Div([html.H1(say("shell.not_found")), dcc.Link(say("shell.overview"), href="/")], className="page")
