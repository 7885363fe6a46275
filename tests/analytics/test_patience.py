"""One heavy question never freezes the rest."""

import threading
import time

import pytest

from analytics.answers import cursor, question, stop
from analytics.metrics import measure
from analytics.patience import (
    QuestionBusyError,
    QuestionStoppedError,
    QuestionTooBigError,
    QuestionTooLongError,
    ask_for,
)
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
        ask_for(tab)
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


@question
def outer(_mine, _as_of, again=0):
    return everything(None, again)


def test_whoever_waits_for_what_a_question_is_asked_for_keeps_it_going(ask):
    heard: list = []

    def run(tab: str) -> None:
        ask_for(tab)
        try:
            outer(None, 20)
        except Exception as error:
            heard.append((tab, error))

    threads = [threading.Thread(target=run, args=(tab,)) for tab in ("first", "second")]
    for thread in threads:
        thread.start()
        time.sleep(0.4)
    stop("first")
    time.sleep(0.5)
    assert "second" not in [tab for tab, _ in heard], "the inner question is the second's too"
    stop("second")
    [thread.join(3) for thread in threads]
    assert not any(thread.is_alive() for thread in threads)
    assert {type(error) for _, error in heard} == {QuestionStoppedError}


def test_a_page_that_was_stopped_begins_none_of_its_other_questions(ask):
    heard: list = []

    def page() -> None:
        ask_for("page")
        for again in (30, 31, 32):
            try:
                everything(None, again)
            except QuestionStoppedError:
                heard.append(again)

    thread = threading.Thread(target=page)
    thread.start()
    time.sleep(0.4)
    stop("page")
    thread.join(3)
    assert heard == [30, 31, 32] and not thread.is_alive()


def test_a_new_page_of_a_tab_that_was_stopped_is_answered(ask):
    stop("again")
    time.sleep(0.01)
    ask_for("another")
    ask_for("again")
    assert measure(View.from_query({}), "incident_count").numerator > 0
    ask_for("")


def test_long_questions_leave_threads_for_short_ones(ask, monkeypatch):
    monkeypatch.setattr("analytics.answers.LONG_SECONDS", 0.2)
    monkeypatch.setenv("ZHILI_WEB_THREADS", "5")
    settings.cache_clear()
    heard: list = []
    threads = [_ask_as(f"long {n}", 40 + n, heard) for n in range(2)]
    with pytest.raises(QuestionBusyError):
        everything(None, 50)
    for n in range(2):
        stop(f"long {n}")
    [thread.join(3) for thread in threads]
    assert measure(View.from_query({"period": "7d"}), "incident_count").numerator > 0
