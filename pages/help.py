"""How do I use this: what each page answers for whom, how to read it, which keys there are, and what to do when something is wrong."""

import dash
from dash import dcc, html

from ui.language import language, page_title
from ui.words import Speaker, speaker

dash.register_page(__name__, path="/help", order=99, name="help.link", title=page_title("help.title"))

ROLES = {
    "leader": ("/", "/wall", "/timeliness"),
    "officer": ("/warnings", "/warnings", "/map"),
    "analyst": ("/explore", "/risk", "/data"),
}
"""For whom, and the page that each line is about."""
LISTS = {
    "read": ("until", "colour", "interval", "made"),
    "key": ("tab", "warnings", "wall"),
    "wrong": ("empty", "late", "failed"),
}


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The whole guide; nothing in it is asked of the warehouse."""
    say = speaker(language(lang))
    roles = html.Div([_role(name, paths, say) for name, paths in ROLES.items()], className="help-roles")
    lists = html.Div([_list(name, parts, say) for name, parts in LISTS.items()], className="help-roles")
    return html.Div([html.H1(say("help.title")), roles, lists], className="page help", **{"data-page": "help"})


def _role(name: str, paths: tuple[str, ...], say: Speaker) -> html.Section:
    lines = []
    for n, path in enumerate(paths, 1):
        text = say(f"help.{name}_{n}")
        about, _, rest = text.partition("：" if "：" in text else ": ")
        link = html.A if path == "/wall" else dcc.Link
        lines.append(html.Li([link(about, href=path), html.Span(rest)] if rest else html.Span(about)))
    return html.Section([html.H2(say(f"help.{name}")), html.Ol(lines)], className="panel")


def _list(name: str, parts: tuple[str, ...], say: Speaker) -> html.Section:
    title = say("help.keys" if name == "key" else f"help.{name}")
    return html.Section(
        [html.H2(title), html.Ul([html.Li(say(f"help.{name}_{part}")) for part in parts])], className="panel"
    )
