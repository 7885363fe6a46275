"""Tables in the page's dress. What stands in a cell is text, whatever a file said."""

from collections.abc import Sequence

import dash_ag_grid as dag
from dash import html

from ui.words import Speaker

NUMBER = {"function": "params.value == null ? '–' : d3.format(',')(params.value)"}
ROW_HEIGHT = 40


def column(field: str, title: str, width: int | None = None, **more: object) -> dict:
    """A column; with `width` in px at the base size, else it takes the room that is left."""
    size = {"width": width} if width else {"flex": 1, "minWidth": 140}
    return {"field": field, "headerName": title, "tooltipField": field, **size, **more}


def number(field: str, title: str, width: int = 110) -> dict:
    """A column of numbers, right-aligned, thousands apart."""
    return {
        "field": field,
        "headerName": title,
        "width": width,
        "type": "rightAligned",
        "valueFormatter": NUMBER,
    }


def table(id: str, columns: Sequence[dict], say: Speaker, **more: object) -> dag.AgGrid:
    """An AG Grid of `columns`; callbacks give it `rowData`."""
    options = {
        "rowHeight": ROW_HEIGHT,
        "headerHeight": ROW_HEIGHT,
        "tooltipShowDelay": 400,
        "suppressCellFocus": False,
        "enableCellTextSelection": True,
        "localeText": {"noRowsToShow": say("data.no_rows"), "loadingOoo": say("shell.loading")},
        "animateRows": False,
        **more.pop("options", {}),
    }
    return dag.AgGrid(
        id=id,
        columnDefs=list(columns),
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressMovable": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        dashGridOptions=options,
        className="table ag-theme-quartz",
        style={"height": None},
        **more,
    )


def block(id: str, title: str, kind: str, *content: object) -> html.Section:
    """A panel that holds a table: heading, a note `{id}-note`, and what is in it."""
    return html.Section(
        [html.H2(title, id=f"{id}-title"), html.P(id=f"{id}-note", className="panel-note"), *content],
        className=f"panel {kind}",
        **{"aria-labelledby": f"{id}-title"},
    )
