"""The frame of linked views: the row of what is picked, three figures, three lists and a map, each with its pictures."""

from dash import html

from ui.components.icon import icon
from ui.words import Speaker

FIGURES = ("days", "hours", "durations")
LISTS = ("categories", "departments", "channels")
LEVELS = ("town", "community", "grid")


def picked_row(say: Speaker) -> html.Div:
    """What is picked, each piece with a way to take it away; undo and clear beside it. `assets/explore.js` fills it."""
    return html.Div(
        [
            html.Ul(id="explore-chips", className="explore-chips", **{"aria-label": say("explore.picked")}),
            html.P(id="explore-hint", className="explore-hint"),
            html.Div(
                [_do("explore-undo", say("explore.undo"), say("explore.undo_how"), "undo"),
                 _do("explore-clear", say("explore.clear"), say("explore.clear_how"), "clear")],
                className="explore-do",
            ),
        ],
        className="explore-picked",
        role="toolbar",
        **{"aria-label": say("explore.picked")},
    )  # fmt: skip


def _do(id: str, face: str, how: str, picture: str) -> html.Button:
    return html.Button([icon(picture), face], id=id, type="button", className="switch", title=how, disabled=True)


def figure_view(name: str, say: Speaker, *controls: object) -> html.Section:
    """A figure: ids `explore-{name}-figure`, `-note`; the script listens to clicks and drags on it."""
    figure = html.Div(id=f"explore-{name}-figure", className="panel-figure")
    if name == "hours":  # the page's script walks through a table up and down too
        return _view(name, say, figure, *controls)
    about = {"aria-labelledby": f"explore-{name}-title", "aria-describedby": f"explore-{name}-note"}
    return _view(name, say, html.Div(figure, className="panel-marks", tabIndex="0", role="group", **about), *controls)


def script_view(name: str, say: Speaker, *controls: object) -> html.Section:
    """A view that `assets/explore_*.js` draws into `explore-{name}-figure`."""
    return _view(name, say, html.Div(id=f"explore-{name}-figure", className=f"explore-drawn explore-{name}"), *controls)


def _view(name: str, say: Speaker, figure: object, *controls: object) -> html.Section:
    heading = html.H2(say(f"explore.{name}"), id=f"explore-{name}-title", title=say(f"explore.{name}_how"))
    pictures = [
        html.Button(
            kind.upper(), type="button", className="explore-picture",
            title=say("explore.picture", what=say(f"explore.{name}"), kind=kind.upper()),
            **{"data-picture": name, "data-kind": kind},
        )
        for kind in ("png", "svg")
    ]  # fmt: skip
    return html.Section(
        [
            html.Div([heading, *controls, html.Div(pictures, className="explore-pictures")], className="explore-head"),
            figure,
            html.P(id=f"explore-{name}-note", className="panel-note"),
        ],
        className=f"panel explore-{name}-panel",
        **{"aria-labelledby": f"explore-{name}-title", "aria-describedby": f"explore-{name}-note"},
    )


def span_inputs(name: str, say: Speaker) -> html.Div:
    """Where the script puts a from and a to, for keys as for hands."""
    return html.Div(
        id=f"explore-{name}-span", className="explore-span", role="group", **{"aria-label": say(f"explore.{name}_span")}
    )
