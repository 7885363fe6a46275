"""`/reports`: which reports go out when, what became of each, and their files; with the site's leave, schedules are seen to here."""

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from analytics.area import areas, towns
from analytics.view import View, facts, local
from operations import report_runs, report_schedules
from operations.errors import OperationsError
from operations.report_schedules import FORMATS, KINDS, ROLES, TOWNS, Plan, Schedule
from settings import settings
from ui.components.tables import block, column, table
from ui.language import language, page_title
from ui.words import Speaker, speaker
from warehouse.errors import ZhiliError

dash.register_page(__name__, path="/reports", order=2.5, name="reports.page", title=page_title("reports.page"), icon="reports")  # fmt: skip

LOOK_MS, MOST_RUNS = 3000, 200
DAYS = ("every day", "weekdays", "workdays", "mon", "tue", "wed", "thu", "fri", "day 1")
FIELDS = ("name", "kind", "days", "at", "skips", "area", "category", "formats", "lang", "role", "owner", "mail", "folder", "webhook", "sftp", "keep")  # fmt: skip


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; callbacks fill it in."""
    say = speaker(language(lang))
    may = settings().readers_may_schedule
    blocks = [
        block("reports-schedules", say("reports.schedules"), "reports-wide", *_schedules(say, may)),
        block("reports-runs", say("reports.runs"), "reports-wide", *_runs(say, may)),
    ]
    if may:
        blocks.append(block("reports-new", say("reports.new"), "reports-wide", _form(say)))
    return html.Div(
        [
            html.H1(id="reports-headline", className="headline"),
            html.Div(blocks, className="data-panels"),
            dcc.Interval(id="reports-tick", interval=LOOK_MS),
            dcc.Store(id="reports-done", data=0),
        ],
        className="page data reports",
    )


def _chosen(id: str) -> dict:
    return {"options": {"rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True}}, "getRowId": "params.data.id.toString()", "id": id}  # fmt: skip


def _schedules(say: Speaker, may: bool) -> list:
    columns = [
        column("name", say("reports.name"), minWidth=130),
        column("kind", say("reports.kind"), 110),
        column("area", say("reports.area"), 170),
        column("due", say("reports.due"), minWidth=260, flex=2),
        column("next", say("reports.next"), 150, cellDataType="text"),
        column("formats", say("reports.formats"), 170),
        column("ways", say("reports.ways"), minWidth=140),
        column("role", say("reports.role"), 90),
        column("owner", say("reports.owner"), minWidth=110),
    ]
    grid = table(columns=columns, say=say, **_chosen("reports-schedules-table"))
    if not may:
        return [grid]
    buttons = [_button(name, say) for name in ("run", "pause", "remove")]
    return [grid, html.Div([*buttons, dcc.ConfirmDialog(id="reports-remove-ask")], className="undo")]


def _button(name: str, say: Speaker) -> html.Button:
    return html.Button(say(f"reports.{name}"), id=f"reports-{name}", className="switch", type="button", disabled=True)


def _runs(say: Speaker, may: bool) -> list:
    columns = [
        column("name", say("reports.name"), minWidth=150),
        column("area", say("reports.area"), 120),
        column("on", say("reports.on"), 110),
        column("due_at", say("reports.due_at"), 150),
        column("state", say("reports.state"), 150, cellRenderer="ReportState"),
        column("files", say("reports.files"), 210, cellRenderer="ReportFiles", tooltipField=None, sortable=False),
        column("sent", say("reports.sent"), minWidth=150),
        column("said", say("reports.said"), flex=2),
    ]
    grid = table(columns=columns, say=say, **_chosen("reports-runs-table"))
    return [grid, html.Div([_button("cancel", say)], className="undo")] if may else [grid]


def _form(say: Speaker) -> html.Div:
    def choices(group: str, values: tuple[str, ...]) -> list[dict]:
        return [{"value": one, "label": say(f"reports.{group}_{_key(one) or 'none'}")} for one in values]

    def field(name: str) -> dict:
        return {"id": f"reports-new-{name}", "label": say(f"reports.new_{name}"), "className": "filter"}

    site = settings()
    ways = [
        dmc.TextInput(**field("mail"), placeholder="a@example.org, b@example.org"),
        dmc.TextInput(**field("folder"), disabled=not site.report_folder, placeholder=say("reports.off") if not site.report_folder else ""),
        dmc.Checkbox(**field("webhook"), disabled=not site.report_webhook.get_secret_value()),
        dmc.Checkbox(**field("sftp"), disabled=not site.report_sftp),
    ]  # fmt: skip
    fields = [
        dmc.TextInput(**field("name")),
        dmc.Select(**field("kind"), data=choices("kind", KINDS), value="daily", allowDeselect=False),
        dmc.Select(**field("days"), data=choices("days", DAYS), value="weekdays", allowDeselect=False),
        dmc.TextInput(**field("at"), value="07:30"),
        dmc.Checkbox(**field("skips")),
        dmc.Select(**field("area"), data=[], value="all", searchable=True, allowDeselect=False),
        dmc.Select(**field("category"), data=[], searchable=True, clearable=True),
        dmc.MultiSelect(**field("formats"), data=list(FORMATS), value=["docx", "pdf"]),
        dmc.Select(**field("lang"), data=[{"value": "zh", "label": "中文"}, {"value": "en", "label": "English"}], value="zh", allowDeselect=False),
        dmc.Select(**field("role"), data=choices("role", ROLES[1:]), clearable=True),
        dmc.TextInput(**field("owner"), placeholder="name@example.org"),
        *ways,
        dmc.NumberInput(**field("keep"), value=365, min=1, max=3650),
    ]  # fmt: skip
    add = html.Div([html.Button(say("reports.add"), id="reports-add", className="switch", type="button"), html.Span(id="reports-outcome", role="status")], className="undo")  # fmt: skip
    return html.Div([html.Div(fields, className="reports-form"), add])


def _asked(filters: dict | None) -> tuple[View | None, Speaker]:
    """The view, if there is a warehouse, and the page's words; nothing before the address is read."""
    if not filters:
        raise PreventUpdate
    try:
        return View.from_store(filters), speaker(filters["lang"])
    except ZhiliError:
        return None, speaker(filters["lang"])


