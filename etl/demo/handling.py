"""How the demo's incidents are dealt with: stages, due times, who settles them at which level, and how content people are."""

import numpy as np
import pandas as pd

from etl.demo.days import Days
from etl.demo.plan import Plan
from etl.demo.waiting import NEVER, waited

HOUR = np.timedelta64(3600, "s")
LEVELS = np.array(["网格", "社区", "镇街", "区"], dtype=object)
_LEVEL_SHARES = {True: (0.66, 0.22, 0.09, 0.03), False: (0.34, 0.34, 0.21, 0.11)}
"""Of matters that are quick (due within three working days), and of slow ones: small matters stay in the grid."""
_LEVEL_PACE = np.array([0.6, 1.0, 1.7, 2.6])
STAGES = ("reported", "accepted", "dispatched", "settled", "verified", "closed")


def handled(happened: pd.DataFrame, leaves: pd.DataFrame, days: Days, planted: Plan, seed: int) -> pd.DataFrame:
    """The incidents with `accepted` … `closed` (NaT where not yet), `paused` …, `due`, `level`, `department`, `stage`, `reopened` and so on."""
    rng = np.random.default_rng([seed, 7])
    own = leaves.iloc[happened["leaf"].to_numpy()]
    workdays, department = own["due_workdays"].to_numpy(), own["department"].to_numpy()
    level = _levels(workdays, rng)
    reopened = (rng.random(len(happened)) < 0.035).astype(int) + (rng.random(len(happened)) < 0.004)
    hours = own["median_hours"].to_numpy() * _LEVEL_PACE[level] * rng.lognormal(0, 0.62, len(happened))
    hours *= _load(happened, department, days) * _slowness(happened, department, days, planted)
    hours *= np.where(rng.random(len(happened)) < 0.004, 15.0, 1.0) * (1 + 0.6 * reopened)
    stages = _stages(happened["reported"].to_numpy().astype("datetime64[s]"), workdays, hours, rng)
    stages = waited(happened["source"].to_numpy(), workdays, stages, days, seed)
    late = stages["closed"] > np.fmax(stages["due"], stages["extended"])
    result = happened.assign(**stages, workdays=workdays, level=LEVELS[level], department=department, reopened=reopened)
    return _cut_off(result.assign(**_voices(late, rng)), days)


def _levels(workdays: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    draw, level = rng.random(len(workdays)), np.zeros(len(workdays), dtype=int)
    for quick, shares in _LEVEL_SHARES.items():
        own = (workdays <= 3) == quick
        level[own] = np.searchsorted(np.cumsum(shares)[:-1], draw[own], side="right")
    return level


def _load(happened: pd.DataFrame, department: np.ndarray, days: Days) -> np.ndarray:
    """How much longer things take on busy days: the department's last three days against its usual."""
    names, code = np.unique(department, return_inverse=True)
    day = days.day_of(happened["reported"].to_numpy().astype("datetime64[s]"))
    count = np.zeros((len(names), days.count))
    np.add.at(count, (code, day), 1.0)
    queue = sum(share * np.roll(count, back, axis=1) for back, share in ((0, 0.5), (1, 0.3), (2, 0.2)))
    ratio = (queue + 3.0) / (count.mean(axis=1, keepdims=True) + 3.0)  # +3: a quiet office has no queue to speak of
    return np.clip(ratio, 0.6, 4.0)[code, day] ** 0.8


def _slowness(happened: pd.DataFrame, department: np.ndarray, days: Days, planted: Plan) -> np.ndarray:
    day = days.day_of(happened["reported"].to_numpy().astype("datetime64[s]"))
    factor = np.ones(len(happened))
    for slow in planted.slow:
        factor[(department == slow.name) & (day >= slow.first_day)] = slow.factor
    return factor


def _stages(
    reported: np.ndarray, workdays: np.ndarray, hours: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    n = len(reported)
    can_wait = workdays > 1  # urgent matters are seen to at any hour
    accepted = _by_day(reported + _minutes(rng.lognormal(2.7, 0.8, n)), can_wait, rng)
    dispatched = accepted + _minutes(rng.lognormal(3.2, 0.9, n))
    settled = _by_day(dispatched + _minutes(60 * hours), can_wait, rng)
    verified = _by_day(settled + _minutes(60 * rng.lognormal(0.9, 0.8, n)), np.ones(n, dtype=bool), rng)
    closed = verified + _minutes(rng.lognormal(3.0, 0.9, n))
    return {"accepted": accepted, "dispatched": dispatched, "settled": settled, "verified": verified, "closed": closed}


def _by_day(moments: np.ndarray, can_wait: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The moments, those at night put off to the morning after where they can wait."""
    hour = (moments - moments.astype("datetime64[D]")) // HOUR
    morning = (moments + 2 * HOUR).astype("datetime64[D]") + 8 * HOUR + _minutes(rng.uniform(0, 75, len(moments)))
    return np.where(((hour >= 22) | (hour < 7)) & can_wait, morning, moments).astype("datetime64[s]")


def _minutes(minutes: np.ndarray) -> np.ndarray:
    return (minutes * 60).astype(np.int64).astype("timedelta64[s]")


def _voices(late: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """What residents say on the call back: late work pleases fewer."""
    n = len(late)
    responded = rng.random(n) < 0.97
    resolved = rng.random(n) < np.where(late, 0.72, 0.93)
    draw = rng.random(n) + np.where(resolved, 0.0, 0.45) + np.where(late, 0.12, 0.0)
    satisfied = np.select([draw < 0.84, draw < 0.95], ["满意", "基本满意"], "不满意").astype(object)
    return {"responded": responded, "resolved": resolved, "satisfied": satisfied}


def _cut_off(incidents: pd.DataFrame, days: Days) -> pd.DataFrame:
    """What is known when the demo ends: later stages have not come yet."""
    stage = np.zeros(len(incidents), dtype=int)
    for name in STAGES[1:]:
        moment = incidents[name].to_numpy()
        come = moment < days.until
        stage += come
        incidents[name] = np.where(come, moment, np.datetime64("NaT"))
    for name in ("paused", "resumed", "paused_2", "resumed_2"):
        incidents[name] = np.where(incidents[name].to_numpy() < days.until, incidents[name].to_numpy(), NEVER)
    incidents["stage"] = stage
    incidents.loc[stage < 3, "level"] = ""
    incidents.loc[stage < 5, "reopened"] = 0
    return incidents
