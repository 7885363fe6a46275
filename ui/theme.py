"""How it looks: the colours of both themes, the components' theme, and the template every figure shares.

Blue, yellow, orange and red belong to the four warning levels and are used for nothing else.
"""

from dataclasses import dataclass

from ui.drawing import Drawing

FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
WARNING = {"red": "#e5484d", "orange": "#f18f1f", "yellow": "#e6c229", "blue": "#3b82f6"}


@dataclass(frozen=True)
class Palette:
    """The colours of one theme; every text colour has at least 4.5:1 on `ground` and on `surface`."""

    ground: str
    surface: str
    line: str
    text: str
    quiet: str
    accent: str
    accent_soft: str
    muted: str
    levels: tuple[str, str, str, str]


DARK = Palette(
    ground="#0f1720",
    surface="#16212c",
    line="#2a3a49",
    text="#e8eef3",
    quiet="#a3b3c1",
    accent="#2dd4bf",
    accent_soft="#134e4a",
    muted="#5d7284",
    levels=("#2dd4bf", "#1f9d90", "#4b6b80", "#7f93a3"),
)
LIGHT = Palette(
    ground="#f4f6f8",
    surface="#ffffff",
    line="#d5dde4",
    text="#14212c",
    quiet="#4c5d6b",
    accent="#0f766e",
    accent_soft="#ccebe7",
    muted="#8496a5",
    levels=("#0f766e", "#4aa79d", "#8fa6b5", "#5a6e7d"),
)

TEAL = ["#e6fbf7", "#c6f4ea", "#9be9da", "#67dac7", "#2dd4bf", "#17b3a1", "#0f9488", "#0f766e", "#115e59", "#134e4a"]
SLATE = ["#e8eef3", "#c9d4dd", "#a3b3c1", "#7d909f", "#5d7284", "#3b4d5c", "#2a3a49", "#16212c", "#0f1720", "#0a1017"]

MANTINE = {
    "primaryColor": "teal",
    "primaryShade": {"light": 7, "dark": 5},
    "colors": {"teal": TEAL, "dark": SLATE},
    "fontFamily": FONT,
    "headings": {"fontFamily": FONT, "fontWeight": "600"},
    "defaultRadius": "sm",
    "black": LIGHT.text,
    "white": "#ffffff",
}


def palette(theme: str | None) -> Palette:
    """The colours of `dark` or `light`."""
    return LIGHT if theme == "light" else DARK


def style(figure: Drawing, theme: str | None, scale: float = 1.0) -> Drawing:
    """The figure in the page's theme: transparent ground, quiet grid, one font, `scale` for a wall."""
    colours = palette(theme)
    axis = {
        "gridcolor": colours.line,
        "linecolor": colours.line,
        "zerolinecolor": colours.line,
        "tickfont": {"color": colours.quiet},
        "title": {"font": {"color": colours.quiet}},
        "automargin": True,
    }
    figure.update_layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 14 * scale, "color": colours.text},
        hoverlabel={
            "bgcolor": colours.surface,
            "bordercolor": colours.line,
            "font": {"color": colours.text, "family": FONT, "size": 14 * scale},
            "align": "left",
        },
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        dragmode=False,
    )
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure
