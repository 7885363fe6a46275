"""What screens get while an answer is made: the one before it, at once; and one answer for all of them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages.wall.screens import MOST_KEPT, Answer, Screens


def whole(text: str, mark: int = 0) -> Answer:
    return Answer(text.encode(), mark, is_whole=True)


def test_an_answer_is_made_once_for_all_who_ask_meanwhile():
    made, screens = [], Screens()

    def make(_last: Answer | None) -> Answer:
        made.append(1)
        time.sleep(0.2)
        return whole("one")

    with ThreadPoolExecutor(20) as walls:
        found = list(walls.map(lambda _: screens.get("a", make), range(20)))
    assert len(made) == 1 and {one.body for one in found} == {b"one"}


def test_while_a_new_answer_is_made_there_is_the_one_before_and_then_the_new_one():
    screens, go_on = Screens(look_seconds=0, wait_seconds=0.05), threading.Event()
    screens.get("a", lambda _: whole("old"))

    def slow(last: Answer | None) -> Answer:
        assert last is not None and last.body == b"old"
        go_on.wait(10)
        return whole("new", 1)

    began = time.monotonic()
    assert screens.get("a", slow).body == b"old" and screens.get("a", slow).body == b"old"
    assert time.monotonic() - began < 5
    go_on.set()
    deadline = time.monotonic() + 10
    while screens.get("a", lambda last: last).body != b"new":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_who_has_none_yet_waits_for_a_moment_and_is_told_that_there_is_none():
    screens, go_on = Screens(first_seconds=0.05), threading.Event()
    assert screens.get("a", lambda _: whole(str(go_on.wait(10)))) is None
    go_on.set()


def test_what_fails_is_raised_and_the_next_look_may_succeed():
    screens = Screens(look_seconds=0)
    with pytest.raises(ZeroDivisionError):
        screens.get("a", lambda _: whole(str(1 / 0)))
    assert screens.get("a", lambda _: whole("one")).body == b"one"


def test_what_was_looked_at_just_now_is_not_looked_at_again():
    screens = Screens(look_seconds=60)
    screens.get("a", lambda _: whole("one"))
    assert screens.get("a", lambda _: whole("two")).body == b"one"


def test_no_more_than_a_bounded_number_is_kept():
    screens = Screens(look_seconds=60)
    for n in range(MOST_KEPT + 5):
        screens.get(n, lambda _, n=n: whole(str(n)))
    assert len(screens._kept) == MOST_KEPT
