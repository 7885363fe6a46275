"""A site that loads texts unmasked still never shows them: not in a row, not by a search, not in a file."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analytics.explore.rows import one_row, row_count, rows
from analytics.explore.rows_asked import Sifting
from analytics.explore.selection import Selection
from analytics.points import POINTS_AT_MOST, incident_points, last_incidents
from analytics.view import View
from tests import small
from tests.homes import living_in
from warehouse.connect import writer

PHONE, PERSON = "13812345678", "370116198001011234"


@pytest.fixture(scope="module")
def unmasked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    with living_in(tmp_path_factory.mktemp("unmasked") / "home"):
        yield _unmasked()


def _unmasked() -> View:
    small.build()
    with writer() as connection:
        connection.execute(
            "update incident set title = $1, description = $2, reply = $3 where incident_id = 'grid_app:3'",
            [f"路灯不亮，电话{PHONE}", f"联系人：王小明，身份证{PERSON}", f"已致电{PHONE}回复李女士"],
        )
        connection.execute(
            "update incident set title = $1, lon = 117.6, lat = 36.2 where incident_id = 'grid_app:4'",
            [f"身份证{PERSON}，王小明，手机{PHONE}"],
        )
    return View.from_query({"period": "all"})


def found(view: View, column: str, text: str, kind: str = "contains") -> int:
    model = {column: {"filterType": "text", "type": kind, "filter": text}}
    return row_count(view, Selection(), Sifting.from_models(None, model).conditions)


def test_rows_and_details_show_no_number_and_no_name(unmasked: View):
    shown = rows(
        unmasked,
        Selection(),
        Sifting.from_models(
            [{"colId": "title", "sort": "desc"}],
            {"incident_id": {"filterType": "text", "type": "equals", "filter": "grid_app:3"}},
        ),
        0,
        10,
    )
    row = one_row(unmasked, "grid_app:3")
    everything = f"{pd.DataFrame(shown.frame).to_dict()} {row}"
    assert "路灯不亮" in everything and "***" in everything
    assert not any(secret in everything for secret in (PHONE, PERSON, "王小明", "李女士", "5678"))


def test_the_titles_on_the_map_and_beside_it_show_no_number_and_no_name(unmasked: View):
    beside, on_the_map = last_incidents(unmasked, 1000), incident_points(unmasked)
    assert len(on_the_map) <= POINTS_AT_MOST
    for titles in (beside["title"], on_the_map["title"]):
        everything = " ".join(titles.dropna())
        assert "身份证******" in everything and "***" in everything
        assert not any(secret in everything for secret in (PHONE, PERSON, "王小明", "5678"))
    for rows_shown in (beside, on_the_map):
        assert rows_shown["reported_at"].is_monotonic_decreasing


@pytest.mark.parametrize("text", [PHONE, "138123", "5678", "5"])
def test_a_search_does_not_tell_a_number_digit_by_digit(unmasked: View, text: str):
    assert found(unmasked, "title", text) == 0
    assert found(unmasked, "title", text, "endsWith") == 0


def test_what_is_shown_can_be_searched(unmasked: View):
    assert found(unmasked, "title", "路灯不亮") == 1
    assert found(unmasked, "title", "电话***") == 1
    assert found(unmasked, "description", "联系人") == 1


def test_the_home_was_loaded_by_another_way_than_masking(unmasked: View, tmp_path: Path):
    from analytics.answers import cursor

    assert (
        cursor(None)
        .execute("select title from incident where incident_id = 'grid_app:3'")
        .fetchone()[0]
        .endswith(PHONE)
    )


def test_the_due_state_is_what_a_person_would_say(unmasked: View):
    shown = pd.concat([rows(unmasked, Selection(), Sifting(), start, start + 200).frame for start in (0, 200)])
    assert len(shown) == 400 and set(shown["due_state"]) == {"on_time", "late", "overdue", "running"}
    for row in shown.itertuples():
        if pd.isna(row.closed_at):
            assert row.due_state == ("overdue" if row.due_at < unmasked.now else "running")
        else:
            assert row.due_state == ("on_time" if row.closed_at <= row.due_at else "late")
