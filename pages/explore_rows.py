"""What the grid of rows on `/explore` gets: the pieces it asks for, the choices of its filters, one row's stages."""

from datetime import datetime

import pandas as pd
from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update
from dash.exceptions import PreventUpdate

from analytics.explore.rows import SHOWN_AT_MOST, Rows, one_row, rows, source_names
from analytics.explore.rows_asked import Sifting
from analytics.explore.rows_columns import CHOICES, LISTED
from analytics.explore.selection import Selection
from analytics.view import View, facts, local
from pages.panels import why
from ui.components.explore_rows import stages
from ui.components.numbers import count
from ui.row_words import header, terms
from ui.words import Speaker, speaker

TIMES = tuple(column.name for column in LISTED if column.kind == "time")
STAGES = ("reported_at", "accepted_at", "dispatched_at", "settled_at", "verified_at", "closed_at", "due_at")
ABOUT = ("incident_id", "source", "channel", "category", "department", "status", "town", "community", "grid", "settled_level",
         "due_state", "reopened_count", "satisfaction")  # fmt: skip
TEXTS = ("description", "reply")
OFFERED = {"department": "departments", "channel": "channels", "source": "sources"}

clientside_callback(
    ClientsideFunction("explore_rows", "offer"),
    Output("explore-rows-offered", "data"),
    Input("explore-rows-choices", "data"),
)
clientside_callback(
    ClientsideFunction("explore_rows", "unselect"),
    Output("explore-rows-closed", "data"),
    Input("explore-rows-detail", "opened"),
    prevent_initial_call=True,
)


def _selected(filters: dict) -> tuple[View, Selection]:
    view = View.from_store(filters)
    return view, Selection.from_text(filters.get("sel")).known_to(view)


@callback(
    Output("explore-rows-table", "getRowsResponse"),
    Output("explore-rows-note", "children"),
    Input("explore-rows-table", "getRowsRequest"),
    Input("explore-rows-asked", "data"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def show_piece(request: dict | None, _scope: str | None, filters: dict | None) -> tuple[dict, object]:
    """The piece the grid asks for, and how many rows there are; asked anew when what is picked changes.

    A grid that asks before the address has been read is answered once it has: by itself it would not ask the same again.
    """
    if not filters or not request:
        raise PreventUpdate
    say = speaker(filters["lang"])
    try:
        view, selection = _selected(filters)
        sifting = Sifting.from_models(request.get("sortModel"), request.get("filterModel"))
        found = rows(view, selection, sifting, int(request.get("startRow", 0)), int(request.get("endRow", 0)))
        words = terms(filters["lang"], source_names(view.as_of))
    except Exception as error:
        return {"rowData": [], "rowCount": 0}, why(error, say)
    shown = min(found.total, SHOWN_AT_MOST)
    return {"rowData": records(found.frame, words), "rowCount": shown}, _note(found, shown, say)


def _note(found: Rows, shown: int, say: Speaker) -> str:
    if not found.total:
        return say("explore_rows.none")
    many = "note" if shown == found.total else "note_many"
    return say(f"explore_rows.{many}", n=count(found.total), **({} if many == "note" else {"shown": count(shown)}))


def records(frame: pd.DataFrame, words: dict[str, dict[str, str]]) -> list[dict]:
    """The rows as the grid shows them: local times, words for codes, nothing where nothing is known."""
    shown = frame.copy()
    for name in TIMES:
        shown[name] = [_time(moment) for moment in frame[name]]
    for name, known in words.items():
        shown[name] = [known.get(code, code) for code in frame[name]]
    shown = shown.astype(object)
    return shown.where(shown.notna(), None).to_dict("records")


def _time(moment: datetime | None) -> str | None:
    return None if moment is None or pd.isna(moment) else f"{local(moment):%Y-%m-%d %H:%M:%S}"


@callback(
    Output("explore-rows-choices", "data"),
    Input("shell-scope", "data"),
    State("filters", "data"),
)
def offer_choices(_scope: str | None, filters: dict | None) -> dict[str, list]:
    """What there is to tick in the filter of each column of few codes, as code and word."""
    if not filters:
        raise PreventUpdate
    try:
        view = View.from_store(filters)
        known, words = facts(view.as_of), terms(filters["lang"], source_names(view.as_of))
    except Exception as error:
        raise PreventUpdate from error  # the note above the grid says why
    codes = {**CHOICES, **{column: getattr(known, name) for column, name in OFFERED.items()}}
    return {name: [[code, words.get(name, {}).get(code, code)] for code in listed] for name, listed in codes.items()}


@callback(
    Output("explore-rows-detail", "opened"),
    Output("explore-rows-detail", "title"),
    Output("explore-rows-detail", "children"),
    Input("explore-rows-table", "selectedRows"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def show_one(selected: list[dict] | None, filters: dict | None) -> tuple:
    """The stages of the chosen row, with their times, and its texts."""
    if not selected or not filters or not isinstance(selected, list):
        raise PreventUpdate
    say = speaker(filters["lang"])
    try:
        view, _ = _selected(filters)
        row = one_row(view, str(selected[0].get("incident_id")))
        words = terms(filters["lang"], source_names(view.as_of))
    except Exception as error:
        return True, no_update, why(error, say)
    if row is None:
        return True, no_update, say("explore_rows.not_there")
    return True, str(row["title"] or row["incident_id"]), stages(_parts(row, words, say), _texts(row, say))


def _parts(row: dict, words: dict[str, dict[str, str]], say: Speaker) -> list[tuple[str, str]]:
    timed = [(header(say, name), _moment(row, name, say)) for name in STAGES if row[name] is not None]
    about = [
        (header(say, name), str(words.get(name, {}).get(str(row[name]), row[name])))
        for name in ABOUT
        if row[name] is not None
    ]
    return [*timed, *about]


def _moment(row: dict, name: str, say: Speaker) -> str:
    """The local time, and how long after the report it was."""
    text = _time(row[name]) or ""
    if name in ("reported_at", "due_at") or row["reported_at"] is None:
        return text
    hours = (row[name] - row["reported_at"]).total_seconds() / 3600
    return f"{text} · {say('explore_rows.hours_after', n=f'{hours:,.1f}')}"


def _texts(row: dict, say: Speaker) -> list[tuple[str, str]]:
    return [(header(say, name), str(row[name])) for name in TEXTS if row[name]]
