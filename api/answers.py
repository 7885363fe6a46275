"""How an answer is written: JSON with everything that makes the figure honest, CSV and Parquet with the rows alone."""

import io
import json
from datetime import UTC, datetime

import pandas as pd
from flask import Response

from analytics.area import LEVELS, areas
from analytics.metrics import Metric, measure_by, splits
from analytics.view import ZONE
from api.asked import Asked
from warehouse.spreadsheet import neutralised

KINDS = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


def rows_of(asked: Asked) -> pd.DataFrame:
    """`key, name, numerator, denominator, value`, one row a key; one row with an empty key where nothing is split."""
    frame = measure_by(asked.view, asked.metric.name, asked.by)
    known = areas(asked.view.as_of) if asked.by in LEVELS else {}
    names = pd.Series([known[key].name if key in known else None for key in frame["key"]], frame.index, dtype=object)
    keys = frame["key"].map(lambda key: None if pd.isna(key) else str(key).removesuffix(" 00:00:00"))
    return frame.assign(key=keys.astype(object), name=names)[["key", "name", "numerator", "denominator", "value"]]


def written(asked: Asked) -> Response:
    """The answer in the format that was asked for."""
    frame = rows_of(asked)
    if asked.format == "json":
        return as_json(content(asked, frame))
    answer = Response(_packed(frame, asked.format), content_type=KINDS[asked.format])
    answer.headers["Content-Disposition"] = f'attachment; filename="{asked.metric.name}.{asked.format}"'
    return answer


def _packed(frame: pd.DataFrame, format: str) -> bytes:
    if format == "csv":
        return neutralised(frame).to_csv(index=False).encode("utf-8-sig")
    packed = io.BytesIO()
    frame.astype({"key": "string", "name": "string"}).astype(
        {"numerator": float, "denominator": float, "value": float}
    ).to_parquet(packed, index=False)
    return packed.getvalue()


def content(asked: Asked, frame: pd.DataFrame) -> dict:
    """The whole answer as JSON says it."""
    view = asked.view
    return {
        "metric": about(asked.metric, asked.lang),
        "asked": {
            **{name: getattr(view, name) for name in ("category", "channel", "department", "source")},
            "area": view.area_id,
            "from": _local(view.since),
            "until": _local(view.until),
            "by": asked.by,
            "snapshot": view.snapshot,
            "data_until": _local(view.now),
        },
        "rows": json.loads(frame.to_json(orient="records")),
    }


def about(metric: Metric, lang: str) -> dict:
    """What a metric is, for a reader."""
    return {
        "name": metric.name,
        "label": metric.label[lang],
        "unit": metric.unit[lang],
        "caveat": metric.caveat[lang],
        "better": metric.better,
        "scale": metric.scale,
        "is_rate": metric.is_rate,
        "by": list(splits(metric)),
    }


def as_json(content: object, status: int = 200) -> Response:
    """A JSON answer; characters are written as they are."""
    return Response(json.dumps(content, ensure_ascii=False), status=status, mimetype="application/json")


def _local(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).astimezone(ZONE).isoformat(timespec="seconds")
