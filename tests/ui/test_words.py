"""Every word on screen exists in both languages, and every word that is asked for exists."""

import re
import string

import pytest

from settings import ROOT
from ui.words import all_words, speaker, term

SAID = re.compile(r"""say\(\s*f?["']([a-z_]+\.[A-Za-z0-9_{}.]+)["']""")


def _sources() -> str:
    files = [*(ROOT / "pages").rglob("*.py"), *(ROOT / "ui").rglob("*.py"), ROOT / "app.py"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("key", sorted(all_words()))
def test_every_key_has_both_languages_with_the_same_blanks(key):
    texts = all_words()[key]
    assert set(texts) == {"zh", "en"}
    assert texts["zh"].strip()
    blanks = {lang: {name for _, name, _, _ in string.Formatter().parse(text) if name} for lang, text in texts.items()}
    assert blanks["zh"] == blanks["en"]


def test_every_key_that_is_said_exists():
    said = {key for key in SAID.findall(_sources()) if "{" not in key}
    assert len(said) > 40
    assert said - set(all_words()) == set()


@pytest.mark.parametrize("key", sorted(all_words()))
def test_chinese_texts_use_chinese_punctuation(key):
    assert not re.search(r"[\u4e00-\u9fff][,;:!?(]", all_words()[key]["zh"])


def test_a_code_without_words_is_shown_as_it_is():
    assert term("en", "channel", "pigeon") == "pigeon"
    assert term("zh", "channel", "hotline") == "12345热线"


def test_an_unknown_language_is_chinese():
    assert speaker("xx")("shell.overview") == "总览"
