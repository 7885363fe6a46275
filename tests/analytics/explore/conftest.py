"""Six hundred incidents with every kind of gap in them, in the small district, and the same rows for pandas."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.view import View
from tests import small
from tests.homes import living_in, put

DEPARTMENTS = ("城管局", "公安局", "a;b:c%~,", "~", None)
CHANNELS = ("hotline", "grid_app", "petition", None)
CATEGORIES = (*small.CATEGORIES, "城乡建设", "城乡建设/环境卫生", "城乡建设二/环境卫生", None)
AREAS = (*small.GRIDS, "370116001001", "370116101", "370116", None)


def _rows() -> pd.DataFrame:
    draw = np.random.default_rng(20261124)
    n = 600
    reported = [small.NOW - timedelta(minutes=int(m)) for m in draw.integers(0, 60 * 24 * 45, n)]
    lasted = [None if draw.random() < 0.2 else timedelta(minutes=int(2 ** draw.uniform(0, 16))) for _ in range(n)]
    pick = lambda among: [among[i] for i in draw.integers(0, len(among), n)]  # noqa: E731
    return _without_nan({
        "incident_id": [f"app:{i}" for i in range(n)], "source": "app", "reported_at": reported,
        "closed_at": [None if took is None else at + took for at, took in zip(reported, lasted, strict=True)],
        "department": pick(DEPARTMENTS), "channel": pick(CHANNELS), "category": pick(CATEGORIES), "area_id": pick(AREAS),
    })  # fmt: skip


def _without_nan(columns: dict) -> pd.DataFrame:
    """What is missing is None: pandas would make it a number."""
    names = ["department", "channel", "category", "area_id"]
    return pd.DataFrame(columns).assign(**{name: pd.Series(columns[name], dtype=object) for name in names})


@pytest.fixture(scope="package")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pd.DataFrame]:
    """The incidents, which are also what the present home's warehouse holds."""
    with living_in(tmp_path_factory.mktemp("explore") / "home"):
        small.build()
        frame = _rows()
        put({"incident": frame}, instead=True)
        yield frame


@pytest.fixture
def view(rows: pd.DataFrame) -> View:
    """The last thirty days of the whole district."""
    return View.from_query({"period": "30d"})
