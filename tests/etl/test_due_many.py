"""Many cases in many batches, with rules, pauses and duplicates mixed: each due time as a walk through its minutes finds it."""

import random
from datetime import datetime, timedelta
from functools import lru_cache

import pytest

from tests.etl.test_due import DUE, PROFILE, hotline, line, load  # noqa: F401
from tests.working_time.test_clock import is_office_minute

START = datetime(2026, 1, 26, 0, 0)
"""Three weeks before Spring Festival, whose make-up workdays are Saturdays 14 and 28 February."""
MINUTE = timedelta(minutes=1)
office_minute = lru_cache(maxsize=None)(is_office_minute)


def walked(start: datetime, minutes: int, is_natural: bool, pauses: list[tuple[datetime, datetime]]) -> datetime:
    now = start
    while minutes:
        is_paused = any(begun <= now < ended for begun, ended in pauses)
        minutes -= not is_paused and (is_natural or office_minute(now - timedelta(hours=8)))
        now += MINUTE
    return now


def some_case(chance: random.Random, number: int) -> tuple[dict, datetime | None, str | None]:
    """Cells of a case, and its due time and what gave it."""
    reported = START + timedelta(minutes=chance.randrange(40 * 1440))
    cells: dict[str, object] = {"编号": number, "上报": f"{reported:%Y-%m-%d %H:%M}"}
    if chance.random() < 0.3:
        due = reported + timedelta(minutes=chance.randrange(9000))
        return cells | {"期限": f"{due:%Y-%m-%d %H:%M}", "类型": "城乡建设"}, due, "source"
    is_natural = chance.random() < 0.4
    cells |= {"紧急程度": "特急"} if is_natural else {"类型": "城乡建设/市政设施"}
    edges = sorted(chance.sample(range(12_000), 2 * chance.randrange(3)))
    pauses = [(reported + a * MINUTE, reported + b * MINUTE) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    cells["挂起"] = ";".join(f"{begun:%Y-%m-%d %H:%M}" for begun, _ in pauses)
    cells["恢复"] = ";".join(f"{ended:%Y-%m-%d %H:%M}" for _, ended in pauses)
    by = "rule: 特急 24 natural hours" if is_natural else "rule: 城乡建设 4 working hours"
    return cells, walked(reported, 24 * 60 if is_natural else 4 * 60, is_natural, pauses), by


@pytest.mark.parametrize("seed", range(3))
def test_every_case_is_due_when_its_minutes_have_passed(hotline, monkeypatch, seed: int):  # noqa: F811
    monkeypatch.setattr("etl.framing.BLOCK_BYTES", 3000)
    chance = random.Random(seed)
    cases = [some_case(chance, number) for number in range(300)]
    attempt = load(hotline, *(line(**cells) for cells, _, _ in cases))
    assert (attempt.rows_loaded, attempt.rows_rejected) == (300, 0)
    found = hotline.ask("select due_at, due_by from incident order by source_no::int")
    assert [(at + timedelta(hours=8), by) for at, by in found] == [(due, by) for _, due, by in cases]
