"""The sentence that answers a scene's question, made of the same numbers as its blocks."""

from collections.abc import Callable

from analytics import overview
from analytics.map_devices import camera_states, sensor_states
from analytics.metrics import measure
from analytics.risk.kept import kept
from analytics.timeliness.waiting import waiting
from analytics.view import View
from pages import measured
from pages.wall import open_warnings
from pages.wall.places import RISK_DAYS
from pages.wall.scenes import Scene
from pages.warning_words import grades_said
from ui.components.numbers import count, rate
from ui.words import Speaker

TOP = 0.05


def answered(scene: Scene, view: View, say: Speaker) -> str:
    """The sentence of the scene; empty where it has none."""
    return ANSWERS[scene.answer](view, say) if scene.answer else ""


def _volume(view: View, say: Speaker) -> str:
    names = ("incident_count", "on_time_rate", "overdue_count")
    overview.prepare_changes([(view, name) for name in names])
    came, on_time, overdue = (overview.with_change(view, name) for name in names)
    return say(
        "wall.answer_volume", n=count(came.now.value), change=measured.against_before(view, came, say), rate=_rate(on_time.now.value),
        overdue=count(overdue.now.value),
    )  # fmt: skip


def _decisions(view: View, say: Speaker) -> str:
    found = {grade: n for grade, n in open_warnings.waiting(view).items() if n}
    if found:
        return say("wall.answer_decisions", n=count(sum(found.values())), grades=grades_said(found, say))
    return say("wall.answer_none_waits", n=count(sum(open_warnings.by_grade(view).values())))


def _on_time(view: View, say: Speaker) -> str:
    change, worst = overview.with_change(view, "on_time_rate"), overview.most_overdue(view)
    now = change.now
    text = say(
        "wall.answer_on_time", rate=_rate(now.value), n=count(now.numerator), of=count(now.denominator),
        change=measured.against_before(view, change, say), overdue=count(measure(view, "overdue_count").value),
    )  # fmt: skip
    return text + (say("wall.answer_most", area=worst[0], n=count(worst[1])) if worst else "")


def _expected(view: View, say: Speaker) -> str:
    """Of the whole district: a kept map knows the range of the whole, not of a town."""
    risk = kept("", RISK_DAYS)
    if risk is None:
        return say("risk_said.waits")
    text = say(
        "wall.answer_expected", n=count(risk.expected.sum()), low=count(risk.total_low), high=count(risk.total_high)
    )
    mine = risk.hits[(risk.hits["model"] == "forecast") & (risk.hits["top"] == TOP)] if len(risk.hits) else risk.hits
    return text + (say("wall.answer_hit", share=rate(100 * float(mine["hit"].iloc[0]))) if len(mine) else "")


def _devices(view: View, say: Speaker) -> str:
    sensors, cameras = sensor_states(view)["state"].value_counts(), camera_states(view)["state"].value_counts()
    return say(
        "wall.answer_devices", sensors=count(sensors.sum()), silent=count(sensors.get("silent", 0)), alarm=count(sensors.get("alarm", 0)),
        cameras=count(cameras.sum()), offline=count(cameras.get("offline", 0)),
    )  # fmt: skip


def _under_way(view: View, say: Speaker) -> str:
    found = waiting(view)
    if not found["n"].sum():
        return say("wall.answer_nothing_open")
    most = found.loc[found["n"].idxmax()]
    late = measure(view, "overdue_count").value
    return say(
        "wall.answer_under_way",
        n=count(found["n"].sum()),
        overdue=count(late),
        step=say(f"wall.waits_{most['stage']}"),
        k=count(most["n"]),
    )


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{rate(value)}%"


ANSWERS: dict[str, Callable[[View, Speaker], str]] = {
    "volume": _volume, "decisions": _decisions, "on_time": _on_time, "expected": _expected, "devices": _devices, "under_way": _under_way,
}  # fmt: skip
