"""The interface described for programs: OpenAPI 3.1, made from the registry."""

from analytics.metrics import METRICS, splits
from analytics.view import PERIODS
from api.asked import FORMATS, LANGUAGES

MEANINGS = {
    "area": "code of an area: a district, town, community or grid",
    "category": "path in the category tree, levels joined by '/'; holds everything below it",
    "channel": "how incidents came",
    "department": "who has to settle them, as the sources name it",
    "source": "name of a source profile",
}


def document() -> dict:
    """The OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Zhili", "version": "1", "description": "Figures of grid governance, defined once."},
        "paths": {
            "/api/metrics": {"get": _operation("metrics", "All metrics.", [_choice("lang", LANGUAGES)], _list_answers())},
            "/api/metrics/{name}": {"get": _operation("metric", "One metric, whole or split.", _parameters(), _answers())},
        },
        "components": {"schemas": {"Error": _object(error={"type": "string"}), "Metric": _metric(), "Answer": _answer()}},
    }  # fmt: skip


def _operation(name: str, summary: str, parameters: list[dict], answers: dict) -> dict:
    return {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}


def _parameters() -> list[dict]:
    known = sorted({by for metric in METRICS.values() for by in splits(metric)})
    text, day, number = (
        {"type": "string", "minLength": 1},
        {"type": "string", "format": "date"},
        {"type": "integer", "minimum": 1},
    )
    return [
        {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "enum": list(METRICS)}},
        *[_query(name, text, meaning) for name, meaning in MEANINGS.items()],
        _choice("period", tuple(name for name in PERIODS if name != "custom")),
        _query("from", day, "first local day; with to, instead of period"),
        _query("to", day, "last local day"),
        _choice("by", tuple(known)),
        _query("as_of", number, "snapshot to ask; the newest if left out"),
        _choice("format", FORMATS),
        _choice("lang", LANGUAGES),
    ]  # fmt: skip


def _query(name: str, schema: dict, meaning: str) -> dict:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": meaning}


def _choice(name: str, known: tuple[str, ...]) -> dict:
    return _query(name, {"type": "string", "enum": list(known)}, f"one of {', '.join(known)}")


def _list_answers() -> dict:
    listed = {"type": "array", "items": {"$ref": "#/components/schemas/Metric"}}
    return {"200": _body("the metrics", listed), "400": _error("a wrong parameter")}


def _answers() -> dict:
    answer = _body("the metric", {"$ref": "#/components/schemas/Answer"})
    binary = {"schema": {"type": "string", "format": "binary"}}
    answer["content"] |= {"text/csv": binary, "application/vnd.apache.parquet": binary}
    return {
        "200": answer,
        "400": _error("a wrong parameter"),
        "404": _error("no such metric"),
        "409": _error("nothing of this kind was known at that data version"),
        "503": _error(
            "it cannot be answered now: nothing is loaded yet, or the question needs too much memory or was stopped"
        ),
        "504": _error("the question took longer than the site allows"),
    }


def _error(why: str) -> dict:
    return _body(why, {"$ref": "#/components/schemas/Error"})


def _body(meaning: str, schema: dict) -> dict:
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def _object(**properties: dict) -> dict:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _metric() -> dict:
    text, truth = {"type": "string"}, {"type": "boolean"}
    return _object(
        name=text, label=text, unit=text, caveat=text, better={"type": "string", "enum": ["up", "down", "none"]},
        scale={"type": "number"}, is_rate=truth, by={"type": "array", "items": text},
    )  # fmt: skip


def _answer() -> dict:
    number, text = {"type": ["number", "null"]}, {"type": ["string", "null"]}
    row = _object(key=text, name=text, numerator={"type": "number"}, denominator=number, value=number)
    whole = {"from": text, "until": text, "area": text, "by": text, "snapshot": {"type": "integer"}, "data_until": text}
    asked = {**whole, **{name: text for name in MEANINGS if name != "area"}}
    return _object(
        metric={"$ref": "#/components/schemas/Metric"},
        asked={"type": "object", "properties": asked, "required": list(asked)},
        rows={"type": "array", "items": row},
    )
