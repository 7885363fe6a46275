"""One heavy question never freezes the rest."""

import threading
import time

import pytest

from analytics.answers import cursor, question, stop
from analytics.metrics import measure
from analytics.patience import QuestionStoppedError, QuestionTooBigError, QuestionTooLongError, asker
from analytics.view import View
from settings import settings

ENDLESS = "select count(*) from range(100000) a, range(100000) b, range(100000) c where a.range + b.range < c.range"


@question
def everything(mine, _as_of, _again=0):
    return mine.execute(ENDLESS).fetchone()


@question
def a_huge_sort(mine, _as_of):
    mine.execute("set temp_directory = ''")
    return mine.execute("select list(range order by hash(range)) from range(300000000)").fetchone()


def test_a_question_past_its_time_is_really_stopped(ask, monkeypatch):
    monkeypatch.setenv("ZHILI_QUESTION_SECONDS", "0.5")
    settings.cache_clear()
    began = time.monotonic()
    with pytest.raises(QuestionTooLongError, match=r"longer than 0\.5 s"):
        everything(None)
    assert time.monotonic() - began < 5
    assert cursor(None).execute("select 1").fetchone() == (1,)


def test_a_question_that_needs_too_much_memory_is_refused_and_the_next_is_answered(ask):
    with pytest.raises(QuestionTooBigError, match="question_memory"):
        a_huge_sort(None)
    assert measure(View.from_query({}), "incident_count").numerator > 0


def test_others_are_answered_while_somebody_asks_for_everything(ask, monkeypatch):
    monkeypatch.setenv("ZHILI_QUESTION_SECONDS", "4")
    settings.cache_clear()
    stopped = []

    def ask_for_everything() -> None:
        try:
            everything(None, 1)
        except QuestionTooLongError:
            stopped.append(time.monotonic())

    heavy = threading.Thread(target=ask_for_everything)
    heavy.start()
    time.sleep(0.3)
    answered = [measure(View.from_query({"period": period}), "on_time_rate") for period in ("7d", "30d", "90d", "all")]
    done = time.monotonic()
    heavy.join()
    assert len(answered) == 4 and stopped and done < stopped[0]


def _ask_as(tab: str, again: int, heard: list) -> threading.Thread:
    def run() -> None:
        asker.set(tab)
        try:
            everything(None, again)
        except Exception as error:
            heard.append((tab, error, time.monotonic()))

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.4)
    return thread


def test_a_tab_that_stops_waiting_really_stops_the_warehouse(ask):
    heard: list = []
    thread = _ask_as("mine", 10, heard)
    assert stop("another") == 0 and not heard
    assert stop("mine") == 1
    thread.join(2)
    assert not thread.is_alive() and isinstance(heard[0][1], QuestionStoppedError)
    assert cursor(None).execute("select 1").fetchone() == (1,)


def test_a_question_goes_on_while_another_tab_waits_for_the_same(ask):
    heard: list = []
    threads = [_ask_as(tab, 11, heard) for tab in ("first", "second")]
    stop("second")
    threads[1].join(2)
    assert [tab for tab, _, _ in heard] == ["second"] and threads[0].is_alive()
    stop("first")
    threads[0].join(2)
    assert [tab for tab, _, _ in heard] == ["second", "first"]


def test_a_tab_that_asked_first_and_left_leaves_the_answer_to_who_still_waits(ask):
    heard: list = []
    threads = [_ask_as(tab, 12, heard) for tab in ("first", "second")]
    stop("first")
    time.sleep(0.5)
    assert not heard, "the one who computes for the other goes on"
    stop("second")
    [thread.join(2) for thread in threads]
    assert {type(error) for _, error, _ in heard} == {QuestionStoppedError}
