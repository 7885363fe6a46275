"""How long what is overdue has been so: one small column of bars an age class, all on the same scale from nought."""

import pandas as pd

from ui.drawing import Drawing
from ui.figures.named_rows import LEAST_ROOM, apart, named_rows
from ui.theme import palette, style

LONGEST = 0.5
"""The longest bar's part of its column; the number stands beside it."""


def overdue_ages(rows: pd.DataFrame, ages: list[str], hover: list[list[str]], theme: str, scale: float) -> Drawing:
    """`rows` has `name, total` and a column for each of `ages`, largest first; `hover` by age, then by row."""
    colours = palette(theme)
    names = [f"{name}  <b>{total:,}</b>" for name, total in zip(apart(rows["name"]), rows["total"], strict=True)]
    top = max(1, int(rows[ages].max().max()))
    figure = Drawing()
    for at, age in enumerate(ages):
        figure.add_bar(
            y=names, x=LONGEST * rows[age] / top, base=at, orientation="h", marker={"color": colours.accent_soft,
            "line": {"color": colours.accent, "width": 1 * scale}}, text=[f"{n:,}" for n in rows[age]],
            textposition="outside", cliponaxis=False, textangle=0, constraintext="none",
            textfont={"color": [colours.text if n else colours.quiet for n in rows[age]], "size": 13 * scale},
            hovertext=hover[at], hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
        figure.add_annotation(
            x=at, y=1, yref="paper", text=age, showarrow=False, xanchor="left", yanchor="bottom",
            font={"color": colours.quiet, "size": 14 * scale},
        )  # fmt: skip
    style(figure, theme, scale)
    room_for = max(LEAST_ROOM, len(names))
    named_rows(figure, colours.text, 14 * scale, range=[room_for - 0.5, -0.5], showgrid=False)
    figure.update_xaxes(
        range=[0, len(ages)],
        tickvals=list(range(len(ages))),
        showgrid=True,
        showticklabels=False,
        zeroline=True,
    )
    figure.update_xaxes(gridcolor=colours.muted, zerolinecolor=colours.muted)
    figure.update_layout(barmode="overlay", bargap=0.38, margin={"t": 26 * scale})
    return figure