def _place(view: View | None, area: str, say: Speaker) -> str:
    if area in ("", TOWNS):
        return say("reports.all" if not area else "reports.towns")
    known = areas(view.as_of) if view else {}
    return known[area].name if area in known else area


@callback(
    Output("reports-headline", "children"),
    Output("reports-schedules-note", "children"),
    Output("reports-schedules-table", "rowData"),
    Output("reports-runs-note", "children"),
    Output("reports-runs-table", "rowData"),
    Input("filters", "data"),
    Input("reports-tick", "n_intervals"),
    Input("reports-done", "data"),
    State("reports-schedules-table", "rowData"),
    State("reports-runs-table", "rowData"),
)
def show(filters: dict | None, _ticks: int, _done: int, before: list | None, runs_before: list | None) -> tuple:
    """All schedules and the newest runs; what has not changed is not sent again."""
    view, say = _asked(filters)
    try:
        kept, made = report_schedules.schedules(), report_runs.runs(MOST_RUNS)
        files = report_runs.files_of([run.id for run in made])
        sent = report_runs.deliveries_of([run.id for run in made])
    except OperationsError as error:
        return str(error), no_update, no_update, no_update, no_update
    rows = [_schedule(one, view, say) for one in kept]
    runs = [_run(one, files.get(one.id, []), sent.get(one.id, []), view, say) for one in made]
    states = [run.state for run in made]
    next_at = min((one.next_at for one in kept if one.next_at), default=None)
    headline = say("reports.headline", n=len(kept), next=f"{local(next_at):%m-%d %H:%M}" if next_at else "–", done=states.count("done"), failed=states.count("failed"))  # fmt: skip
    note = say("reports.schedules_note" if settings().readers_may_schedule else "reports.schedules_locked")
    return headline, note, no_update if rows == before else rows, say("reports.runs_note"), no_update if runs == runs_before else runs  # fmt: skip


def _key(days: str) -> str:
    return days.replace(" ", "_")


def _schedule(one: Schedule, view: View | None, say: Speaker) -> dict:
    days, _, at = one.due.rpartition(" ")
    said = say(f"reports.days_{_key(days)}") if days in DAYS else days
    return {
        "id": one.id, "name": one.name, "kind": say(f"reports.kind_{one.kind}"), "area": _place(view, one.area, say),
        "due": f"{said} {at}" + (say("reports.skipping") if one.skips_holidays else ""), "next": f"{local(one.next_at):%Y-%m-%d %H:%M}" if one.next_at else say("reports.paused"),
        "formats": ", ".join(one.formats), "ways": ", ".join(say(f"reports.way_{way}") for way in one.ways) or say("reports.way_none"),
        "role": say(f"reports.role_{one.role or 'none'}"), "owner": one.owner, "is_paused": one.is_paused,
    }  # fmt: skip


def _run(
    one: report_runs.Run,
    files: list[report_runs.File],
    sent: list[report_runs.Delivery],
    view: View | None,
    say: Speaker,
) -> dict:
    ways = [say(f"reports.sent_{'yes' if way.delivered_at else 'dead' if way.dead_at else 'waits'}", way=say(f"reports.way_{way.way}")) for way in sent]  # fmt: skip
    troubles = [text for text in (one.said, *(way.last_error for way in sent)) if text]
    state = say(f"reports.state_{one.state}")
    if one.state == "waiting" and one.tries and one.next_try_at:
        state = say("reports.again", at=f"{local(one.next_try_at):%H:%M}")
    return {
        "id": one.id, "name": one.schedule.name, "area": _place(view, one.area, say), "on": str(one.on_day), "due_at": f"{local(one.due_at):%Y-%m-%d %H:%M}",
        "state": state, "state_name": one.state, "share": one.steps_done / one.steps if one.steps else 0,
        "files": [{"name": file.name, "href": None if file.removed_at else f"/reports/files/{file.id}", "format": file.name.rpartition(".")[2], "sha256": file.sha256} for file in files],
        "sent": ", ".join(ways), "said": " ".join(troubles),
    }  # fmt: skip


