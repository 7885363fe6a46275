"""The rows behind what is picked: a grid that asks the server for what it shows, and buttons that take all rows away."""

import json

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html

from ui.row_words import header
from ui.words import Speaker

PIECE_ROWS = 100
ROW_HEIGHT = 40
FORMATS = ("csv", "xlsx", "parquet")
KINDS = {
    "reported_at": "time", "source": "choice", "title": "text", "category": "text", "department": "choice", "channel": "choice",
    "status": "choice", "town": "text", "community": "text", "grid": "text", "settled_level": "choice", "due_at": "time",
    "closed_at": "time", "hours_to_close": "number", "due_state": "choice", "satisfaction": "choice", "incident_id": "text",
}  # fmt: skip
"""The columns of the grid in their order, and which filter each has."""
WIDTHS = {
    "reported_at": 165, "source": 110, "title": 300, "category": 220, "department": 160, "channel": 130, "status": 105,
    "town": 110, "community": 120, "grid": 160, "settled_level": 120, "due_at": 165, "closed_at": 165, "hours_to_close": 130,
    "due_state": 130, "satisfaction": 110, "incident_id": 230,
}  # fmt: skip
TEXTS = ("contains", "notContains", "equals", "notEqual", "startsWith", "endsWith", "blank", "notBlank")
NUMBERS = (
    "equals", "notEqual", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual", "inRange", "blank", "notBlank",
)  # fmt: skip
DAYS = ("equals", "lessThan", "greaterThan", "inRange", "blank", "notBlank")
BUTTONS = {"buttons": ["reset", "apply"], "closeOnApply": True, "maxNumConditions": 4}
FILTERS: dict[str, dict] = {
    "text": {"filter": "agTextColumnFilter", "filterParams": {**BUTTONS, "filterOptions": list(TEXTS)}},
    "number": {"filter": "agNumberColumnFilter", "filterParams": {**BUTTONS, "filterOptions": list(NUMBERS), "inRangeInclusive": True}},
    "time": {"filter": "agDateColumnFilter", "filterParams": {**BUTTONS, "filterOptions": list(DAYS), "inRangeInclusive": True}},
    "choice": {"filter": {"function": "ZhiliChoice"}},
}  # fmt: skip
SAID_BY_GRID = (*NUMBERS, *TEXTS, "before", "after", "inRangeStart", "inRangeEnd", "andCondition", "orCondition", "filterOoo",
                "dateFormatOoo", "applyFilter", "resetFilter")  # fmt: skip
SAID_BY_SCRIPT = ("starting", "cancelled", "too_many", "gone", "choose_all", "not_stated")
BLANKS = {
    "progress": ("written", "total"),
    "done": ("name", "total"),
    "failed": ("why",),
    "too_long": ("most", "total"),
}
"""Words in which the script fills in the blanks itself."""


def rows_panel(say: Speaker) -> html.Section:
    """The grid, the buttons that take its rows away, their progress; `pages/explore_rows.py` answers it."""
    return html.Section(
        [
            html.Div([html.H2(say("explore_rows.title"), id="explore-rows-title"), _take(say)], className="explore-rows-head"),
            _progress(say),
            html.P(id="explore-rows-note", className="panel-note", **{"aria-live": "polite"}),
            _grid(say),
            dmc.Drawer(id="explore-rows-detail", position="right", size="34rem", title=say("explore_rows.detail"),
                       closeButtonProps={"aria-label": say("explore_rows.close")}),
            dcc.Store(id="explore-rows-choices"),
            dcc.Store(id="explore-rows-asked"),
            dcc.Store(id="explore-rows-offered"),
            dcc.Store(id="explore-rows-closed"),
        ],
        id="explore-rows",
        className="panel explore-rows-panel",
        **{"aria-labelledby": "explore-rows-title", "data-words": json.dumps(_script_words(say), ensure_ascii=False)},
    )  # fmt: skip


def _script_words(say: Speaker) -> dict[str, str]:
    blank = {
        key: say(f"explore_rows.{key}", **{name: f"{{{name}}}" for name in names}) for key, names in BLANKS.items()
    }
    return {**{key: say(f"explore_rows.{key}") for key in SAID_BY_SCRIPT}, **blank}


def _take(say: Speaker) -> html.Div:
    clear = html.Button(say("explore_rows.clear"), id="explore-rows-clear", type="button", className="switch")
    buttons = [
        html.Button(
            say(f"explore_rows.format_{kind}"), type="button", className="switch explore-rows-take",
            title=say("explore_rows.take_as", format=say(f"explore_rows.format_{kind}"), what=say("explore_rows.what")),
            **{"data-take": kind},
        )
        for kind in FORMATS
    ]  # fmt: skip
    label = html.Span(say("explore_rows.take"), className="explore-rows-label", id="explore-rows-take-label")
    taking = html.Div(
        [label, *buttons],
        role="group",
        className="explore-rows-taking",
        **{"aria-labelledby": "explore-rows-take-label"},
    )
    return html.Div([clear, taking], className="explore-rows-do")


def _progress(say: Speaker) -> html.Div:
    return html.Div(
        [
            html.Progress(
                max="1", value="0", id="explore-rows-bar", **{"aria-label": say("explore_rows.progress_label")}
            ),
            html.Span(id="explore-rows-said", role="status"),
            html.Button(say("explore_rows.cancel"), id="explore-rows-cancel", type="button", className="switch"),
        ],
        id="explore-rows-progress",
        className="explore-rows-progress hidden",
    )


def _grid(say: Speaker) -> dag.AgGrid:
    options = {
        "rowHeight": ROW_HEIGHT, "headerHeight": ROW_HEIGHT, "tooltipShowDelay": 400, "animateRows": False,
        "cacheBlockSize": PIECE_ROWS, "maxBlocksInCache": 20, "maxConcurrentDatasourceRequests": 1, "blockLoadDebounceMillis": 60,
        "infiniteInitialRowCount": 1, "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
        "suppressMultiSort": False, "multiSortKey": "ctrl", "enableCellTextSelection": True,
        "localeText": {"loadingOoo": say("shell.loading"), "noRowsToShow": say("explore_rows.none"),
                       **{key: say(f"explore_rows.{key}") for key in SAID_BY_GRID}},
    }  # fmt: skip
    return dag.AgGrid(
        id="explore-rows-table",
        columnDefs=[_column(name, kind, say) for name, kind in KINDS.items()],
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": True, "suppressHeaderMenuButton": True},
        rowModelType="infinite",
        dashGridOptions=options,
        getRowId="params.data.incident_id",
        className="table ag-theme-quartz explore-rows-table",
        style={"height": None},
    )


def _column(name: str, kind: str, say: Speaker) -> dict:
    side = {
        "type": "rightAligned",
        "valueFormatter": {"function": "params.value == null ? '' : d3.format(',.1f')(params.value)"},
    }
    return {
        "field": name, "colId": name, "headerName": header(say, name), "tooltipField": name, "width": WIDTHS[name],
        **FILTERS[kind], **(side if kind == "number" else {}),
    }  # fmt: skip


def stages(parts: list[tuple[str, str]], texts: list[tuple[str, str]]) -> list:
    """What the drawer shows of one row: its stages with their times, then its texts."""
    listed = [part for label, text in parts for part in (html.Dt(label), html.Dd(text))]
    return [html.Dl(listed, className="explore-rows-stages"), *[_paragraph(label, text) for label, text in texts]]


def _paragraph(label: str, text: str) -> html.Div:
    return html.Div([html.H3(label), html.P(text)], className="explore-rows-text")
