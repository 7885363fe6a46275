"""What a block of the wall holds, as numbers and words that its script puts in their places; each kind has one maker."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analytics import overview
from analytics.freshness import Freshness
from analytics.metrics import METRICS
from analytics.overview import Ranking
from analytics.timeliness.on_time import rank_on_time
from analytics.view import View, local
from operations.warning_life import State
from pages import measured
from pages.wall import at_work, open_warnings, places
from pages.wall.places import Made
from pages.wall.scenes import RISK, Block
from pages.warning_words import grade_of, said_briefly, short, state_name
from ui.components.numbers import count
from ui.words import Speaker

Maker = Callable[[View, Mapping[str, Any], Speaker, str], Made]
USUAL_LIMIT = 6
SOURCES = {
    "incident": "incidents", "sensor": "readings", "camera": "camera_states", "alarm": "alarms", "patrol": "patrols",
    "mediation": "mediations", "team": "teams",
}  # fmt: skip
"""The kind of source that figures of each table rest on."""
TABLES = {"sensors": "sensor", "alarms": "alarm"}
"""Of blocks that are of devices; those of warnings rest on none, all others on incidents."""


def made(block: Block, view: View, sources: Sequence[Freshness], say: Speaker, lang: str) -> Made:
    """The block's content, and since when what it rests on is stale ("" where never heard of; None while it is not).

    Numbers rest on sources of their own, so each says for itself whether it is stale; the block says since when the first is.
    """
    content = KINDS[block.kind](view, block.options, say, lang)
    if block.kind != "numbers":
        return content | {"stale": stale_since(_table(block), sources)}
    since = [stale_since(METRICS[name].table, sources) for name in block.options["metrics"]]
    numbers = [number | {"is_stale": one is not None} for number, one in zip(content["numbers"], since, strict=True)]
    return {"numbers": numbers, "stale": min((one for one in since if one is not None), default=None)}


def _table(block: Block) -> str:
    """The table that the block rests on; empty for the warnings, which are kept by Zhili itself."""
    if block.kind in ("warnings", "grades"):
        return ""
    metric = block.options.get("metric", RISK)
    return TABLES.get(block.kind) or (METRICS[metric].table if metric != RISK else "incident")


def stale_since(table: str, sources: Sequence[Freshness]) -> str | None:
    """Since when figures of this table are stale, as text ("" where never heard of); None while they are not."""
    stale = [one for one in sources if one.kind == SOURCES.get(table) and one.state == "stale"]
    if not stale:
        return None
    known = [one.since for one in stale if one.since is not None]
    return f"{local(min(known)):%m-%d %H:%M}" if known else ""


def _numbers(view: View, options: Mapping[str, Any], say: Speaker, lang: str) -> Made:
    names = options["metrics"]
    overview.prepare_changes([(view, name) for name in names if METRICS[name].is_fact])
    return {"numbers": [_number(view, name, say, lang) for name in names]}


def _number(view: View, name: str, say: Speaker, lang: str) -> Made:
    change = overview.with_change(view, name)
    metric = change.now.metric
    return {
        "label": metric.label[lang],
        "value": measured.value(view, change.now),
        "unit": metric.unit[lang],
        "change": measured.against_before(view, change, say),
    }


def _trend(view: View, _options: Mapping[str, Any], _say: Speaker, _lang: str) -> Made:
    frame = overview.daily(view)
    return {
        "days": [f"{day:%m-%d}" for day in frame["day"]],
        "counts": frame["count"].astype(int).tolist(),
        "free": frame["is_free"].astype(int).tolist(),
    }


def _ranking(view: View, options: Mapping[str, Any], _say: Speaker, _lang: str) -> Made:
    ask: Callable[[View, int], Ranking] = (
        overview.busiest_areas if options["by"] == "area" else overview.busiest_categories
    )
    rows = ask(view, options.get("limit", USUAL_LIMIT)).rows
    most = max(rows["count"].max(), 1) if len(rows) else 1
    return {"rows": [{"name": row.name, "text": count(row.n), "share": round(row.n / most, 3)} for row in rows.rename(columns={"count": "n"}).itertuples(index=False)]}  # fmt: skip


def _offices(view: View, options: Mapping[str, Any], _say: Speaker, _lang: str) -> Made:
    ranked = rank_on_time(view, "department").iloc[::-1].head(options.get("limit", USUAL_LIMIT))
    return {
        "rows": [
            {"name": row.key, "text": f"{100 * row.share:.1f}%", "share": round(row.share, 3), "note": f"{count(row.on_time)} / {count(row.due)}"}
            for row in ranked.itertuples()
        ]
    }  # fmt: skip


def _warnings(view: View, options: Mapping[str, Any], say: Speaker, lang: str) -> Made:
    found = open_warnings.gravest(view, options.get("of", ""))
    rows = [
        {**grade_of(one.grade, say), "sentence": said_briefly(one, say, lang), "raised": short(one.raised_at),
         "waits": state_name(one.state, say) if one.state == State.raised else ""}
        for one in found[: options.get("limit", USUAL_LIMIT)]
    ]  # fmt: skip
    total = len(found) if options.get("of") else sum(open_warnings.by_grade(view).values())
    return {"warnings": rows, "more": total - len(rows)}


def _grades(view: View, _options: Mapping[str, Any], say: Speaker, _lang: str) -> Made:
    return {"grades": [{**grade_of(grade, say), "n": n} for grade, n in open_warnings.by_grade(view).items()]}


def _risk(view: View, options: Mapping[str, Any], say: Speaker, _lang: str) -> Made:
    return places.most_expected(view, options.get("limit", USUAL_LIMIT), say)


def _map(view: View, options: Mapping[str, Any], say: Speaker, _lang: str) -> Made:
    return places.coloured(view, options["metric"], options.get("of", ""), say)


def _steps(view: View, _options: Mapping[str, Any], say: Speaker, _lang: str) -> Made:
    return at_work.steps(view, say)


def _late(view: View, options: Mapping[str, Any], say: Speaker, _lang: str) -> Made:
    return at_work.longest_overdue(view, options.get("limit", USUAL_LIMIT), say)


def _sensors(view: View, _options: Mapping[str, Any], say: Speaker, _lang: str) -> Made:
    return at_work.sensors(view, say)


def _alarms(view: View, options: Mapping[str, Any], say: Speaker, _lang: str) -> Made:
    return at_work.alarms(view, options.get("limit", USUAL_LIMIT), say)


KINDS: dict[str, Maker] = {
    "numbers": _numbers, "trend": _trend, "ranking": _ranking, "offices": _offices, "warnings": _warnings, "grades": _grades, "risk": _risk,
    "map": _map, "steps": _steps, "late": _late, "sensors": _sensors, "alarms": _alarms,
}  # fmt: skip
