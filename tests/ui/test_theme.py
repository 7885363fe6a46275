"""The look keeps its promises: contrast, and warning colours for warnings only."""

import re

import pytest

from settings import ROOT
from ui.components.numbers import change_of_count, count, signed
from ui.theme import DARK, LIGHT, WARNING


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [DARK, LIGHT])
@pytest.mark.parametrize("ink", ["text", "quiet", "accent"])
@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_texts_have_enough_contrast(palette, ink, ground):
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= 4.5


def test_the_style_sheets_say_the_same_colours_as_the_figures():
    css = (ROOT / "assets" / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media not print")[:2]
    for part, palette in ((dark, DARK), (light, LIGHT)):
        for name in ("ground", "surface", "line", "text", "quiet", "accent"):
            assert re.search(rf"--{name}: {getattr(palette, name)};", part), name


def test_no_warning_colour_is_used_for_anything_else():
    for name in ("shell.css", "overview.css", "data.css", "wall/wall.css"):
        css = (ROOT / "assets" / name).read_text(encoding="utf-8").lower()
        assert not [colour for colour in WARNING.values() if colour in css]


def test_changes_carry_their_sign_and_small_bases_their_difference():
    assert (change_of_count(108, 100), change_of_count(90, 100)) == ("+8.0%", "−10.0%")
    assert (change_of_count(8, 3), signed(0.01, 1), count(None)) == ("+5", "±0.0", "–")
