"""How reports grow with patrols is found again where it was planted, residents and kind of grid allowed for."""

import numpy as np
import pytest

from analytics.risk import effort as effort_of
from analytics.risk.history import History
from tests.analytics.risk.places import FIRST, cells

SQUARE = cells(30)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_the_power_of_patrols_is_found_again(monkeypatch: pytest.MonkeyPatch, power: float):
    rng = np.random.default_rng(8)
    people, gone = (
        rng.integers(200, 3000, len(SQUARE)).astype(float),
        rng.negative_binomial(2, 0.05, len(SQUARE)).astype(float),
    )
    kind = tuple(rng.choice(["urban", "rural"], len(SQUARE)))
    rate = 0.002 * people**0.6 * (gone + 1) ** power * np.where(np.array(kind) == "urban", 2.0, 1.0) / 30
    counts = rng.poisson(rate, (effort_of.DAYS, len(SQUARE))).astype(np.float32)
    monkeypatch.setattr(effort_of, "patrols", lambda *_: (gone, people, kind))
    found = effort_of.effort(1, History.of(SQUARE, FIRST, counts))
    assert found is not None and found.power == pytest.approx(power, abs=0.08)


def test_without_patrols_nothing_is_said_of_them(monkeypatch: pytest.MonkeyPatch):
    none = np.zeros(len(SQUARE))
    monkeypatch.setattr(effort_of, "patrols", lambda *_: (none, none, ("",) * len(SQUARE)))
    counts = np.ones((30, len(SQUARE)), dtype=np.float32)
    assert effort_of.effort(1, History.of(SQUARE, FIRST, counts)) is None
