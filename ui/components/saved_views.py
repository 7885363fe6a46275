"""Saved views: a small list that opens over the page, with a name to save by, and each view's link, new name and end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dash import dcc, html

from ui.words import Speaker

LONGEST_NAME = 80


class Saved(Protocol):
    """What the list shows of a view."""

    id: int
    name: str
    link: str
    updated_at: datetime


def saved_views(say: Speaker, page: str = "/explore") -> html.Details:
    """The list of a page's saved views; `pages/saved_views.py` fills it."""
    return html.Details(
        [
            html.Summary(say("saved_views.title"), id="saved-views-open", className="switch", n_clicks=0),
            html.Div(
                [
                    html.Div(id="saved-views-list"),
                    _name_and_buttons(say),
                    html.P(id="saved-views-said", className="saved-views-said", role="status"),
                ],
                className="saved-views-sheet panel",
            ),
            dcc.Store(id="saved-views-page", data=page),
            dcc.Store(id="saved-views-asked"),
            dcc.Store(id="saved-views-editing"),
            dcc.Store(id="saved-views-changed", data=0),
        ],
        className="saved-views",
        **{"data-copied": say("saved_views.copied"), "data-copy-failed": say("saved_views.copy_failed", link="{link}")},
    )


def _name_and_buttons(say: Speaker) -> html.Div:
    label = html.Label(say("saved_views.name"), htmlFor="saved-views-name", className="saved-views-label")
    name = dcc.Input(
        id="saved-views-name", type="text", maxLength=LONGEST_NAME, placeholder=say("saved_views.name_hint"),
        className="saved-views-name", autoComplete="off",
    )  # fmt: skip
    save = html.Button(say("saved_views.save"), id="saved-views-save", type="button", className="switch")
    keep = html.Button(
        say("saved_views.rename_cancel"), id="saved-views-keep", type="button", className="switch hidden"
    )
    return html.Div([label, name, save, keep], className="saved-views-form")


def saved_list(views: Sequence[Saved], say: Speaker, when: Sequence[str]) -> object:
    """The views as links, each with its buttons; `when` says of each when it was saved. Names are text, whatever they hold."""
    if not views:
        return html.P(say("saved_views.none"), className="saved-views-none")
    return html.Ul([_one(view, say, text) for view, text in zip(views, when, strict=True)], className="saved-views-all")


def _one(view: Saved, say: Speaker, when: str) -> html.Li:
    copy = html.Button(
        say("saved_views.copy"), type="button", className="switch", title=say("saved_views.copy_this", name=view.name),
        **{"data-copy": view.link, "aria-label": say("saved_views.copy_this", name=view.name)},
    )  # fmt: skip
    rename = _do("rename", view, say, name=view.name)
    delete = _do("delete", view, say, ask=say("saved_views.delete_ask", name=view.name))
    return html.Li(
        [
            html.A(view.name, href=view.link, className="saved-views-link", title=when),
            html.Span([copy, rename, delete], className="saved-views-do"),
        ]
    )


def _do(what: str, view: Saved, say: Speaker, **told: str) -> html.Button:
    """A button that `assets/saved_views.js` hears; what it has to know is told with it."""
    label = say(f"saved_views.{what}_this", name=view.name)
    return html.Button(
        say(f"saved_views.{what}"), type="button", className="switch", title=label,
        **{f"data-{what}": str(view.id), "aria-label": label, **{f"data-{key}": text for key, text in told.items()}},
    )  # fmt: skip
