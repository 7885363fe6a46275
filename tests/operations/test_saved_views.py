"""A saved view is a name for a link within this site, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.errors import BadViewError, NameTakenError, NotThereError, OperationsError
from operations.migrate import bring_up_to_date
from operations.saved_views import KEYS, checked_name, checked_query, deleted, renamed, saved, saved_views
from settings import settings


@pytest.fixture(autouse=True)
def store(home: Path) -> None:
    bring_up_to_date()


def names() -> list[str]:
    return [view.name for view in saved_views("/explore")]


def test_a_view_is_saved_renamed_and_deleted():
    first = saved("/explore", "  凤城  夜间 ", "?area=370116001&period=90d&lang=en&theme=dark")
    assert (first.name, first.link) == ("凤城 夜间", "/explore?area=370116001&period=90d")
    assert saved_views("/explore") == [first] and saved_views("/map") == []
    assert renamed(first.id, "Night").name == "Night" and names() == ["Night"]
    assert deleted(first.id).name == "Night" and names() == []
    with pytest.raises(NotThereError):
        renamed(first.id, "again")
    with pytest.raises(NotThereError):
        deleted(first.id)


@pytest.mark.parametrize("id", [10**30, -1, 0, 2**31])
def test_a_number_that_no_view_can_have_is_not_there(id: int):
    for change in (deleted, lambda one: renamed(one, "x")):
        with pytest.raises(NotThereError):
            change(id)


def test_no_more_views_are_kept_than_can_be_read_through(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("operations.saved_views.MOST_VIEWS", 2)
    first, _second = saved("/explore", "a", ""), saved("/map", "a", "")
    with pytest.raises(BadViewError, match="Delete one first") as caught:
        saved("/explore", "b", "")
    assert caught.value.reason == "too_many" and names() == ["a"]
    deleted(first.id)
    assert saved("/explore", "b", "").name == "b"


def test_a_view_without_choices_links_to_the_bare_page():
    assert saved("/explore", "all", "").link == "/explore"


def test_a_name_is_there_once_a_page():
    one, _other = saved("/explore", "a", ""), saved("/explore", "b", "")
    assert saved("/map", "a", "").page == "/map"
    with pytest.raises(NameTakenError, match="already a saved view 'a'"):
        saved("/explore", " a ", "period=7d")
    with pytest.raises(NameTakenError):
        renamed(_other.id, "a")
    assert renamed(one.id, "a").id == one.id
    assert names() == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "name_empty"), (" \t ", "name_empty"), ("字" * 81, "name_long"), ("a\u202eb", "name_signs"), ("a\x00b", "name_signs")],
)  # fmt: skip
def test_names_that_nobody_could_read_are_refused(name: str, reason: str):
    with pytest.raises(BadViewError) as caught:
        saved("/explore", name, "")
    assert caught.value.reason == reason and names() == []


def test_a_name_of_eighty_signs_is_kept_whole():
    assert len(checked_name("字" * 80)) == 80
    assert checked_name("<script>alert(1)</script>") == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "query",
    [
        "//evil.example/",
        "https://evil.example/?area=1",
        "javascript:alert(1)",
        "area=1&next=https://evil.example",
        "area=1&area=2",
        "area=%00",
        "area=%E9%FF",
        "area",
        "sel=" + "x" * 5000,
        "area=1#<b>",
        "period=7d\r\nSet-Cookie: a=b",
    ],
)
def test_what_is_no_query_of_ours_is_refused(query: str):
    try:
        link = "/explore?" + checked_query(query)
    except BadViewError:
        return
    assert "evil" not in link and "\n" not in link and "#" not in link


@pytest.mark.parametrize("page", ["", "explore", "//evil.example", "https://evil.example/", "/explore/../data"])
def test_a_page_is_one_of_ours(page: str):
    with pytest.raises(BadViewError):
        saved(page, "x", "")


@given(
    values=st.dictionaries(
        st.sampled_from(KEYS), st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40)
    )
)
def test_whatever_was_chosen_comes_back_from_the_link(values: dict[str, str]):
    from urllib.parse import parse_qsl, urlencode

    written = checked_query(urlencode(values))
    assert dict(parse_qsl(written)) == values and checked_query(written) == written


def test_a_store_that_cannot_be_opened_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("")
    for address in (f"sqlite:///{tmp_path}/file/x.sqlite", "mysql://a/b", "not a url", "postgresql://127.0.0.1:1/x"):
        monkeypatch.setenv("ZHILI_OPERATIONS", address)
        settings.cache_clear()
        with pytest.raises(OperationsError) as caught:
            bring_up_to_date()
        assert "\n" not in str(caught.value)
