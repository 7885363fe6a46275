"""How fast are due times reckoned? `python -m bench.due [--rows N]`.

- `due_days`: N limits of five working days, against `numpy.busday_offset` with the same holidays, which knows no office hours.
- `due_hours`: N limits of eight working hours, against the days.
- `pauses`: one pause of every 25th case moved into its due time, against the days.
"""

import time
from collections.abc import Callable
from typing import Annotated

import numpy as np
import typer

from bench.line import say
from working_time.clock import WorkingTime
from working_time.workdays import every_day, workdays

ROUNDS = 3
ONE_IN = 25


def seconds(work: Callable[[], object]) -> float:
    """The shortest of a few rounds, after one that warms up."""
    work()
    spent = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


def main(rows: Annotated[int, typer.Option(min=1000)] = 1_000_000) -> None:
    """Measure and print one line each."""
    random, clock = np.random.default_rng(7), WorkingTime()
    begun = np.datetime64("2024-01-01", "us") + random.integers(0, 2 * 365 * 86_400, rows).astype("m8[s]")
    days = np.busdaycalendar("1111111", np.setdiff1d(every_day(), workdays()).view("M8[us]").astype("M8[D]"))
    theirs = seconds(lambda: np.busday_offset(begun.astype("M8[D]"), 5, "backward", busdaycal=days))
    due = clock.due_after_days(begun, 5)
    ours = seconds(lambda: clock.due_after_days(begun, 5))
    say("due_days", ours, "s", "numpy.busday_offset of the same days", ours / theirs, rows)
    in_hours = seconds(lambda: clock.due_after_hours(begun, 8))
    say("due_hours", in_hours, "s", "due_days", in_hours / ours, rows)
    of = random.choice(rows, rows // ONE_IN, replace=False)
    paused = begun[of] + random.integers(0, 5 * 86_400, len(of)).astype("m8[s]")
    resumed = paused + random.integers(0, 5 * 86_400, len(of)).astype("m8[s]")
    moved = seconds(lambda: clock.pushed_back(due, of, paused, resumed))
    say("pauses", moved, "s", "due_days", moved / ours, len(of))


if __name__ == "__main__":
    typer.run(main)
