"""Classes of colour hold every value once, say so in the legend, and density counts every point."""

import base64

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.maps.density import density_picture
from ui.maps.picture import picture
from ui.maps.scale import CLASSES, SHADES, scale
from ui.words import speaker

VALUES = st.lists(st.none() | st.integers(0, 5000).map(float), max_size=300)


@given(values=VALUES)
def test_every_value_is_in_one_class_and_none_are_counted_apart(values: list):
    found = scale(values, whole=True)
    assert sum(found.counts) + found.missing == len(values)
    assert list(found.edges) == sorted(set(found.edges))
    assert len(found.edges) <= CLASSES + 1 and len(found.shades) == len(found.edges)
    assert all(0 <= shade < SHADES for shade in found.shades)
    known = [value for value in values if value is not None]
    assert not known or found.edges[0] <= min(known)


@given(values=st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=200))
@example(values=[10.999999999883585])
def test_no_positive_value_of_a_rate_falls_below_the_first_edge(values: list):
    found = scale(values, whole=False)
    assert sum(found.counts) == len(values) and found.edges[0] <= min(values) + 1e-12


def test_zero_has_a_class_of_its_own_in_counts():
    found = scale([0.0, 0.0, 1.0, 2.0, 9.0, None], whole=True)
    assert found.edges[:2] == (0.0, 1.0) and found.counts[0] == 2 and found.missing == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_legend_counts_every_grid_and_says_what_hatched_means(lang: str):
    frame = pd.DataFrame(
        {"numerator": [1, 0, 3, 8], "denominator": np.nan, "value": [1.0, 0.0, np.nan, 8.0]}, index=list("abcd")
    )
    shown = picture(
        frame, ["d", "c", "b", "a"], [False, True, True, True], whole=True, percent=False, min_n=1, say=speaker(lang)
    )
    assert shown["value"] == [8, None, 0, 1]
    assert sum(row["n"] for row in shown["legend"]) == 3
    assert shown["legend"][-1]["shade"] == "none" and shown["legend"][-1]["why"]


def test_density_is_a_png_that_covers_its_points_and_leaves_strays_out():
    chance = np.random.default_rng(1)
    lon, lat = chance.normal(117.6, 0.05, 20_000), chance.normal(36.2, 0.05, 20_000)
    found = density_picture(np.append(lon, 0.0), np.append(lat, 0.0), "dark")
    assert found is not None and found.counted == 20_000
    west, south, east, north = found.bounds
    assert west <= lon.min() and east >= lon.max() and south <= lat.min() and north >= lat.max()
    assert base64.b64decode(found.url.split(",")[1]).startswith(b"\x89PNG")
    assert density_picture(np.array([]), np.array([]), "dark") is None
