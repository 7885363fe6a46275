"""`/timeliness`: whether we are on time, and why not."""

import dash
import dash_mantine_components as dmc
from dash import html

from analytics.metrics import measure
from analytics.timeliness.on_time import rank_on_time
from analytics.timeliness.stages import stage_times
from analytics.view import View
from pages.answering import Asking, follow, part
from pages.panels import place, register, span, why
from pages.timeliness_panels import DRAW
from pages.timeliness_panels.on_time import lowest
from ui.components.numbers import count, signed
from ui.components.panel import panel
from ui.language import language, page_title
from ui.words import Speaker, speaker

dash.register_page(
    __name__,
    path="/timeliness",
    order=1.5,
    name="shell.timeliness",
    title=page_title("shell.timeliness"),
    icon="timeliness",
)

CHOICES = {
    "trend": ("week", "month", "curve"),
    "control": ("on_time_rate", "median"),
    "times": ("department", "category", "area"),
    "on_time": ("department", "area"),
    "change": ("on_time_rate", "hours_mean"),
}


def layout(lang: str | None = None, **_query: str) -> html.Div:
    """The page's frame; callbacks fill it in."""
    say = speaker(language(lang))
    panels = [
        panel(f"timeliness-{name}", say(f"timeliness.{name}"), f"timeliness-{name}-panel", *_choice(name, say))
        for name in DRAW
    ]
    return html.Div(
        [
            html.H1(id="timeliness-headline", className="headline", **{"aria-live": "polite"}),
            html.Div(panels, className="timeliness-panels"),
        ],
        id="timeliness-page",
        className="page timeliness",
        **{"data-page": "timeliness"},
    )


def _choice(name: str, say: Speaker) -> list[dmc.SegmentedControl]:
    options = CHOICES.get(name, ())
    if not options:
        return []
    data = [{"value": option, "label": say(f"timeliness.{option}")} for option in options]
    label = say("timeliness.choose", what=say(f"timeliness.{name}"))
    return [dmc.SegmentedControl(id=f"timeliness-{name}-by", data=data, value=options[0], className="panel-choice", **{"aria-label": label})]  # fmt: skip


@part("timeliness", [("timeliness-headline", "children")])
def show_headline(asking: Asking) -> tuple[str]:
    """On time or not, the change, the stage that holds cases up, and who is lowest, if one surely is."""
    try:
        return (_headline(asking.view, asking.say),)
    except Exception as error:  # the panels stand
        return (why(error, asking.say),)


def _headline(view: View, say: Speaker) -> str:
    where = {"area": place(view, say), "period": span(view, say)}
    now, earlier = measure(view, "on_time_rate"), view.before()
    if now.value is None:
        return say("timeliness.headline_none", **where)
    text = say("timeliness.headline", due=count(now.denominator), share=f"{now.value:.1f}", **where)
    before = measure(earlier, "on_time_rate").value if earlier else None
    if before is not None:
        change = signed(now.value - before, 1)
        text += say("timeliness.headline_change", before=say(f"overview.before_{view.period}"), change=change)
    stages = stage_times(view)
    for stage in stages[stages["is_bottleneck"]].itertuples():
        text += say("timeliness.headline_stage", stage=say(f"timeliness.{stage.stage}"), share=f"{stage.share:.0%}")
    return text + lowest(rank_on_time(view, "department"), say) + say("timeliness.headline_end")


register("timeliness", DRAW, CHOICES)
follow("timeliness")
