"""How one number of a view is written, on a page or on the wall: its value, and how it changed."""

from analytics import overview
from analytics.metrics import Measure
from analytics.metrics.metric import PERCENT
from analytics.overview import Change
from analytics.view import View, local
from ui.components.numbers import change_of_count, count, rate, signed
from ui.words import Speaker

DEVICES = ("sensor", "camera")


def value(view: View, now: Measure) -> str:
    """The value; a dash where there is none."""
    write = rate if now.metric.is_rate else count
    return write(None if _all_unknown(view, now) else now.value)


def _all_unknown(view: View, now: Measure) -> bool:
    """Devices that nothing was heard of have no share online, not one of nought."""
    return now.metric.table in DEVICES and overview.devices(view, now.metric.table)["unknown"] == now.denominator


def against_before(view: View, change: Change, say: Speaker) -> str:
    """The change against the period before, in words, and how many devices nothing was heard of."""
    now, before = change.now, change.before
    unknown = ""
    if now.metric.table in DEVICES:
        n = overview.devices(view, now.metric.table)["unknown"]
        unknown = say("overview.unknown_devices", n=count(n)) if n else ""
        if before is None or not before.numerator:
            return unknown
    if before is None:
        return say("overview.no_before")
    if before.value is None or now.value is None:
        return say("overview.nothing_before")
    if now.metric.unit == PERCENT:
        text = signed(now.value - before.value, 1, "\u00a0" + say("overview.points"))
    elif now.metric.is_rate:
        text = signed(now.value - before.value, 1)
    else:
        text = change_of_count(now.value, before.value)
    day = (
        f"{local(view.since):%m-%d}" if view.period == "today" else ""
    )  # the newest day the data know may not be today
    return " · ".join(part for part in (day, f"{say(f'overview.before_{view.period}')} {text}", unknown) if part)
