"""The addresses: `/api/metrics`, `/api/metrics/{name}`, `/api/openapi.json`."""

import logging
from collections.abc import Callable

from flask import Flask, Response, request

from analytics.metrics import METRICS, MetricError
from analytics.patience import QuestionTooLongError
from api.answers import about, as_json, written
from api.asked import LANGUAGES, BadRequestError, UnknownMetricError, asked
from api.exports import serve_exports
from api.openapi import document
from warehouse.errors import ZhiliError

log = logging.getLogger("zhili.api")


def serve_api(server: Flask) -> None:
    """Adds the addresses to the server. Those of the figures only read, and answer GET alone."""
    server.add_url_rule("/api/metrics", "api_metrics", _answered(_metrics), methods=["GET"])
    server.add_url_rule("/api/metrics/<name>", "api_metric", _answered(_metric), methods=["GET"])
    server.add_url_rule("/api/openapi.json", "api_openapi", lambda: as_json(document()), methods=["GET"])
    serve_exports(server)


def _answered(answer: Callable[..., Response]) -> Callable[..., Response]:
    """Turns what can go wrong into a status and one sentence."""

    def safely(**place: str) -> Response:
        try:
            return answer(**place)
        except BadRequestError as error:
            return _wrong(400, str(error))
        except UnknownMetricError as error:
            return _wrong(404, str(error))
        except MetricError as error:
            return _wrong(409, str(error))
        except QuestionTooLongError as error:
            return _wrong(504, str(error))
        except ZhiliError as error:
            return _wrong(503, str(error))
        except Exception:
            log.exception("a request failed")
            return _wrong(500, "The answer failed; the server's log says why.")

    return safely


def _wrong(status: int, sentence: str) -> Response:
    return as_json({"error": sentence}, status)


def _metrics() -> Response:
    for key, values in request.args.lists():
        if key != "lang" or len(values) > 1 or values[0] not in LANGUAGES:
            raise BadRequestError("Only lang may be given, once: zh or en.")
    return as_json([about(metric, request.args.get("lang", "zh")) for metric in METRICS.values()])


def _metric(name: str) -> Response:
    return written(asked(name, request.args))
