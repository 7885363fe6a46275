"""The history that forecasts of our own grids are made from is what SQL counts; a look back can be asked for by command."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from analytics.answers import newest_snapshot
from analytics.risk.reported import reported
from settings import ROOT
from tests.small import CATEGORIES
from working_time.calendar import day


@pytest.mark.parametrize("category", [None, CATEGORIES[0], "城乡建设"])
def test_every_grid_and_local_day_has_its_incidents(ask, category: str | None):
    history = reported(newest_snapshot(), category)
    rows = ask(
        """select grid_id, (reported_at + interval 8 hour)::date, count(*) from incident
        where (? is null or starts_with(category, ?)) and reported_at < timestamp '2026-10-19 16:00' group by all""",
        category, category,
    )  # fmt: skip
    place = {name: n for n, name in enumerate(history.cells.ids)}
    found = {
        (history.cells.ids[cell], history.first + timedelta(days=int(day))): int(history.counts[day, cell])
        for day, cell in zip(*history.counts.nonzero(), strict=True)
    }
    assert found == {(grid, day): n for grid, day, n in rows if grid in place} and len(found) > 50


def test_residents_and_free_days_are_those_of_the_register_and_the_calendar(ask):
    history = reported(newest_snapshot())
    people = dict(ask("select area_id, coalesce(population, 0) from area where level = 'grid'"))
    assert history.cells.residents.tolist() == [people[one] for one in history.cells.ids] and sum(people.values()) > 0
    assert history.free.tolist() == [day(history.on(n)).is_free for n in range(len(history) + 31)]


def test_a_look_back_at_too_few_days_is_refused_in_one_line(ask, small_home: Path):
    command = [sys.executable, "-m", "analytics.risk", "backtest", "--days", "60"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "days with incidents" in done.stderr


def test_a_look_back_prints_hit_rates_beside_the_simple_forecasts(ask, small_home: Path):
    command = [sys.executable, "-m", "analytics.risk", "backtest", "--days", "14", "--horizon", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert all(
        name in done.stdout for name in ("forecast", "long_run_rate", "last_period", "rolling_density", "pai", "pei")
    )
