"""Where cases wait: each stage's part of all hours, one after the other, the bottleneck in the accent."""

import pandas as pd

from ui.drawing import Drawing
from ui.figures.named_rows import named_rows
from ui.theme import palette, style
from ui.words import speaker

WIDE = 0.5


def stage_waterfall(
    rows: pd.DataFrame, hover: list[str], labels: list[str], lang: str, theme: str, scale: float
) -> Drawing:
    """`rows` has `name, share, is_bottleneck` in order; each bar begins where the one before it ends."""
    say, colours = speaker(lang), palette(theme)
    share = rows["share"].fillna(0.0)
    start = share.cumsum() - share
    figure = Drawing()
    figure.add_bar(
        y=rows["name"], x=100 * share, base=100 * start, orientation="h",
        marker={
            "color": [colours.accent_soft if top else colours.muted for top in rows["is_bottleneck"]],
            "line": {"color": [colours.accent if top else colours.muted for top in rows["is_bottleneck"]], "width": 2 * scale},
        },
        hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    for row, begin, part, label in zip(rows.itertuples(), start, share, labels, strict=True):
        text = f"<b>{say('timeliness.bottleneck')}</b> {row.share:.1%}" if row.is_bottleneck else label
        place = {"xanchor": "center", "x": 100 * (begin + part / 2)} if part > WIDE else _beside(begin, part, scale)
        figure.add_annotation(
            y=row.name, text=text, showarrow=False, font={"color": colours.text, "size": 15 * scale}, **place
        )
    style(figure, theme, scale)
    named_rows(figure, colours.text, 15 * scale, autorange="reversed", showgrid=False)
    figure.update_xaxes(range=[0, 102], title_text=say("timeliness.share_axis"), nticks=6)
    figure.update_layout(bargap=0.35)
    return figure


def _beside(begin: float, part: float, scale: float) -> dict:
    if begin + part / 2 < WIDE:
        return {"x": 100 * (begin + part), "xanchor": "left", "xshift": 8 * scale}
    return {"x": 100 * begin, "xanchor": "right", "xshift": -8 * scale}
