"""Rows that are named at the left: their names on the axis, whatever is drawn in them."""

import pandas as pd

from ui.drawing import Drawing, literal

LETTER = 8.5
"""Pixels a letter of the column of text takes."""
LEAST_ROOM = 6
"""Fewer rows than this stay as thin as so many would be."""


def apart(names: pd.Series) -> list[str]:
    """Names sign for sign as they are, for plotly, with thin spaces added where two would fall on one line of the axis."""
    seen: dict[str, int] = {}
    apart = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        apart.append(literal(name) + "\u2009" * (seen[name] - 1))
    return apart


def named_rows(figure: Drawing, colour: str, size: float, **axis: object) -> None:
    """Sets the names of the rows in `colour` and `size` pixels, a little apart from what is drawn; `axis` is plotly's."""
    figure.update_yaxes(
        tickfont={"color": colour, "size": size}, ticklen=6, tickcolor="rgba(0,0,0,0)", ticks="outside", **axis
    )
