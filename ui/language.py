"""Which language and theme a request speaks: the address first, then what the browser remembers, then Chinese and dark."""

from collections.abc import Callable

from flask import has_request_context, request

from ui.words import LANGUAGES, speaker

THEMES = ("dark", "light")


def language(asked: str | None = None) -> str:
    """`zh` or `en` for this request."""
    return _chosen(asked, "zhili_lang", LANGUAGES)


def theme(asked: str | None = None) -> str:
    """`dark` or `light` for this request."""
    return _chosen(asked, "zhili_theme", THEMES)


def page_title(key: str) -> Callable[..., str]:
    """A page's title in the language of whoever asks, for `dash.register_page`."""

    def title(**_path: str) -> str:
        say = speaker(language(request.args.get("lang") if has_request_context() else None))
        return f"{say(key)} · {say('shell.brand')}"

    return title


def _chosen(asked: str | None, cookie: str, known: tuple[str, ...]) -> str:
    remembered = request.cookies.get(cookie) if has_request_context() else None
    return next((value for value in (asked, remembered) if value in known), known[0])