@callback(
    Output("reports-new-area", "data"),
    Output("reports-new-category", "data"),
    Input("filters", "data"),
)
def offer(filters: dict | None) -> tuple[list, list]:
    """The district, each town, or one of them; the categories incidents are of."""
    view, say = _asked(filters)
    whole = [{"value": "all", "label": say("reports.all")}, {"value": TOWNS, "label": say("reports.towns")}]
    if view is None:
        return whole, []
    named = [{"value": area.area_id, "label": area.name} for area in towns(view.as_of)]
    return whole + named, list(facts(view.as_of).categories)


@callback(
    Output("reports-run", "disabled"),
    Output("reports-pause", "disabled"),
    Output("reports-pause", "children"),
    Output("reports-remove", "disabled"),
    Input("reports-schedules-table", "selectedRows"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def offer_steps(selected: list[dict] | None, filters: dict | None) -> tuple[bool, bool, str, bool]:
    """What can be done with the chosen schedule."""
    _, say = _asked(filters)
    is_paused = bool(selected and selected[0]["is_paused"])
    return not selected, not selected, say("reports.go_on" if is_paused else "reports.pause"), not selected


@callback(Output("reports-cancel", "disabled"), Input("reports-runs-table", "selectedRows"), prevent_initial_call=True)
def offer_cancel(selected: list[dict] | None) -> bool:
    """Only a run that waits or goes on can be stopped."""
    return not (selected and selected[0]["state_name"] in ("waiting", "running"))


@callback(
    Output("reports-remove-ask", "message"),
    Output("reports-remove-ask", "displayed"),
    Input("reports-remove", "n_clicks"),
    State("reports-schedules-table", "selectedRows"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def confirm_remove(_clicks: int, selected: list[dict] | None, filters: dict | None) -> tuple[str, bool]:
    """Ask before history and files go."""
    _, say = _asked(filters)
    if not selected:
        raise PreventUpdate
    return say("reports.remove_ask", name=selected[0]["name"]), True


@callback(
    Output("reports-done", "data"),
    Output("reports-outcome", "children"),
    Input("reports-run", "n_clicks"),
    Input("reports-pause", "n_clicks"),
    Input("reports-remove-ask", "submit_n_clicks"),
    Input("reports-cancel", "n_clicks"),
    Input("reports-add", "n_clicks"),
    State("reports-schedules-table", "selectedRows"),
    State("reports-runs-table", "selectedRows"),
    State("filters", "data"),
    State("reports-done", "data"),
    *(State(f"reports-new-{name}", "checked" if name in ("skips", "webhook", "sftp") else "value") for name in FIELDS),
    prevent_initial_call=True,
)
def step(*given: object) -> tuple[int, str]:
    """Do what a button says, if the site lets readers; what cannot be is said beside the form."""
    selected, chosen_run, filters, done, *fields = given[5:]
    if not settings().readers_may_schedule or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    view, say = _asked(filters)  # type: ignore[arg-type]
    try:
        said = _step(str(ctx.triggered_id), selected, chosen_run, dict(zip(FIELDS, fields, strict=True)), view, say)
    except OperationsError as error:
        said = str(error)
    return int(done or 0) + 1, said  # type: ignore[call-overload]


def _step(what: str, selected: list | None, chosen_run: list | None, fields: dict, view: View | None, say: Speaker) -> str:  # fmt: skip
    if what == "reports-add":
        kept = report_schedules.add(_plan(fields))
        return say("reports.added", name=kept.name)
    if what == "reports-cancel":
        if chosen_run:
            report_runs.cancel(int(chosen_run[0]["id"]))
        return ""
    if not selected:
        raise PreventUpdate
    number = int(selected[0]["id"])
    if what == "reports-run":
        report_runs.ask(number, lambda: [area.area_id for area in towns(view.as_of)] if view else [])
        return say("reports.asked")
    if what == "reports-pause":
        report_schedules.pause(number, not report_schedules.schedule(number).is_paused)
    else:
        report_schedules.remove(number)
    return ""


def _plan(fields: dict) -> Plan:
    def text(name: str) -> str:
        return str(fields[name] or "").strip()

    keep = fields["keep"]
    return Plan(
        name=text("name"), kind=text("kind"), due=f"{text('days')} {text('at')}", area="" if text("area") == "all" else text("area"), category=text("category") if text("kind") == "topic" else "",
        formats=tuple(fields["formats"] or ()), lang=text("lang"), role=text("role"), skips_holidays=bool(fields["skips"]), owner=text("owner"), folder=text("folder"), mail_to=text("mail"),
        webhook=bool(fields["webhook"]), sftp=bool(fields["sftp"]), keep_days=int(keep) if isinstance(keep, (int, float)) else 0,
    )  # fmt: skip


clientside_callback(
    ClientsideFunction("reports", "unselect"),
    Output("reports-schedules-table", "selectedRows"),
    Input("reports-done", "data"),
    prevent_initial_call=True,
)
