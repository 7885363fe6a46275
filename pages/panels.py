"""What every page's panels share: who asks, and what a panel says when it is empty or has failed."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from types import MappingProxyType

from analytics.area import areas
from analytics.overview import Change
from analytics.patience import QuestionBusyError, QuestionStoppedError, QuestionTooBigError, QuestionTooLongError
from analytics.view import View, local
from pages.answering import Asking, not_for_long, part
from ui.components.numbers import count, rate
from ui.components.panel import message
from ui.drawing import Drawing
from ui.theme import palette, style
from ui.words import Speaker
from warehouse.errors import ZhiliError

log = logging.getLogger("zhili.web")

IMPATIENT = {
    QuestionStoppedError: "shell.stopped",
    QuestionTooLongError: "shell.too_long",
    QuestionTooBigError: "shell.too_big",
    QuestionBusyError: "shell.busy",
}

Drawn = tuple[Drawing, str]
"""A figure and the note under it."""


def why(error: Exception, say: Speaker) -> str:
    """What went wrong in one line, which is not kept for others; what nobody foresaw goes to the log with its trace."""
    not_for_long()
    for kind, key in IMPATIENT.items():
        if isinstance(error, kind):
            return say(key)
    if isinstance(error, ZhiliError):
        return say("shell.failed", why=str(error))
    log.error("a panel failed", exc_info=error)
    return say("shell.failed", why=say("shell.failed_unforeseen"))


def place(view: View, say: Speaker) -> str:
    """The name of the chosen area, or of the whole."""
    known = areas(view.as_of)
    tops = [area for area in known.values() if len(area.path) == 1]
    return known[view.area_id].name if view.area_id else tops[0].name if len(tops) == 1 else say("overview.all_areas")


def span(view: View, say: Speaker) -> str:
    """The period in words, or its days where they were chosen one by one."""
    if view.period != "custom":
        return say(f"shell.{view.period}")
    last = view.until - timedelta(seconds=1)
    return say("shell.from_to", first=f"{local(view.since):%Y-%m-%d}", last=f"{local(last):%Y-%m-%d}")


def clock(moment: datetime, *, is_end: bool = False) -> str:
    """A UTC moment as local date and time; the end of a whole day as 24:00 of that day."""
    at = local(moment)
    if is_end and at.time() == time():
        return f"{at - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{at:%Y-%m-%d %H:%M}"


def spanned(since: datetime, until: datetime, say: Speaker, key: str = "made.period") -> str:
    """The line that says from when to when (UTC moments)."""
    return say(key, since=clock(since), until=clock(until, is_end=True))


def as_of(view: View, say: Speaker, newest: datetime | None = None) -> str:
    """The line that says how new the data are, and which version of them is shown."""
    key = "made.as_of" if view.as_of is None else "made.as_of_past"
    return say(key, until=clock(newest or view.now), snapshot=view.as_of or view.snapshot or 0)


def fraction(say: Speaker, numerator: str, denominator: str | None = None) -> str:
    """The lines of a hover that say what is divided by what, or that nothing is."""
    below = say("made.no_denominator") if denominator is None else say("made.denominator", what=denominator)
    return f"<br>{say('made.numerator', what=numerator)}<br>{below}"


def made_of(
    view: View,
    say: Speaker,
    lang: str,
    *caveats: str,
    before: View | None = None,
    has_period: bool = True,
    when: str = "",
) -> str:
    """The lines under every hover: period (the view's, or `when`), as-of time and what to bear in mind."""
    lines = [when or spanned(view.since, view.until, say)] if has_period or when else []
    if before is not None:
        lines.append(spanned(before.since, before.until, say, "made.before"))
    lines.append(as_of(view, say))
    if caveats:
        lines.append(say("made.caveat", text=(" " if lang == "en" else "").join(caveats)))
    return "<br>" + "<br>".join(lines)


def made_of_measure(view: View, change: Change, lang: str, say: Speaker) -> str:
    """What a number is made of, a line each: name, numerator, denominator, period, before, as-of and caveat."""
    now, before = change.now, change.before
    is_device = now.metric.table in ("sensor", "camera")
    until = view.devices_until if is_device else view.until
    write = rate if now.metric.is_rate else count
    below = say("made.denominator", what=count(now.denominator)) if now.metric.is_rate else say("made.no_denominator")
    lines = [
        now.metric.label[lang],
        say("made.numerator", what=count(now.numerator)),
        below,
        spanned(view.since, until, say) if now.metric.period else say("made.moment", until=clock(until, is_end=True)),
        *([say("made.before_value", value=write(before.value))] if before else []),
        as_of(view, say, view.devices_until if is_device else None),
        say("made.caveat", text=now.metric.caveat[lang]),
    ]
    return "\n".join(lines)


def says(text: str, theme: str, scale: float) -> Drawn:
    """A panel without a picture: it says why."""
    return style(message(text, palette(theme).quiet, scale), theme, scale), ""


def nothing(say: Speaker, theme: str, scale: float) -> Drawn:
    """A panel that the filters leave empty."""
    return says(say("shell.empty"), theme, scale)


def register(
    page: str, draws: dict[str, Callable[..., Drawn]], choices: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> None:
    """Every panel `{page}-{name}` as a part of the page's answer; each has its own empty and failed states.

    `draw(view, lang, theme, scale, say, *values)` gets last the value of the panel's own control, `{page}-{name}-by`, where
    `choices` name it and what it offers; what it does not offer is its first. Another choice draws its own panel anew and
    leaves the others.
    """
    for name, draw in draws.items():
        mine = f"{page}-{name}"
        targets = [(f"{mine}-figure", "figure"), (f"{mine}-note", "children")]
        offered = choices.get(name, ())
        part(page, targets, {f"{mine}-by": offered} if offered else {})(partial(_drawn, draw))


def _drawn(draw: Callable[..., Drawn], asking: Asking, *chosen: str) -> list[object]:
    say, theme, scale = asking.say, asking.theme, asking.scale
    try:
        figure, note = draw(asking.view, asking.lang, theme, scale, say, *chosen)
    except Exception as error:  # the panel says so itself; the others stand
        figure, note = style(message(why(error, say), palette(theme).text, scale), theme, scale), ""
    return [figure.to_plotly_json(), note]
