"""Which language and theme a request speaks: the address first, then what the browser remembers, then Chinese and dark."""

from flask import has_request_context, request

from ui.words import LANGUAGES

THEMES = ("dark", "light")


def language(asked: str | None = None) -> str:
    """`zh` or `en` for this request."""
    return _chosen(asked, "zhili_lang", LANGUAGES)


def theme(asked: str | None = None) -> str:
    """`dark` or `light` for this request."""
    return _chosen(asked, "zhili_theme", THEMES)


def _chosen(asked: str | None, cookie: str, known: tuple[str, ...]) -> str:
    remembered = request.cookies.get(cookie) if has_request_context() else None
    return next((value for value in (asked, remembered) if value in known), known[0])
