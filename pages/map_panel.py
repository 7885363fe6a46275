"""What `/map` tells of an area: the panel beside it, and what every value on the map is made of."""

from analytics.area import areas
from analytics.map_rank import LEAST_COUNT, peers_of, rank_among_peers
from analytics.map_teams import team_gaps
from analytics.map_values import MapMetric, map_metric, values_by_area
from analytics.metrics import METRICS
from analytics.overview import devices, prepare_changes, with_change
from analytics.places import area_facts
from analytics.points import last_incidents, top_categories
from analytics.staffing import standard
from analytics.view import View
from pages.panels import as_of, clock, made_of_measure, spanned
from ui.components.numbers import count
from ui.maps import panel
from ui.words import Speaker

HEADLINE = (
    "incident_count", "per_10k_residents", "open_count", "overdue_count", "on_time_rate", "settled_in_grid_rate",
)  # fmt: skip
DEVICES = ("sensor", "camera")


def area(view: View, say: Speaker) -> tuple:
    """Level, name and facts of the chosen area, or of the top of everything."""
    area_id = view.area_id or _top(view)
    return panel.area_facts(area_facts(view.as_of, area_id) if area_id else {}, say)


def _top(view: View) -> str | None:
    tops = [area_id for area_id, found in areas(view.as_of).items() if len(found.path) == 1]
    return tops[0] if len(tops) == 1 else None


def parts(view: View, metric: str | None, say: Speaker, lang: str) -> tuple:
    """The panel's parts in the order of `panel.SECTIONS`."""
    prepare_changes([(view, name) for name in HEADLINE])
    asked, changes = map_metric(metric), [with_change(view, name) for name in HEADLINE]
    period, moment = spanned(view.since, view.until, say), _moment(view, say)
    counted = METRICS["incident_count"].caveat[lang]
    return (
        panel.headline(changes, [made_of_measure(view, change, lang, say) for change in changes], say, lang),
        panel.rank(
            rank_among_peers(view, asked.key), len(peers_of(view)), asked.metric.label[lang], LEAST_COUNT,
            _of_rank(view, asked, say, lang), say,
        ),
        panel.categories(top_categories(view, 5), int(changes[0].now.numerator), _made(view, period, counted, say), say),
        panel.team(
            team_gaps(view.as_of, view.area_id), standard(), _made(view, moment, say("map.team_caveat"), say), say, lang
        ),
        panel.device_counts(
            [(name, devices(view, name)) for name in DEVICES],
            _made(view, moment, METRICS["sensor_online_rate"].caveat[lang], say), say,
        ),
        panel.last_rows(last_incidents(view, 6), say, lang),
    )  # fmt: skip


def _moment(view: View, say: Speaker) -> str:
    return say("made.moment", until=clock(view.devices_until, is_end=True))


def layer_made(view: View, say: Speaker) -> list[str]:
    """The lines that a layer's key tells under its counts."""
    return [_moment(view, say), as_of(view, say, view.devices_until), say("made.caveat", text=say("map.layer_caveat"))]


def _made(view: View, when: str, caveat: str, say: Speaker) -> panel.Made:
    """A function that says what a number is made of, given its name, numerator and denominator."""

    def made(name: str, numerator: float, denominator: float | None) -> str:
        below = say("made.no_denominator") if denominator is None else say("made.denominator", what=count(denominator))
        above = say("made.numerator", what=count(numerator))
        return "\n".join([name, above, below, when, as_of(view, say), say("made.caveat", text=caveat)])

    return made


def _of_rank(view: View, asked: MapMetric, say: Speaker, lang: str) -> str:
    values = values_by_area(view, asked.key)
    if view.area_id not in values.index:
        return ""
    row, caveat = values.loc[view.area_id], f"{asked.metric.caveat[lang]} {say('map.rank_caveat')}"
    below = float(row["denominator"]) if asked.has_denominator and row["denominator"] == row["denominator"] else None
    return _made(view, _when(view, asked, say), caveat, say)(asked.metric.label[lang], row["numerator"], below)


def _when(view: View, asked: MapMetric, say: Speaker) -> str:
    if asked.metric.period:
        return spanned(view.since, view.until, say)
    until = view.until if asked.metric.table == "incident" else view.devices_until
    return say("made.moment", until=clock(until, is_end=True))


def about(view: View, asked: MapMetric, say: Speaker, lang: str) -> dict:
    """What the map's script says of the metric: name, unit, what it is divided by, and the lines under every value."""
    unit = say("map.per_10k_unit") if asked.per_10k else asked.metric.unit[lang]
    made = [_when(view, asked, say), as_of(view, say), say("made.caveat", text=asked.metric.caveat[lang])]
    return {"label": asked.metric.label[lang], "unit": unit, "basis": _basis(asked, say), "made": made}


def _basis(asked: MapMetric, say: Speaker) -> str:
    if asked.per_10k:
        return say("map.of_residents")
    return say("map.of_incidents") if asked.metric.table == "incident" else say("map.of_devices")
