"""What the list of saved views does: shows, saves, renames and deletes. It is part of pages, and no page itself."""

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update
from dash.exceptions import PreventUpdate

from analytics.view import local
from operations.errors import BadViewError, NameTakenError, NotThereError
from operations.saved_views import deleted, renamed, saved
from operations.saved_views import saved_views as saved_of
from pages.panels import why
from ui.components.saved_views import saved_list
from ui.language import language
from ui.words import Speaker, speaker

clientside_callback(
    ClientsideFunction("saved_views", "ask"),
    Output("saved-views-asked", "data"),
    Input("saved-views-save", "n_clicks"),
    Input("saved-views-name", "n_submit"),
    State("saved-views-name", "value"),
    State("saved-views-editing", "data"),
    prevent_initial_call=True,
)


def _say(filters: dict | None) -> Speaker:
    return speaker((filters or {}).get("lang") or language())


def _id(given: object) -> int:
    """The number of a view as a browser sends it; what is no number belongs to no view."""
    try:
        return int(str(given))
    except ValueError as error:
        raise NotThereError("There is no such saved view.") from error


def _said(error: Exception, name: str, say: Speaker) -> str:
    """The error in the words of who reads it."""
    if isinstance(error, NameTakenError):
        return say("saved_views.taken", name=name)
    if isinstance(error, NotThereError):
        return say("saved_views.not_there")
    if isinstance(error, BadViewError):
        return say(f"saved_views.{error.reason}")
    return why(error, say)


@callback(
    Output("saved-views-list", "children"),
    Input("saved-views-changed", "data"),
    Input("saved-views-open", "n_clicks"),
    State("saved-views-page", "data"),
    State("filters", "data"),
)
def show_views(_changed: int, _clicks: int, page: str, filters: dict | None) -> object:
    """The saved views of the page, asked anew whenever the list opens: others save too."""
    say = _say(filters)
    try:
        views = saved_of(page)
    except Exception as error:
        return why(error, say)
    return saved_list(
        views, say, [say("saved_views.when", time=f"{local(v.updated_at):%Y-%m-%d %H:%M}") for v in views]
    )


@callback(
    Output("saved-views-said", "children"),
    Output("saved-views-changed", "data"),
    Output("saved-views-name", "value"),
    Output("saved-views-editing", "data"),
    Input("saved-views-asked", "data"),
    State("saved-views-page", "data"),
    State("saved-views-changed", "data"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def do(asked: dict | None, page: str, changed: int, filters: dict | None) -> tuple:
    """Save what is seen under the name, give the view that is being renamed its new one, or delete one."""
    if not isinstance(asked, dict):
        raise PreventUpdate
    say, name = _say(filters), str(asked.get("name") or "")
    try:
        if "delete" in asked:
            view, word = deleted(_id(asked["delete"])), "deleted"
        elif asked.get("id") is not None:
            view, word = renamed(_id(asked["id"]), name), "renamed"
        else:
            view, word = saved(page, name, str(asked.get("query") or "")), "saved"
    except NotThereError as error:  # somebody else deleted it: the list is shown as it is now
        return _said(error, name, say), changed + 1, no_update, None
    except Exception as error:
        return _said(error, " ".join(name.split()), say), no_update, no_update, no_update
    return say(f"saved_views.{word}", name=view.name), changed + 1, "", None


@callback(
    Output("saved-views-save", "children"),
    Output("saved-views-keep", "className"),
    Input("saved-views-editing", "data"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def say_what_saving_does(editing: int | None, filters: dict | None) -> tuple[str, str]:
    """The button says whether it saves a view or a new name."""
    say = _say(filters)
    if editing is None:
        return say("saved_views.save"), "switch hidden"
    return say("saved_views.rename_save"), "switch"


clientside_callback(
    ClientsideFunction("saved_views", "keep"),
    Output("saved-views-editing", "data", allow_duplicate=True),
    Output("saved-views-name", "value", allow_duplicate=True),
    Input("saved-views-keep", "n_clicks"),
    prevent_initial_call=True,
)
