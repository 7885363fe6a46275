"""Every linked view counts what an independent count in pandas finds, and never narrows itself."""

from collections import Counter
from datetime import date
from functools import partial

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from analytics.explore import views
from analytics.explore.selection import Selection, chosen
from analytics.view import View
from tests.analytics.explore.selections import in_period, kept, lasted_hours, local, selections

few = partial(settings, max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def counted(frame: pd.DataFrame) -> dict:
    return {key: n for key, n in zip(frame["key"], frame["count"], strict=True) if n}


def own_keys(rows: pd.DataFrame, by: str) -> list[str | None]:
    if by.startswith("category:"):
        depth = int(by[-1])
        return [None if c is None else "/".join(c.split("/")[:depth]) for c in rows["category"]]
    if by in ("town", "community", "grid"):
        length = {"town": 9, "community": 12, "grid": 15}[by]
        return [a[:length] if a is not None and len(a) >= length else None for a in rows["area_id"]]
    return list(rows[by])


@few()
@given(selection=selections())
@pytest.mark.parametrize(
    "by", ["department", "channel", "category:1", "category:2", "category:3", "town", "community", "grid"]
)
def test_names_and_areas_are_counted_under_all_but_their_own_part(rows, view: View, by: str, selection: Selection):
    part = views.PART_OF.get(by.partition(":")[0], "areas")
    mine = kept(in_period(rows, view), selection.without(part), view.until)
    found = views.by_area(view, selection, by) if part == "areas" else views.by_name(view, selection, by)
    assert counted(found) == dict(Counter(own_keys(mine, by)))


@few()
@given(selection=selections())
def test_days_and_hours_are_those_of_the_local_clock(rows, view: View, selection: Selection):
    by_day = views.over_time(view, selection)
    mine = local(kept(in_period(rows, view), selection.without("days"), view.until))
    assert dict(zip(by_day["first_on"].dt.date, by_day["count"], strict=True)) == Counter(mine.dt.date) | dict.fromkeys(
        set(by_day["first_on"].dt.date) - set(mine.dt.date), 0
    )
    mine = local(kept(in_period(rows, view), selection.without("hours"), view.until))
    cells = Counter(zip(mine.dt.isocalendar().day, mine.dt.hour, strict=True))
    table = views.by_hour(view, selection)
    assert {(day, hour): n for day, row in table.iterrows() for hour, n in row.items() if n} == dict(cells)
    assert table.shape == (7, 24)


@few()
@given(selection=selections())
def test_durations_are_binned_closed_and_open_apart(rows, view: View, selection: Selection):
    mine = kept(in_period(rows, view), selection.without("durations"), view.until)
    hours, is_closed = lasted_hours(mine, view.until), pd.to_datetime(mine["closed_at"]) < view.until
    found = views.by_duration(view, selection)
    for bin_ in found.itertuples():
        inside = (hours >= bin_.from_hours) & (hours < bin_.to_hours)
        assert (bin_.closed, bin_.open) == ((inside & is_closed).sum(), (inside & ~is_closed).sum())
    assert found["closed"].sum() + found["open"].sum() == len(mine)
    assert len(found) == len(views.by_duration(view, Selection()))


@few()
@given(selection=selections())
def test_the_total_is_what_all_parts_hold_together(rows, view: View, selection: Selection):
    whole = in_period(rows, view)
    found = views.total(view, selection)
    assert (found.selected, found.whole) == (len(kept(whole, selection, view.until)), len(whole))
    assert chosen(view, selection).sql.count("$") >= 2


def test_a_view_stays_as_it_is_whatever_is_picked_in_itself(view: View):
    picked = Selection.from_text(
        "channel:hotline;department:~;category:政法;area:370116001;hour:1.8;day:2026-10-01..2026-10-02;lasted:1..5"
    )
    own = {
        "channels": lambda s: views.by_name(view, s, "channel"), "departments": lambda s: views.by_name(view, s, "department"),
        "categories": lambda s: views.by_name(view, s, "category:2"), "areas": lambda s: views.by_area(view, s, "town"),
        "days": lambda s: views.over_time(view, s), "hours": lambda s: views.by_hour(view, s), "durations": lambda s: views.by_duration(view, s),
    }  # fmt: skip
    for part, ask in own.items():
        only = Selection(**{part: getattr(picked, part)})
        pd.testing.assert_frame_equal(ask(only), ask(Selection()))
        others = [other for other in own if other != part]
        assert any(not own[other](only).equals(own[other](Selection())) for other in others)


@pytest.mark.parametrize(
    ("first", "last", "grain", "bars"),
    [("2026-10-05", "2026-10-05", "day", 1), ("2026-06-24", "2026-10-20", "day", 119), ("2026-03-01", "2026-10-20", "week", 35), ("2020-01-15", "2026-10-20", "month", 82)],
)  # fmt: skip
def test_bars_cover_the_period_and_no_more(rows, first: str, last: str, grain: str, bars: int):
    view = View.from_query({"period": "custom", "from": first, "to": last})
    found = views.over_time(view, Selection())
    assert (views.grain(view), len(found)) == (grain, bars)
    assert found["first_on"].iloc[0].date() == date.fromisoformat(first)
    assert found["last_on"].iloc[-1].date() == date.fromisoformat(last)
    assert (found["first_on"].iloc[1:].to_numpy() - found["last_on"].iloc[:-1].to_numpy() == pd.Timedelta(days=1)).all()
    assert found["count"].sum() == len(in_period(rows, view))


def test_a_view_of_one_area_keeps_to_it(rows, view: View):
    inside = View.from_query({"period": "30d", "area": "370116001"})
    found = views.by_area(inside, Selection.from_text("area:370116101"), "community")
    assert {key[:9] for key in found["key"] if key} == {"370116001"}
