"""What stands beside the map of the chosen area: the frame once, then each part as rows of words."""

from collections.abc import Callable
from typing import Any, Protocol

import pandas as pd
from dash import html

from ui.components.numbers import change_of_count, count, rate, signed
from ui.maps.moment import local_time
from ui.words import Speaker, term

SECTIONS = ("headline", "rank", "categories", "team", "devices", "last")
LEVELS = ("town", "community", "grid")
Row = tuple[str, Any, str, str]
"""What it is, its value, the small print under it, and what it is made of (empty: nothing to tell)."""


Made = Callable[[str, float, float | None], str]
"""What a number is made of, in lines, from its name, numerator and denominator (None: a plain count)."""


class Change(Protocol):
    """A measured metric now and one period before (`analytics.overview.Change`)."""

    now: Any
    before: Any


class Place(Protocol):
    """A place among peers (`analytics.map_rank.Rank`)."""

    place: int
    first: int
    last: int
    of: int


class Staffing(Protocol):
    """A staffing standard (`analytics.staffing.Standard`)."""

    name: str
    posts: tuple[tuple[str, int], ...]


def map_panel(say: Speaker) -> html.Aside:
    """The panel's frame; a callback fills the parts, the map's script fills the list of areas inside."""
    return html.Aside(
        [
            html.Div(
                [
                    html.Span(id="map-area-level", className="map-area-level"),
                    html.H2(id="map-area-name"),
                    html.Dl(id="map-area-facts", className="map-area-facts"),
                ],
                className="map-area",
            ),
            *[_section(name, say(f"map.{name}")) for name in SECTIONS[:2]],
            html.Section(
                [html.H3(say("map.below")), html.Ul(id="map-below", className="map-below")], className="map-part"
            ),
            *[_section(name, say(f"map.{name}")) for name in SECTIONS[2:]],
            html.A(say("map.open_overview"), id="map-overview", href="/", className="map-link"),
        ],
        id="map-panel",
        className="map-panel",
        **{"aria-label": say("map.panel")},
    )


def _section(name: str, title: str) -> html.Section:
    return html.Section(
        [html.H3(title), html.Div(id=f"map-{name}", className=f"map-rows map-rows-{name}")], className="map-part"
    )


def facts(rows: list[tuple[str, str]]) -> list:
    """The pairs as a list of terms."""
    return [part for name, value in rows for part in (html.Dt(name), html.Dd(value))]


def rows(found: list[Row], empty: str) -> list:
    """Rows of a part, or why there are none."""
    if not found:
        return [html.P(empty, className="map-none")]
    return [
        html.Div([html.Span(what), html.B(value), html.Small(note, className="map-note"), *_told(made)], **_row(made))
        for what, value, note, made in found
    ]


def _told(made: str) -> list[html.Div]:
    return [html.Div(made, className="made-of")] if made else []


def _row(made: str) -> dict[str, str]:
    """What a row needs to tell what it is made of by mouse, keyboard and touch (`assets/made_of.js`)."""
    return {"className": "map-row told", "tabIndex": "0", "role": "group"} if made else {"className": "map-row"}


def area_facts(known: dict, say: Speaker) -> tuple[str, str, list]:
    """The area's level, its name, and its facts; `known` is empty where several areas or none are at the top."""
    if not known:
        return "", say("map.whole"), []
    inside = known["inside"]
    holds = [f"{say(f'level.{level}')} {inside[level]:,}" for level in LEVELS if level in inside]
    size = known["area_km2"]
    pairs = [
        (say("map.code"), known["area_id"]),
        (say("map.population"), f"{known['population']:,} {say('map.persons')}" if known["population"] else "–"),
        (say("map.area_km2"), f"{size:,.{0 if size >= 100 else 2}f} {say('map.km2')}" if size else "–"),
        (say("map.inside"), " · ".join(holds)),
    ]
    return say(f"level.{known['level']}"), known["name"] or known["area_id"], facts([p for p in pairs if p[1]])


