"""The evidence as a figure: what lies over the band is marked, the band is drawn, and plotly's checks pass."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import plotly.graph_objects as go
import pytest

from ui.figures.warning_series import warning_series
from ui.theme import WARNING


@dataclass(frozen=True)
class Point:
    """One period, as the store keeps it."""

    at: datetime
    observed: float
    expected: float
    upper: float


def series(*observed: float, step: timedelta = timedelta(days=1)) -> list[Point]:
    return [Point(datetime(2026, 10, 1) + n * step, value, 2.0, 4.0) for n, value in enumerate(observed)]


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(days=7)])
def test_what_lies_over_the_band_is_marked_in_the_colour_of_the_grade(step: timedelta):
    points = series(1, 5, 4, 9, step=step)
    figure = warning_series(points, [""] * 4, 3, "件", "dark", 1.0).to_plotly_json()
    band, expected, came, over = figure["data"]
    assert over["y"] == [5, 9] and over["marker"]["color"] == WARNING["orange"], "what is on the band is not over it"
    assert max(band["y"]) == 4.0 and expected["y"] == [2.0] * 4 and came["y"] == [1, 5, 4, 9]
    assert figure["layout"]["yaxis"]["range"][1] > 9 and len(figure["layout"]["xaxis"]["tickvals"]) <= 5
    assert len(go.Figure(figure).data) == 4


def test_what_falls_below_nought_is_seen_whole():
    figure = warning_series(series(-3, 1), ["", ""], 1, "m", "light", 1.0).to_plotly_json()
    assert figure["layout"]["yaxis"]["range"][0] < -3
