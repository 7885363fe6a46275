"""`/data`: what came in, how fresh it is, what was rejected and why, where nothing was heard from."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import dash
import dash_mantine_components as dmc
import pandas as pd
from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from analytics import coverage, freshness, loads
from analytics.view import View, local
from settings import settings
from ui.components.numbers import count
from ui.components.tables import block, column, number, table
from ui.language import language, page_title
from ui.words import Speaker, half, speaker, term
from warehouse.errors import ZhiliError

log = logging.getLogger("zhili.web")
dash.register_page(__name__, path="/data", order=2, name="shell.data", title=page_title("shell.data"), icon="data")

PAGE_ROWS = 25
COUNTED = (
    "rows_read",
    "rows_loaded",
    "rows_replaced",
    "rows_duplicate",
    "rows_rejected",
    "rows_unlocated",
    "rows_outside",
)
UNDO_POLL_MS = 2000
UNDO_PATIENCE_SECONDS = 60
A_DAY_HOURS = 48


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; callbacks fill it in."""
    say = speaker(language(lang))
    blocks = [
        block("data-sources", say("data.sources"), "data-sources-panel", table("data-sources-table", _source_columns(say), say)),
        block("data-coverage", say("data.coverage"), "data-coverage-panel", table("data-coverage-table", _coverage_columns(say), say)),
        block("data-loads", say("data.loads"), "data-loads-panel", *_loads_content(say)),
        block("data-rejects", say("data.rejects"), "data-rejects-panel", *_rejects_content(say)),
        block("data-findings", say("data.findings"), "data-findings-panel", table("data-findings-table", _finding_columns(say), say)),
    ]  # fmt: skip
    return html.Div(
        [html.H1(id="data-headline", className="headline"), html.Div(blocks, className="data-panels")],
        className="page data",
    )


def _source_columns(say: Speaker) -> list[dict]:
    return [
        column("label", say("data.source")),
        column("state", say("data.state"), 110, cellRenderer="DataState"),
        column("until", say("data.until"), 170),
        column("age", say("data.age"), 100, sortable=False),
        column("since", say("data.since"), 170),
    ]


def _coverage_columns(say: Speaker) -> list[dict]:
    return [
        column("name", say("data.grid")),
        column("community", say("data.community"), 150),
        column("town", say("data.town"), 120),
        number("incidents", say("data.incidents"), 100),
        number("sensors", say("data.sensors"), 100),
        number("readings", say("data.readings"), 100),
    ]


