"""When matters come in: weekday by hour, one ramp of one hue as on the map, what is not picked pale."""

import numpy as np
import pandas as pd

from ui.drawing import Drawing
from ui.figures.explore_bars import PALE
from ui.theme import palette, style

RAMP = {
    "dark": ("#1b363d", "#13555d", "#00757a", "#009693", "#37b6a9", "#6bd5be", "#a1f1d5"),
    "light": ("#e4f4f0", "#addad2", "#76bfb9", "#42a2a1", "#0a8388", "#00636c", "#00444e"),
}
"""The map's seven shades (assets/grid_map.css), from few to many."""
EVERY_HOURS = 3


def hour_grid(
    counts: pd.DataFrame, is_picked: np.ndarray, weekdays: list[str], hover: list[list[str]], theme: str, scale: float
) -> Drawing:
    """`counts` has weekdays as rows and hours as columns; `is_picked` and `hover` have its shape."""
    figure = Drawing()
    values, name = counts.to_numpy(float), "light" if theme == "light" else "dark"
    shown = is_picked if is_picked.any() else np.ones_like(is_picked)
    shades = [[at / (len(RAMP[name]) - 1), shade] for at, shade in enumerate(RAMP[name])]
    for mask, opacity in ((shown, 1.0), (~shown, PALE)):
        figure.add_heatmap(
            z=np.where(mask, values, np.nan), opacity=opacity, zmin=0, zmax=max(1.0, values.max()), colorscale=shades,
            showscale=False, xgap=1.5 * scale, ygap=1.5 * scale, hoverongaps=False,
            hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
    style(figure, theme, scale)
    colours = palette(theme)
    hours = list(range(0, 24, EVERY_HOURS))
    figure.update_layout(
        dragmode="select", hovermode="closest", newselection={"line": {"color": colours.text, "width": 1.5 * scale}},
    )  # fmt: skip
    figure.update_xaxes(
        tickvals=hours, ticktext=[f"{hour}:00" for hour in hours], showgrid=False, tickangle=0, ticks=""
    )
    figure.update_yaxes(tickvals=list(range(7)), ticktext=weekdays, autorange="reversed", showgrid=False, ticks="")
    figure.update_xaxes(fixedrange=True, range=[-0.5, 23.5], zeroline=False, showline=False)
    figure.update_yaxes(fixedrange=True, zeroline=False, showline=False, tickfont_size=12 * scale)
    figure.update_xaxes(tickfont_size=12 * scale)
    figure.update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 4})
    return figure
