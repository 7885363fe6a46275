"""A rise of the whole district that one community makes is that community's to tell; one that all share is the district's."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.answers import newest_snapshot
from analytics.early_warning.below import lies_below
from analytics.early_warning.finding import Finding, Grade
from analytics.early_warning.found import Look
from tests import small
from tests.homes import living_in, put

LOCAL, SHARED = "城乡建设/环境卫生/垃圾清运", "公用事业/供水/停水"
SINCE = small.NOW - timedelta(hours=36)
GRIDS = list(small.GRIDS)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Look]:
    """A year in which each grid has a matter once in ten days, and then a day with twelve: in one grid, or in all."""
    with living_in(tmp_path_factory.mktemp("below") / "home"):
        small.build()
        put({"incident": pd.concat([_usual(LOCAL), _usual(SHARED), _now(LOCAL, GRIDS[:1]), _now(SHARED, GRIDS)])})
        yield Look(newest_snapshot(), small.NOW)


def _usual(category: str) -> pd.DataFrame:
    ago = np.tile(np.arange(20, 360, 10), len(GRIDS))
    return _rows("old", category, np.repeat(GRIDS, len(ago) // len(GRIDS)), small.NOW - pd.to_timedelta(ago, unit="D"))


def _now(category: str, grids: list[str]) -> pd.DataFrame:
    return _rows("new", category, np.resize(grids, 12), np.repeat(pd.Timestamp(SINCE + timedelta(hours=2)), 12))


def _rows(name: str, category: str, grid: object, reported: object) -> pd.DataFrame:
    frame = pd.DataFrame({"grid_id": grid, "reported_at": reported})
    ids = [f"test:{name}:{category}:{n}" for n in range(len(frame))]
    return frame.assign(
        incident_id=ids, area_id=frame["grid_id"], source="test", category=category, status="reported", located_by="code", load_id=2
    )  # fmt: skip


def rise(category: str) -> Finding:
    return Finding(
        rule="counts_district", subject_kind="category", subject=category.rsplit("/", 1)[0], area_id="370116", grids=(), since=SINCE,
        until=small.NOW, observed=12.0, expected=0.6, unit="incidents", probability=1e-9, confidence=0.99, grade=Grade.orange,
        reason={"days": 1},
    )  # fmt: skip


def test_a_rise_that_one_community_makes_is_told_there(district: Look):
    assert lies_below(district, rise(LOCAL))


def test_a_rise_that_all_communities_share_is_told_by_the_district(district: Look):
    assert not lies_below(district, rise(SHARED))


def test_what_happened_outside_its_days_says_nothing(district: Look):
    earlier: datetime = SINCE - timedelta(days=3)
    assert not lies_below(district, Finding(**{**vars(rise(LOCAL)), "since": earlier}))