def headline(changes: list[Change], made: list[str], say: Speaker, lang: str) -> list:
    """Each metric with its number, the change against the period before, and what it is made of."""
    return rows([_headline_row(change, of, say, lang) for change, of in zip(changes, made, strict=True)], "")


def _headline_row(change: Change, made: str, say: Speaker, lang: str) -> Row:
    metric, now = change.now.metric, change.now
    share = metric.is_rate
    value = rate(now.value) if share else count(now.value)
    made_of = f"{count(now.numerator)} / {count(now.denominator)} · " if share else ""
    return (
        metric.label[lang],
        [value, html.Span(metric.unit[lang], className="map-unit")],
        made_of + _change(change, say),
        made,
    )


def _change(change: Change, say: Speaker) -> str:
    if change.before is None or change.before.value is None or change.now.value is None:
        return say("map.no_before")
    if change.now.metric.unit.en == "%":
        return say("map.against_points", change=signed(change.now.value - change.before.value, 1))
    if change.now.metric.is_rate:
        return say("map.against", change=signed(change.now.value - change.before.value, 1))
    return say("map.against", change=change_of_count(change.now.value, change.before.value))


def rank(found: Place | None, peers: int, metric: str, least: int, made: str, say: Speaker) -> list:
    """The area's place among its peers, with the places that chance allows."""
    if peers < 2:
        return rows([], say("map.no_peers"))
    if found is None:
        return rows([], say("map.rank_too_few", n=least))
    text = say("map.rank_text", rank=found.place, of=found.of, metric=metric)
    sure = found.first == found.last
    chance = say("map.rank_sure") if sure else say("map.rank_between", first=found.first, last=found.last)
    said = [html.P(text), html.P(chance, className="map-note"), *_told(made)]
    return [html.Div(said, className="told", tabIndex="0", role="group")]


def categories(found: pd.DataFrame, total: int, made: Made, say: Speaker) -> list:
    """The most frequent categories, with their share of all."""
    return rows(
        [
            (
                row.category.split("/")[-1] or say("map.unclassified"),
                count(row.incidents),
                f"{100 * row.incidents / total:.1f}%",
                made((row.category or say("map.unclassified")).replace("/", " › "), row.incidents, total),
            )
            for row in found.itertuples()
        ],
        say("map.none"),
    )


def team(gaps: pd.DataFrame, standard: Staffing, made: Made, say: Speaker, lang: str) -> list:
    """How many grids have a full team, and each role's posts against the standard."""
    known = gaps.dropna(subset=["missing"])
    if known.empty:
        return rows([], say("map.no_team"))
    full = int((known["missing"] == 0).sum())
    name = say("map.standard", name=standard.name)
    lines: list[Row] = [(name, f"{full:,} / {len(known):,}", say("map.full"), made(name, full, len(known)))]
    for role, least in standard.posts:
        short = int(known[f"missing_{role}"].sum())
        note = say("map.team_missing", posts=f"{short:,}") if short else f"≥ {least}" if least else ""
        post, members = term(lang, "role", role), int(known[role].sum())
        lines.append((post, count(members), note, made(post, members, None)))
    return rows(lines, "")


def device_counts(found: list[tuple[str, dict[str, int]]], made: Made, say: Speaker) -> list:
    """Sensors and cameras online out of all, and how many are unknown."""
    return rows(
        [
            (
                say(f"map.{name}s"),
                f"{states['online']:,} / {sum(states.values()):,}",
                f"{say('map.unknown')} {states['unknown']:,}" if states["unknown"] else "",
                made(say(f"map.{name}s"), states["online"], sum(states.values())),
            )
            for name, states in found
            if sum(states.values())
        ],
        say("map.none"),
    )


def last_rows(found: pd.DataFrame, say: Speaker, lang: str) -> list:
    """The newest incidents: title, state, local time."""
    return rows(
        [
            (
                row.title or say("map.untitled"),
                term(lang, "incident_status", row.status),
                local_time(row.reported_at, "%m-%d %H:%M"),
                "",
            )
            for row in found.itertuples()
        ],
        say("map.none"),
    )
