"""Which words stand on screen, in Chinese and English: every `*.toml` beside this file, keyed `file.key`."""

import tomllib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

LANGUAGES = ("zh", "en")

Speaker = Callable[..., str]


@cache
def all_words() -> dict[str, dict[str, str]]:
    """Every key with its text by language."""
    words = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            words[f"{path.stem}.{key}"] = texts
    return words


def word(lang: str, key: str, **values: object) -> str:
    """The text of `key` in `lang` with `{values}` filled in; `KeyError` names a key that has no words."""
    text = all_words()[key][lang if lang in LANGUAGES else "zh"]
    return text.format(**values) if values else text


def speaker(lang: str | None) -> Speaker:
    """A function that says the words of one language, by their key."""
    return partial(word, lang if lang in LANGUAGES else "zh")


def term(lang: str, group: str, code: str | None) -> str:
    """A code from the data (a channel, a level) in words where we have some, else the code itself."""
    texts = all_words().get(f"{group}.{code}")
    return texts[lang if lang in LANGUAGES else "zh"] if texts else (code or word(lang, "shell.unknown"))


def half(text: str, lang: str) -> str:
    """A text that the data keep in both languages, the Chinese first (`结案早于上报 / closed before …`), in one; another as it is."""
    zh, _, en = text.partition(" / ")
    return (en if lang == "en" else zh) or text
