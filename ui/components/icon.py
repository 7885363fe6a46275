"""Icons: our own SVG files, painted in the colour of the text beside them."""

from dash import html


def icon(name: str) -> html.Span:
    """The icon `assets/icons/<name>.svg`; it says nothing to a screen reader, so the button or link must."""
    return html.Span(className=f"icon icon-{name}", **{"aria-hidden": "true"})
