"""Which of the demo's cases wait for somebody else for a while, and which are granted more time."""

import numpy as np

from etl.demo.days import SECONDS_A_DAY, Days
from working_time.clock import WorkingTime

TELLING = ("hotline", "petition")
"""Sources whose exports tell pauses."""
SLOW_WORKDAYS = 5
"""Only what is due in five working days or later is paused or extended."""
PAUSED_SHARE, TWICE_SHARE, EXTENDED_SHARE, EXTENDED_WORKDAYS = 0.09, 0.2, 0.05, 5
SHANGHAI = np.timedelta64(8, "h")
NEVER = np.datetime64("NaT", "s")


def waited(
    source: np.ndarray, workdays: np.ndarray, stages: dict[str, np.ndarray], days: Days, seed: int
) -> dict[str, np.ndarray]:
    """`stages` with the pauses of some (`paused`, `resumed`, and a second pair `paused_2`, `resumed_2`; NaT elsewhere) worked in.

    What was settled later is settled, verified and closed later by as much; `due` moves by the working time of the pauses,
    and `extended` is the later time that was granted to some.
    """
    rng = np.random.default_rng([seed, 11])
    may = np.isin(source, TELLING) & (workdays >= SLOW_WORKDAYS)
    draw, work = rng.random((3, len(source))), stages["settled"] - stages["dispatched"]
    first = may & (draw[0] < PAUSED_SHARE)
    second = first & (draw[1] < TWICE_SHARE)
    pairs = _pauses(stages["dispatched"], work, first, second, rng)
    lost = np.sum([np.where(np.isnat(end), 0, (end - start).astype(int)) for start, end in pairs], axis=0).astype(
        "m8[s]"
    )
    later = {name: stages[name] + lost for name in ("settled", "verified", "closed")}
    due = _moved(days.after_workdays(stages["accepted"], workdays), pairs)
    more = days.after_workdays(due, np.full(len(due), EXTENDED_WORKDAYS))
    names = ("paused", "resumed"), ("paused_2", "resumed_2")
    told = {
        name: edge for pair, edges in zip(names, pairs, strict=True) for name, edge in zip(pair, edges, strict=True)
    }
    return {**stages, **later, **told, "due": due, "extended": np.where(may & (draw[2] < EXTENDED_SHARE), more, NEVER)}


def _pauses(
    dispatched: np.ndarray, work: np.ndarray, first: np.ndarray, second: np.ndarray, rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The first pauses some time into the work, the second ones a while after those; each of a few days."""
    start = dispatched + work * rng.uniform(0.1, 0.5, len(work))
    end = start + _days_long(rng, len(work))
    start_2 = end + work * rng.uniform(0.1, 0.4, len(work))
    end_2 = start_2 + _days_long(rng, len(work))
    return [
        (np.where(own, start, NEVER).astype("M8[m]").astype("M8[s]"), np.where(own, end, NEVER).astype("M8[m]").astype("M8[s]"))
        for own, start, end in ((first, start, end), (second, start_2, end_2))
    ]  # fmt: skip


def _days_long(rng: np.random.Generator, count: int) -> np.ndarray:
    return (np.clip(rng.lognormal(1.2, 0.6, count), 0.5, 15) * SECONDS_A_DAY).astype("m8[s]")


def _moved(due: np.ndarray, pairs: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    rows = [np.flatnonzero(~np.isnat(start)) for start, _ in pairs]
    edges = [np.concatenate([pair[n][own] for pair, own in zip(pairs, rows, strict=True)]) - SHANGHAI for n in (0, 1)]
    return (WorkingTime().pushed_back(due - SHANGHAI, np.concatenate(rows), *edges) + SHANGHAI).astype("M8[s]")
