"""At which level matters were settled: a bar a level, from the grid up, each with its share of all."""

import pandas as pd

from ui.drawing import Drawing
from ui.figures.named_rows import named_rows
from ui.theme import palette, style

ROOM = 1.28
"""The axis is this much longer than the longest bar, so that its share stands beside it."""


def settled_bar(frame: pd.DataFrame, names: list[str], hover: list[str], theme: str, scale: float) -> Drawing:
    """`frame` has `level, count, total, share`, from the grid up, `names` its levels in words."""
    colours = palette(theme)
    shades = [*colours.levels, colours.muted][: len(frame)]
    figure = Drawing()
    figure.add_bar(
        y=names, x=frame["share"], orientation="h", marker_color=shades, text=[f"\u2002<b>{share:.1%}</b>" for share in frame["share"]],
        textposition="outside", cliponaxis=False, constraintext="none", textfont={"color": colours.text, "size": 15 * scale},
        hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    style(figure, theme, scale)
    named_rows(figure, colours.text, 15 * scale, autorange="reversed", showgrid=False, dtick=1)
    top = float(frame["share"].max()) or 1.0
    figure.update_xaxes(range=[0, ROOM * top], showgrid=False, showticklabels=False, zeroline=True)
    figure.update_layout(bargap=0.34, margin={"t": 4, "b": 4})
    return figure
