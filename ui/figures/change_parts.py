"""What a change is made of: for each key how much came from speed and how much from mix, from nought to either side."""

import pandas as pd

from ui.drawing import Drawing
from ui.figures.named_rows import LEAST_ROOM, LETTER, apart, named_rows
from ui.theme import palette, style
from ui.words import speaker


def change_parts(
    rows: pd.DataFrame, hover: list[str], labels: list[str], axis: str, lang: str, theme: str, scale: float
) -> Drawing:
    """`rows` has `name, within, mix`, largest effect first; `labels` is each one's total, in the column at the right."""
    say, colours = speaker(lang), palette(theme)
    names, room = apart(rows["name"]), LETTER * scale * max(map(len, labels)) + 8
    figure = Drawing()
    for name, colour in (("within", colours.accent), ("mix", colours.muted)):
        figure.add_bar(
            y=names, x=rows[name], orientation="h", marker={"color": colour}, hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
    for name, label in zip(names, labels, strict=True):
        figure.add_annotation(
            x=1, xref="paper", y=name, text=label, showarrow=False, xanchor="right", xshift=room,
            font={"color": colours.text, "size": 14 * scale},
        )  # fmt: skip
    figure.add_annotation(
        x=0, xref="paper", y=1, yref="paper", showarrow=False, xanchor="left", yanchor="bottom",
        text=f"<span style='color:{colours.accent}'>■</span> {say('timeliness.within')}   "
        f"<span style='color:{colours.muted}'>■</span> {say('timeliness.mix')}",
        font={"color": colours.text, "size": 14 * scale},
    )  # fmt: skip
    style(figure, theme, scale)
    room_for = max(LEAST_ROOM, len(names))
    named_rows(figure, colours.text, 14 * scale, range=[room_for - 0.5, -0.5], showgrid=False)
    figure.update_xaxes(title_text=axis, nticks=5, tickangle=0, showgrid=False, zerolinecolor=colours.quiet)
    figure.update_layout(barmode="relative", bargap=0.38, margin={"t": 26 * scale, "r": room + 4})
    return figure
