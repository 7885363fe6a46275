"""An answer is computed once for all who ask at the same time, kept under its snapshot, and the store stays bounded."""

import threading
import time

import pandas as pd
import pytest

from analytics import answers
from analytics.answers import Answers, newest_snapshot
from analytics.metrics import measure
from analytics.view import View
from settings import settings
from tests import small
from warehouse.connect import writer


def test_twenty_who_ask_at_once_share_one_computation():
    store, computed, answers = Answers(), [], []

    def compute(_underway) -> str:
        computed.append(1)
        time.sleep(0.2)
        return "answer"

    threads = [threading.Thread(target=lambda: answers.append(store.get("key", compute))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(computed), answers) == (1, ["answer"] * 20)


def test_an_error_reaches_whoever_asked_and_is_not_kept():
    store = Answers()

    def fail(_underway) -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.get("key", fail)
    assert store.get("key", lambda _: "now") == "now"


def test_the_store_never_holds_more_than_its_room():
    store = Answers(room_bytes=50_000)
    for n in range(30):
        store.get(n, lambda _: pd.DataFrame({"a": range(500)}))
    assert 0 < store.answers.bytes <= 50_000
    store.get("big", lambda _: pd.DataFrame({"a": range(100_000)}))
    assert store.answers.bytes <= 50_000


def test_a_new_snapshot_gives_a_new_answer_and_as_of_the_old_one(home):
    settings.cache_clear()
    small.build()
    before, snapshot = measure(View.from_query({}), "incident_count").numerator, newest_snapshot()
    with writer() as connection:
        connection.execute("delete from incident where channel = 'hotline'")
    now = measure(View.from_query({}), "incident_count").numerator
    assert 0 < now < before
    assert measure(View.from_query({"as_of": str(snapshot)}), "incident_count").numerator == before


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.6, 0.9])
def test_facts_of_which_a_part_is_lost_are_made_anew(home, caplog, kept: float):
    settings.cache_clear()
    small.build()
    view = View.from_query({"period": "all"})
    before = [measure(view, name) for name in ("incident_count", "on_time_rate", "settled_in_grid_rate")]
    [facts] = (home / "facts").glob("*.duckdb")
    with facts.open("r+b") as file:
        file.truncate(int(facts.stat().st_size * kept))
    answers._reader.cache_clear()
    answers._ANSWERS = Answers()
    assert [measure(view, name) for name in ("incident_count", "on_time_rate", "settled_in_grid_rate")] == before
    assert "made anew" in caplog.text
