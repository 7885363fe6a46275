"""The seven panels of `/timeliness` by name: each `draw(view, lang, theme, scale, say, *choices) -> Drawn`."""

from pages.timeliness_panels.change import change
from pages.timeliness_panels.closing import closing, times
from pages.timeliness_panels.control import control
from pages.timeliness_panels.on_time import on_time
from pages.timeliness_panels.waiting import overdue, stages

DRAW = {
    "trend": closing, "control": control, "stages": stages, "times": times, "on_time": on_time, "overdue": overdue,
    "change": change,
}  # fmt: skip
