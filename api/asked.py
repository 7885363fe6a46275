"""What a request for a metric asks: its parameters checked one by one, every wrong one answered in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from analytics.metrics import METRICS, Metric, splits
from analytics.view import PERIODS, View

FORMATS = ("json", "csv", "parquet")
LANGUAGES = ("zh", "en")
PLACES = ("area", "category", "channel", "department", "source")
PARAMETERS = (*PLACES, "period", "from", "to", "by", "as_of", "format", "lang")


class BadRequestError(Exception):
    """A parameter makes no sense; the message says which, why, and what would."""


class UnknownMetricError(Exception):
    """There is no metric of that name."""


@dataclass(frozen=True)
class Asked:
    """One checked request."""

    metric: Metric
    view: View
    by: str | None
    format: str
    lang: str


def asked(name: str, parameters: MultiDict[str, str], allowed: tuple[str, ...] = ()) -> Asked:
    """The request, checked; `allowed` are the areas the asker may see (none given: all).

    `UnknownMetricError`, `BadRequestError`; `WarehouseError` while nothing is loaded.
    """
    if name not in METRICS:
        raise UnknownMetricError(f"There is no metric {name!r}. GET /api/metrics lists them.")
    given = _once_each(parameters)
    metric, by = METRICS[name], given.get("by")
    if by is not None and by not in splits(metric):
        raise BadRequestError(f"by: {name} cannot be split by {by!r}. It can by: {', '.join(splits(metric))}.")
    return Asked(
        metric,
        _view(given, allowed),
        by,
        _one_of(given, "format", FORMATS, "json"),
        _one_of(given, "lang", LANGUAGES, "zh"),
    )


def _once_each(parameters: MultiDict[str, str]) -> dict[str, str]:
    for key, values in parameters.lists():
        if key not in PARAMETERS:
            raise BadRequestError(f"There is no parameter {key!r}. There are: {', '.join(PARAMETERS)}.")
        if len(values) > 1:
            raise BadRequestError(f"{key}: given {len(values)} times; give it once.")
        if values[0] == "":
            raise BadRequestError(f"{key}: is empty; give it a value or leave it out.")
    return parameters.to_dict()


def _one_of(given: Mapping[str, str], key: str, known: tuple[str, ...], default: str) -> str:
    if (value := given.get(key, default)) not in known:
        raise BadRequestError(f"{key}: {value!r} is none of {', '.join(known)}.")
    return value


def _view(given: Mapping[str, str], allowed: tuple[str, ...]) -> View:
    query = {key: given[key] for key in (*PLACES, "as_of") if key in given}
    if "from" in given or "to" in given:
        if "period" in given:
            raise BadRequestError("period: give either period, or from and to.")
        query |= {"period": "custom", "from": given.get("from", ""), "to": given.get("to", "")}
    else:
        query["period"] = _one_of(given, "period", tuple(p for p in PERIODS if p != "custom"), "30d")
    view = View.from_query(query, allowed)
    if view.ignored:
        raise BadRequestError(_why_not(view.ignored[0], given))
    return view


def _why_not(key: str, given: Mapping[str, str]) -> str:
    if key == "period":
        return "from, to: give both as days such as 2026-09-01, from not after to, between 1990 and 2200."
    if key == "as_of":
        return f"as_of: there is no data version {given[key]!r} (any more); it is the number of a snapshot."
    return f"{key}: {given[key]!r} is not known in the data."
