"""What the frame around the pages says: the choices in its filters, how old the data are, what it could not understand."""

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from analytics import freshness
from analytics.answers import newest_snapshot
from analytics.area import areas, find
from analytics.overview import loads_to_choose
from analytics.view import View, facts, local
from ui.words import speaker, term
from warehouse.errors import WarehouseError

CHIPS = ("department", "channel", "source", "as-of")
SHOWN_AREAS = 30

clientside_callback(
    ClientsideFunction("shell", "settle"),
    Output("filters", "data"),
    Output("shell-scope", "data"),
    Input("shell-snapshot", "data"),
    Input("shell-back", "data"),
    Input("shell-theme", "n_clicks"),
)
clientside_callback(
    ClientsideFunction("shell", "showChosen"),
    Output("shell-chips", "children"),
    Output("shell-more-count", "children"),
    *[Input(f"shell-{name}", part) for name in CHIPS for part in ("value", "data", "label")],
)
clientside_callback(
    ClientsideFunction("shell", "speak"),
    Output("shell-switched", "data"),
    Input("shell-lang", "n_clicks"),
    State("shell-language", "data"),
    prevent_initial_call=True,
)


@callback(Output("shell-snapshot", "data"), Input("shell-tick", "n_intervals"), State("shell-snapshot", "data"))
def follow_the_newest_snapshot(_ticks: int | None, known: int | None) -> object:
    """The newest snapshot's number, only if it has changed; 0 while nothing is loaded."""
    try:
        newest = newest_snapshot()
    except WarehouseError:
        newest = 0
    return no_update if newest == known else newest


clientside_callback(
    ClientsideFunction("shell", "look"),
    Output("shell-looked", "data"),
    Input("shell-scope", "data"),
    State("filters", "data"),
)


@callback(
    Output("shell-area", "data"),
    Input("shell-looked", "data"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def offer_areas(looked: dict | None, filters: dict | None) -> list[dict]:
    """The chosen area and those that fit what is typed, each with the names of what it lies in."""
    try:
        view = View.from_store(filters)
    except WarehouseError:
        return []
    known = areas(view.as_of)
    chosen = [known[view.area_id]] if view.area_id else []
    text = str((looked or {}).get("text") or "").strip()
    found = find(view.as_of, text.replace("›", " "), SHOWN_AREAS)
    return [{"value": a.area_id, "label": _area_label(a)} for a in dict.fromkeys(chosen + found)]


def _area_label(area) -> str:
    names = area.path_names[1:] or area.path_names
    return " › ".join(names)


@callback(
    Output("shell-category", "data"),
    *[Output(f"shell-{name}", "data") for name in CHIPS],
    Input("shell-scope", "data"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def offer_choices(_scope: str, filters: dict | None) -> tuple[list, ...]:
    """The categories, departments, channels, sources and loads there are in the snapshot that is shown."""
    try:
        view = View.from_store(filters)
    except WarehouseError:
        return ([],) * (1 + len(CHIPS))
    known, lang = facts(view.as_of), (filters or {}).get("lang")
    categories = [{"value": path, "label": path.replace("/", " › ")} for path in known.categories]
    channels = [{"value": name, "label": term(lang, "channel", name)} for name in known.channels]
    labels = {source.source: source.label["en" if lang == "en" else "zh"] for source in freshness.by_source(view.as_of)}
    sources = [{"value": name, "label": labels.get(name, name)} for name in known.sources]
    loads = loads_to_choose(None)
    past = [{"value": str(row.snapshot_id), "label": f"{row.load_id} · {row.file}"} for row in loads.itertuples()]
    if view.as_of is not None and str(view.as_of) not in {choice["value"] for choice in past}:
        past.insert(0, {"value": str(view.as_of), "label": str(view.as_of)})
    return categories, [*known.departments], channels, sources, past


@callback(
    Output("shell-until", "children"),
    Output("shell-state", "children"),
    Output("shell-state", "className"),
    Output("shell-state", "title"),
    Output("shell-demo", "children"),
    Output("shell-demo", "className"),
    Output("shell-past", "children"),
    Output("shell-past", "className"),
    Output("shell-ignored", "children"),
    Output("shell-ignored", "className"),
    Input("shell-scope", "data"),
    Input("shell-tick", "n_intervals"),
    State("filters", "data"),
    prevent_initial_call=True,
)
def say_how_things_stand(_scope: str, _ticks: int | None, filters: dict | None) -> tuple[str, ...]:
    """Until when the data tell, whether that is late, whether they are a demo, and what the address got wrong."""
    say = speaker((filters or {}).get("lang"))
    try:
        view = View.from_store(filters)
    except WarehouseError:
        return (
            say("shell.no_data"), say("shell.stale"), "state stale", say("shell.no_warehouse"),
            "", "note demo hidden", "", "note past hidden", say("shell.no_warehouse"), "note ignored",
        )  # fmt: skip
    known, sources = facts(view.as_of), freshness.by_source(view.as_of)
    state = freshness.worst(sources)
    ignored = "、".join(say(f"shell.{name}") for name in view.ignored)
    return (
        say("shell.no_data") if known.is_empty else say("shell.until", time=f"{local(view.now):%Y-%m-%d %H:%M}"),
        say(f"shell.{state}"),
        f"state {state}",
        _which(sources, state, say, (filters or {}).get("lang")),
        *_note("demo", say("shell.demo") if known.is_demo else ""),
        *_note("past", say("shell.as_of_note", snapshot=view.as_of) if view.as_of is not None else ""),
        *_note("ignored", say("shell.ignored", names=ignored) if ignored else ""),
    )


def _note(name: str, text: str) -> tuple[str, str]:
    return text, f"note {name}" + ("" if text else " hidden")


def _which(sources: list, state: str, say, lang: str | None) -> str:
    names = ", ".join(
        s.label["en" if lang == "en" else "zh"] + (f" ({local(s.since):%Y-%m-%d %H:%M})" if s.since else "")
        for s in sources
        if s.state == state
    )
    return say("shell.state_sources", state=say(f"shell.{state}"), names=names)
