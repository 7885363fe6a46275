"""Who has something to do now: cases by the step they wait for, those past due, and devices that call or are silent."""

import pandas as pd

from analytics.area import areas
from analytics.map_devices import sensor_states, standing_alarms
from analytics.timeliness import waiting
from analytics.view import View
from pages.wall.places import Made, short_name
from pages.warning_words import minutes_said, short
from ui.components.numbers import count, rate
from ui.words import Speaker, all_words


def steps(view: View, say: Speaker) -> Made:
    """Open cases by the step they wait for, in the order of the steps, and how long the first of each has waited."""
    found = waiting.waiting(view)
    most = max(found["n"].max(), 1)
    rows = [
        {"name": say(f"wall.waits_{row.stage}"), "text": count(row.n), "share": round(row.n / most, 3),
         "note": say("wall.longest", time=minutes_said(60 * row.longest_hours, say)) if row.n else ""}
        for row in found.itertuples()
    ]  # fmt: skip
    return {"rows": rows}


def longest_overdue(view: View, limit: int, say: Speaker) -> Made:
    """The cases that have been past due for longest: what, where, and for how long."""
    found = waiting.longest_overdue(view, limit)
    most = max(found["days"].max(), 1.0) if len(found) else 1.0
    rows = [
        {"name": _what_and_where(view, row.category, row.area_id, say), "text": minutes_said(1440 * row.days, say), "share": round(row.days / most, 3)}
        for row in found.itertuples()
    ]  # fmt: skip
    return {"rows": rows, "none": say("wall.none_late")}


def _what_and_where(view: View, category: str | None, area_id: str | None, say: Speaker) -> str:
    area = areas(view.as_of).get(area_id or "")
    what = (category or say("shell.unknown")).rsplit("/", 1)[-1]
    return f"{what} · {short_name(area.path_names)}" if area else what


def sensors(view: View, say: Speaker) -> Made:
    """Each kind of sensor: the share online, and how many are silent, in alarm, or never heard of."""
    found = sensor_states(view)
    rows = [_kind(str(kind), mine["state"].value_counts(), say) for kind, mine in found.groupby("kind")]
    return {"rows": sorted(rows, key=lambda row: row["share"])}


def _kind(kind: str, states: pd.Series, say: Speaker) -> Made:
    """A sensor in alarm is heard of, so it is online."""
    total, online = int(states.sum()), int(states.get("online", 0) + states.get("alarm", 0))
    counted = [(name, int(states.get(name, 0))) for name in ("silent", "unknown", "alarm")]
    return {
        "name": say(f"sensor_kind.{kind}") if f"sensor_kind.{kind}" in all_words() else kind,
        "text": f"{rate(100 * online / total)}%",
        "share": round(online / total, 3),
        "note": " · ".join([f"{count(online)} / {count(total)}", *(say(f"wall.{name}", n=count(n)) for name, n in counted if n)]),
    }  # fmt: skip


def alarms(view: View, limit: int, say: Speaker) -> Made:
    """The alarms that stand, the newest first: what, where, since when, and whether somebody has answered."""
    found, known = standing_alarms(view), areas(view.as_of)
    rows = [
        {
            "sentence": row.name or say(f"sensor_kind.{row.kind}"),
            "raised": " · ".join([*([known[row.area_id].path_names[1]] if row.area_id in known and len(known[row.area_id].path) > 1 else []), short(row.raised_at)]),
            "waits": say("wall.unanswered" if pd.isna(row.acknowledged_at) else "wall.answered"),
        }
        for row in found.head(limit).itertuples(index=False)
    ]  # fmt: skip
    return {"warnings": rows, "none": say("wall.no_alarm"), "more": len(found) - len(rows)}