def _loads_content(say: Speaker) -> list:
    columns = [
        number("load_id", say("data.load"), 70),
        column("file", say("data.file"), minWidth=190),
        column("label", say("data.source"), 130),
        column("state", say("data.state"), 90),
        column("started", say("data.started"), 150),
        number("seconds", say("data.seconds"), 80),
        *[number(name, say(f"data.{name}"), 95) for name in COUNTED],
        column("snapshot_id", say("data.snapshot"), 95, cellRenderer="AsOf", tooltipField=None),
        column("message", say("data.message"), flex=2),
    ]
    chosen = {"rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True}}
    grid = table("data-loads-table", columns, say, options=chosen, getRowId="params.data.load_id.toString()")
    if not settings().readers_may_undo:
        return [grid]
    undo = html.Div(
        [
            html.Button(say("data.undo"), id="data-undo", className="switch", type="button", disabled=True),
            html.Span(id="data-undo-outcome", role="status"),
            dcc.ConfirmDialog(id="data-undo-ask"),
            dcc.Store(id="data-undo-asked"),
            dcc.Interval(id="data-undo-tick", interval=UNDO_POLL_MS, disabled=True),
        ],
        className="undo",
    )
    return [grid, undo]


def _rejects_content(say: Speaker) -> list:
    columns = [
        number("load_id", say("data.load"), 80),
        column("file", say("data.file"), 240),
        number("line", say("data.line"), 90),
        column("reasons", say("data.reasons"), minWidth=260),
        column("text", say("data.text"), minWidth=260),
    ]
    pages = dmc.Pagination(
        id="data-rejects-page",
        total=1,
        value=1,
        siblings=1,
        withControls=False,
        **{"aria-label": say("data.rejects_pages")},
    )
    show_all = html.Button(say("data.show_all"), id="data-rejects-all", className="switch", type="button")
    return [table("data-rejects-table", columns, say), html.Div([pages, show_all], className="paging")]


def _finding_columns(say: Speaker) -> list[dict]:
    return [
        column("what", say("data.what"), 150),
        column("area_id", say("data.area_code"), 170),
        column("detail", say("data.detail")),
        column("done", say("data.done")),
    ]


def _asked(filters: dict | None) -> tuple[View, Speaker, str]:
    """The view and its words; nothing happens before the address is read or anything is loaded."""
    if not filters:
        raise PreventUpdate
    try:
        return View.from_store(filters), speaker(filters["lang"]), filters["lang"]
    except ZhiliError as error:
        raise PreventUpdate from error  # the frame says that nothing is loaded yet


def _time(moment: datetime | None) -> str:
    return "" if moment is None or pd.isna(moment) else f"{local(moment):%Y-%m-%d %H:%M}"


def _age(moment: datetime | None, say: Speaker) -> str:
    if moment is None:
        return "–"
    hours = (datetime.now(UTC).replace(tzinfo=None) - moment).total_seconds() / 3600
    return say("data.hours", n=f"{hours:.0f}") if hours < A_DAY_HOURS else say("data.days", n=f"{hours / 24:.0f}")


@callback(
    Output("data-headline", "children"),
    Output("data-sources-note", "children"),
    Output("data-sources-table", "rowData"),
    Input("filters", "data"),
)
def show_sources(filters: dict | None) -> tuple[str, str, list[dict]]:
    """Every source's newest data, its state, and since when."""
    view, say, lang = _asked(filters)
    sources = freshness.by_source(view.as_of)
    states = [source.state for source in sources]
    rejected, _ = loads.rejects(view.as_of, None, PAGE_ROWS, 1)
    rows = [
        {
            "label": source.label[lang],
            "until": _time(source.until),
            "age": _age(source.until, say),
            "state": say(f"shell.{source.state}"),
            "state_name": source.state,
            "since": _time(source.since),
        }
        for source in sorted(sources, key=lambda s: -freshness.STATES.index(s.state))
    ]
    counts = {state: states.count(state) for state in freshness.STATES}
    return say("data.headline", n=len(sources), rejected=count(rejected), **counts), say("data.sources_note"), rows


@callback(Output("data-coverage-note", "children"), Output("data-coverage-table", "rowData"), Input("filters", "data"))
def show_coverage(filters: dict | None) -> tuple[str, list[dict]]:
    """How many grids nothing was heard from in the period, and which."""
    view, say, _ = _asked(filters)
    grids = coverage.coverage(view)
    silent = int((grids["incidents"] == 0).sum())
    sensing = grids[grids["sensors"] > 0]
    note = say(
        "data.coverage_note",
        silent=count(silent),
        grids=count(len(grids)),
        share=f"{silent / max(len(grids), 1):.1%}",
        sensing=count(len(sensing)),
        unread=count(int((sensing["readings"] == 0).sum())),
    )
    return note, coverage.silent(grids).to_dict("records")


@callback(Output("data-loads-note", "children"), Output("data-loads-table", "rowData"), Input("filters", "data"))
def show_loads(filters: dict | None) -> tuple[str, list[dict]]:
    """Every load, newest first."""
    view, say, lang = _asked(filters)
    frame = loads.loads(view.as_of)
    shown = frame.assign(
        label=frame[f"label_{lang}"],
        state=[term(lang, "status", status) for status in frame["status"]],
        started=[_time(moment) for moment in frame["started_at"]],
        seconds=frame["seconds"].round(1),
    )
    fields = ["load_id", "file", "label", "state", "status", "started", "seconds", *COUNTED, "snapshot_id", "message"]
    rows = shown[fields].astype(object)
    return say("data.loads_note"), rows.where(rows.notna(), None).to_dict("records")


@callback(
    Output("data-rejects-note", "children"),
    Output("data-rejects-table", "rowData"),
    Output("data-rejects-page", "total"),
    Output("data-rejects-page", "value"),
    Input("filters", "data"),
    Input("data-loads-table", "selectedRows"),
    Input("data-rejects-page", "value"),
)
def show_rejects(filters: dict | None, selected: list[dict] | None, page: int | None) -> tuple:
    """One page of the rejected rows, of the chosen load or of all."""
    view, say, lang = _asked(filters)
    load = selected[0] if selected else None
    page = (page or 1) if ctx.triggered_id == "data-rejects-page" else 1
    load_id = int(load["load_id"]) if load else None
    total, frame = loads.rejects(view.as_of, load_id, PAGE_ROWS, page)
    reasons = loads.reject_reasons(view.as_of, load_id).head(3)
    why = " · ".join(
        f"{half(row.reason, lang)} ({row.count_:,})" for row in reasons.rename(columns={"count": "count_"}).itertuples()
    )
    if not total:
        note = say("data.rejects_none")
    elif load:
        note = say("data.rejects_note_one", load=load_id, file=load["file"], n=count(total), reasons=why)
    else:
        note = say("data.rejects_note_all", n=count(total), reasons=why)
    shown = frame.assign(reasons=["; ".join(half(one, lang) for one in found) for found in frame["reasons"]])
    return note, shown.to_dict("records"), max(1, -(-total // PAGE_ROWS)), page


clientside_callback(
    ClientsideFunction("data", "unselect"),
    Output("data-loads-table", "selectedRows"),
    Input("data-rejects-all", "n_clicks"),
    prevent_initial_call=True,
)


@callback(Output("data-findings-note", "children"), Output("data-findings-table", "rowData"), Input("filters", "data"))
def show_findings(filters: dict | None) -> tuple[str, list[dict]]:
    """What the newest grid map's check found and mended."""
    view, say, _ = _asked(filters)
    found = loads.findings(view.as_of)
    note = say("data.findings_none") if found.empty else say("data.findings_note", n=count(len(found)))
    return note, found.astype(str).to_dict("records")


def _request_file(load_id: int) -> Path:
    return settings().home / "requests" / f"undo-{load_id}.json"


def ask_for_undo(load_id: int) -> None:
    """Leave a request for the clock process, the only one that may write."""
    path = _request_file(load_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    asked_at = datetime.now(UTC).isoformat(timespec="seconds")
    draft.write_text(json.dumps({"undo": load_id, "asked_at": asked_at}), encoding="utf-8")
    draft.replace(path)


@callback(Output("data-undo", "disabled"), Input("data-loads-table", "selectedRows"), prevent_initial_call=True)
def offer_undo(selected: list[dict] | None) -> bool:
    """Only a load that is in force can be undone."""
    return not (selected and selected[0]["status"] == "done")


@callback(
    Output("data-undo-ask", "message"),
    Output("data-undo-ask", "displayed"),
    Input("data-undo", "n_clicks"),
    State("data-loads-table", "selectedRows"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def confirm_undo(_clicks: int, selected: list[dict] | None, filters: dict | None) -> tuple[str, bool]:
    """Ask before it is done, and say what it means."""
    _, say, _ = _asked(filters)
    if not selected:
        raise PreventUpdate
    return say("data.undo_ask", load=selected[0]["load_id"], file=selected[0]["file"]), True


@callback(
    Output("data-undo-asked", "data"),
    Output("data-undo-tick", "disabled"),
    Output("data-undo-outcome", "children"),
    Input("data-undo-ask", "submit_n_clicks"),
    Input("data-undo-tick", "n_intervals"),
    State("data-loads-table", "selectedRows"),
    State("data-undo-asked", "data"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def undo(_submits: int, _ticks: int, selected: list[dict] | None, asked: dict | None, filters: dict | None) -> tuple:
    """Ask the clock process to undo the chosen load, then say how it goes until it is over."""
    _, say, _ = _asked(filters)
    if ctx.triggered_id == "data-undo-ask":
        if not (settings().readers_may_undo and selected):
            raise PreventUpdate
        load_id = int(selected[0]["load_id"])
        if load_id not in set(loads.loads(None).query("status == 'done'")["load_id"]):
            raise PreventUpdate
        ask_for_undo(load_id)
        asked = {"load": load_id, "at": datetime.now(UTC).timestamp()}
        return asked, False, say("data.undo_waits", load=load_id)
    if not asked:
        return no_update, True, no_update
    text, is_over = _how_it_goes(asked, say)
    return no_update, is_over, text


def _how_it_goes(asked: dict, say: Speaker) -> tuple[str, bool]:
    load_id = int(asked["load"])
    if load_id in set(loads.loads(None).query("status == 'undone'")["load_id"]):
        return say("data.undo_done", load=load_id), True
    if not _request_file(load_id).exists():
        return say("data.undo_failed", load=load_id, why=_said_why(load_id) or say("data.undo_unknown")), True
    if datetime.now(UTC).timestamp() - asked["at"] > UNDO_PATIENCE_SECONDS:
        return say("data.undo_slow", load=load_id), False
    return say("data.undo_waits", load=load_id), False


def _said_why(load_id: int) -> str:
    """What the clock process left about a request it could not do."""
    try:
        left = json.loads((settings().home / "requests" / f"undo-{load_id}.outcome.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(left.get("outcome", "")) if isinstance(left, dict) else ""
