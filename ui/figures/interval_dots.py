"""Sorted dots with their intervals, one row a name; what stands beside each row is a column of text at the right."""

import re

import numpy as np
import pandas as pd

from ui.drawing import Drawing
from ui.figures.named_rows import LETTER, apart, named_rows
from ui.theme import palette, style


def interval_dots(
    rows: pd.DataFrame,
    series: list[tuple[str, str]],
    hover: list[str],
    labels: list[str],
    axis: str,
    theme: str,
    scale: float,
    whole: float | None = None,
) -> Drawing:
    """`rows` has `name, chosen` and for each `(column, label)` of `series` `column, column_low, column_high`, first on top.

    `chosen` comes with a click, like `area:370116`. A value that is not known (inf, NaN) is not drawn. `whole` is a dashed line.
    """
    colours = palette(theme)
    names, room = apart(rows["name"]), LETTER * scale * max(len(re.sub("<[^>]+>", "", label)) for label in labels) + 8
    figure = Drawing()
    for (name, label), colour in zip(series, (colours.accent, colours.quiet), strict=False):
        known = rows.replace([np.inf, -np.inf], np.nan)
        value = known[name]
        figure.add_scatter(
            x=value, y=names, mode="markers", marker={"color": colour, "size": 11 * scale},
            error_x={
                "type": "data", "symmetric": False, "color": colour, "thickness": 2 * scale, "width": 5 * scale,
                "array": (known[f"{name}_high"] - value).fillna(0), "arrayminus": (value - known[f"{name}_low"]).fillna(0),
            },
            customdata=rows["chosen"], hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
        if label:
            _head(figure, value, label, colour, scale, "right" if name == series[0][0] else "left")
    for name, label in zip(names, labels, strict=True):
        figure.add_annotation(
            x=1, xref="paper", y=name, text=label, showarrow=False, xanchor="right", xshift=room,
            font={"color": colours.text, "size": 14 * scale},
        )  # fmt: skip
    if whole is not None:
        figure.add_vline(x=whole, line={"color": colours.muted, "dash": "dash", "width": 1.5 * scale}, layer="below")
    style(figure, theme, scale)
    top = -1 if any(label for _, label in series) else -0.5
    named_rows(
        figure, colours.text, 14 * scale, range=[len(names) - 0.5, top], showgrid=True, zeroline=False,
        categoryorder="array", categoryarray=names,
    )  # fmt: skip
    figure.update_xaxes(title_text=axis, rangemode="nonnegative", nticks=4, tickangle=0, zeroline=False, showgrid=False)
    figure.update_layout(hovermode="closest", margin={"r": room + 4})
    return figure


def _head(figure: Drawing, value: pd.Series, label: str, colour: str, scale: float, side: str) -> None:
    """The series' name over the dot of the topmost row where it is known."""
    if pd.notna(value.iloc[0]):
        figure.add_annotation(
            x=value.iloc[0], y=0, text=f"<b>{label}</b>", showarrow=False, yanchor="bottom", yshift=8 * scale, xanchor=side,
            font={"color": colour, "size": 14 * scale},
        )  # fmt: skip
