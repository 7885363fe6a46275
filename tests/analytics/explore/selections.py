"""Random selections over what the incidents of these tests have, and the same condition in pandas."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import strategies as st

from analytics.explore.selection import Selection
from tests.analytics.explore.conftest import AREAS, CATEGORIES, CHANNELS, DEPARTMENTS

HOUR = pd.Timedelta(hours=1)


def _some(values) -> st.SearchStrategy:
    order = {value: (value is None, value or "") for value in values}
    return st.sets(st.sampled_from(values), max_size=3).map(lambda some: tuple(sorted(some, key=order.get)))


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    """Any selection; each part is empty about half of the time."""
    maybe = lambda strategy, empty: draw(st.just(empty) | strategy)  # noqa: E731
    days = st.tuples(st.integers(0, 50), st.integers(0, 20)).map(
        lambda span: (date(2026, 9, 5) + timedelta(days=span[0]), date(2026, 9, 5) + timedelta(days=sum(span)))
    )
    cells = st.sets(st.tuples(st.integers(1, 7), st.integers(0, 23)), max_size=60).map(lambda c: tuple(sorted(c)))
    bounds = st.tuples(st.sampled_from([0.0, 0.25, 1.0, 24.0]), st.sampled_from([24.5, 72.0, 1e5, float("inf")]))
    return Selection(
        areas=maybe(_some((*AREAS, "370116001", "370116001002")), ()), days=maybe(days, None), hours=maybe(cells, ()),
        categories=maybe(_some((*CATEGORIES, "政法")), ()), departments=maybe(_some(DEPARTMENTS), ()),
        channels=maybe(_some(CHANNELS), ()), durations=maybe(bounds, None),
    )  # fmt: skip


def local(rows: pd.DataFrame) -> pd.Series:
    return rows["reported_at"] + 8 * HOUR


def lasted_hours(rows: pd.DataFrame, until) -> pd.Series:
    ends = pd.to_datetime(rows["closed_at"]).fillna(pd.Timestamp(until)).clip(upper=pd.Timestamp(until))
    return (ends - rows["reported_at"]) // pd.Timedelta(minutes=1) / 60


def kept(rows: pd.DataFrame, selection: Selection, until) -> pd.DataFrame:
    """The rows a selection holds, one row at a time and without SQL."""
    at, hours = local(rows), lasted_hours(rows, until)
    holds = [
        _holds(row, selection, moment, lasted)
        for (_, row), moment, lasted in zip(rows.iterrows(), at, hours, strict=True)
    ]
    return rows[pd.Series(holds, index=rows.index, dtype=bool)]


def _holds(row: pd.Series, selection: Selection, at: pd.Timestamp, lasted: float) -> bool:
    area, category = row["area_id"], row["category"]
    return (
        (not selection.areas or any(_in_area(area, chosen) for chosen in selection.areas))
        and (selection.days is None or selection.days[0] <= at.date() <= selection.days[1])
        and (not selection.hours or (at.isoweekday(), at.hour) in selection.hours)
        and (not selection.categories or any(_in_category(category, chosen) for chosen in selection.categories))
        and (not selection.departments or row["department"] in selection.departments)
        and (not selection.channels or row["channel"] in selection.channels)
        and (selection.durations is None or selection.durations[0] <= lasted < selection.durations[1])
    )


def _in_area(area: str | None, chosen: str | None) -> bool:
    if chosen is None:
        return area is None or area == "370116"
    return area is not None and area.startswith(chosen)


def _in_category(category: str | None, chosen: str | None) -> bool:
    if chosen is None or category is None:
        return chosen is category
    return category == chosen or category.startswith(chosen + "/")


def in_period(rows: pd.DataFrame, view) -> pd.DataFrame:
    return rows[(rows["reported_at"] >= view.since) & (rows["reported_at"] < view.until)]
