"""Largest first: horizontal bars, the number beside each, whiskers for what chance alone would do."""

import pandas as pd

from ui.drawing import Drawing
from ui.figures.named_rows import apart, named_rows
from ui.theme import palette, style


def ranking(rows: pd.DataFrame, hover: list[str], labels: list[str], theme: str, scale: float) -> Drawing:
    """`rows` has `key, name, count, low, high`, largest first; `labels` stand beside the bars, `key` comes with a click."""
    colours = palette(theme)
    names = apart(rows["name"])
    figure = Drawing()
    figure.add_bar(
        y=names,
        x=rows["count"],
        orientation="h",
        marker_color=colours.accent_soft,
        marker_line={"color": colours.accent, "width": 1},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": rows["high"] - rows["count"],
            "arrayminus": rows["count"] - rows["low"],
            "color": colours.quiet,
            "thickness": 1.5 * scale,
            "width": 4 * scale,
        },
        customdata=rows["key"],
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for name, high, label in zip(names, rows["high"], labels, strict=True):
        figure.add_annotation(
            x=high, y=name, text=label, showarrow=False, xanchor="left", xshift=6 * scale,
            font={"color": colours.text, "size": 14 * scale},
        )  # fmt: skip
    style(figure, theme, scale)
    named_rows(figure, colours.text, 15 * scale, autorange="reversed", showgrid=False)
    top = float(rows["high"].max())
    figure.update_xaxes(
        range=[0, top * (1.35 + 0.025 * max(map(len, labels)))], showgrid=False, showticklabels=False, zeroline=True
    )
    figure.update_layout(bargap=0.38)
    return figure
