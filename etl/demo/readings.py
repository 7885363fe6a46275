"""What the demo's sensors measure, as monthly files of JSON lines, and the alarms that follow from exactly those readings."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.days import SECONDS_A_DAY, Days
from etl.demo.export import Mark, clock, csv_bytes, gzipped, rows_of
from etl.demo.sensors import KINDS

ALARMS = "演示_物联告警.csv"
ALARM_COLUMNS = ["告警编号", "设备编号", "告警类型", "告警时间", "确认时间", "解除时间"]
_BAD_LINES = (
    ("broken_json", "rejected"),
    ("missing_value", "rejected"),
    ("year_1899", "rejected"),
    ("year_2099", "rejected"),
    ("date_slash", "loaded"),
    ("same_row_twice", "duplicate"),
)


def measured(sensors: pd.DataFrame, days: Days, count: int, seed: int) -> pd.DataFrame:
    """At most `count` readings in order of time: `sensor` (row number), `at` (Shanghai, seconds), `value`."""
    rng = np.random.default_rng([seed, 16])
    parts = [_of_kind(sensors, kind, days, rng) for kind in range(len(KINDS))]
    sensor, second, value = (np.concatenate(each) for each in zip(*parts, strict=True))
    kept = np.sort(rng.permutation(len(sensor))[:count])  # the rest never arrived
    order = kept[np.argsort(second[kept], kind="stable")]
    moments = days.start + second[order].astype("timedelta64[s]")
    return pd.DataFrame({"sensor": sensor[order], "at": moments, "value": value[order]})


def _of_kind(sensors: pd.DataFrame, kind: int, days: Days, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    own = np.flatnonzero(sensors["kind"] == kind)
    step = KINDS[kind].every_minutes * 60
    slots = np.arange(0, days.count * SECONDS_A_DAY, step)
    second = slots[None] + rng.integers(0, step - 60, (len(own), 1)) + rng.integers(0, 50, (len(own), len(slots)))
    value = (_bins, _fences, _gauges, _smoke)[kind](second, days, rng)
    frozen = sensors["is_frozen"].to_numpy()[own]
    value[frozen] = value[frozen, :1]
    value += _flood(second, sensors["flood_from"].to_numpy()[own], days)
    silent = sensors["silent_from"].to_numpy()[own]
    last = np.where(np.isnat(silent), days.count * SECONDS_A_DAY, (silent - days.start).astype(np.int64))
    alive = second < np.minimum(last, days.count * SECONDS_A_DAY)[:, None]
    return np.broadcast_to(own[:, None], second.shape)[alive], second[alive], value[alive]


def _bins(second: np.ndarray, days: Days, rng: np.random.Generator) -> np.ndarray:
    """Percent full: a saw tooth, emptied most mornings before six, faster on days off and in summer."""
    n = len(second)
    day = np.minimum(second // SECONDS_A_DAY, days.count - 1)
    emptied = rng.random((n, days.count)) < rng.beta(30, 2.2, (n, 1))
    at = np.where(
        emptied, np.arange(days.count) * SECONDS_A_DAY + rng.integers(15_000, 21_000, (n, days.count)), -40_000
    )
    before = np.maximum.accumulate(at, axis=1)
    today = np.take_along_axis(before, day, axis=1)
    yesterday = np.take_along_axis(np.column_stack([np.full(n, -40_000), before[:, :-1]]), day, axis=1)
    since = second - np.where(today <= second, today, yesterday)
    pace = rng.gamma(6.0, 0.33, (n, 1)) * np.where(days.is_workday[day], 1.0, 1.2)
    return np.round(np.clip(pace * since / 3600 + rng.normal(4, 1.5, second.shape), 0, 100), 0)


def _fences(second: np.ndarray, days: Days, rng: np.random.Generator) -> np.ndarray:
    """People inside the fence in the last hour: hardly ever any, except on summer afternoons."""
    month = (days.start + second.astype("timedelta64[s]")).astype("datetime64[M]").astype(int) % 12 + 1
    hour = second % SECONDS_A_DAY // 3600
    rate = 0.002 + 0.03 * (np.isin(month, (6, 7, 8)) & (hour >= 12) & (hour < 20))
    return rng.poisson(rate).astype(float)


def _gauges(second: np.ndarray, days: Days, rng: np.random.Generator) -> np.ndarray:
    """Metres of water: up after rain, back over some days."""
    wet = np.convolve(days.rain_mm[: days.count], 0.55 ** np.arange(9))[: days.count]
    position = second / SECONDS_A_DAY
    level = np.interp(position.ravel(), np.arange(days.count) + 0.7, wet).reshape(second.shape)
    base = rng.uniform(0.5, 1.1, (len(second), 1))
    return np.round(base + level * rng.uniform(0.008, 0.02, (len(second), 1)) + rng.normal(0, 0.015, second.shape), 3)


def _flood(second: np.ndarray, since: np.ndarray, days: Days) -> np.ndarray:
    """Metres that the water has risen: evenly to 2.6 in eight hours, and there it stays."""
    begun = np.where(np.isnat(since), np.iinfo(np.int64).max // 2, (since - days.start).astype(np.int64))
    return np.round(2.6 * np.clip((second - begun[:, None]) / (8 * 3600), 0, 1), 3)


def _smoke(second: np.ndarray, days: Days, rng: np.random.Generator) -> np.ndarray:
    """Percent obscured: next to nothing, a fire or somebody's cooking once in a long while."""
    quiet = np.abs(rng.normal(0.4, 0.3, second.shape))
    return np.round(np.where(rng.random(second.shape) < 0.0003, rng.uniform(10, 35, second.shape), quiet), 1)


def write(out: Path, sensors: pd.DataFrame, readings: pd.DataFrame, seed: int) -> Iterator[list[Mark]]:
    """Write a file a month into `out`; the marks of each as it is done."""
    rng = np.random.default_rng([seed, 17])
    number = pa.array(sensors["no"].to_numpy(dtype=object))
    unit = pa.array([KINDS[kind].unit for kind in sensors["kind"]])
    months = readings["at"].to_numpy().astype("datetime64[M]")
    for month in np.unique(months):
        own = readings[months == month]
        file = f"演示_物联读数_{str(month).replace('-', '')}.jsonl.gz"
        lines, marks = _soiled(file, _lines(own, number, unit), rng)
        (out / file).write_bytes(gzipped("".join(lines).encode()))
        yield marks


def _lines(readings: pd.DataFrame, number: pa.Array, unit: pa.Array) -> list[str]:
    sensor = pa.array(readings["sensor"].to_numpy())
    at = pc.strftime(pa.array(readings["at"].to_numpy().astype("datetime64[s]")), "%Y-%m-%d %H:%M:%S")
    value = pc.cast(pa.array(readings["value"].to_numpy()), pa.string())
    parts = [
        '{"deviceId":"',
        pc.take(number, sensor),
        '","time":"',
        at,
        '","value":',
        value,
        ',"unit":"',
        pc.take(unit, sensor),
        '"}\n',
    ]
    return pc.binary_join_element_wise(*parts, "").to_pylist()


def _soiled(file: str, lines: list[str], rng: np.random.Generator) -> tuple[list[str], list[Mark]]:
    """One line of each bad kind in the file, far enough apart not to meet."""
    if len(lines) < 20 * len(_BAD_LINES):
        return lines, []
    marks = []
    for row, (kind, outcome) in zip(
        np.linspace(9, len(lines) - 9, len(_BAD_LINES)).astype(int), _BAD_LINES, strict=True
    ):
        line = lines[row]
        day = line.index('"time":"') + 8
        broken = {
            "broken_json": line[: len(line) * 2 // 3] + "\n",
            "missing_value": line[: line.index('"value":') + 8] + "null" + line[line.index(',"unit"') :],
            "year_1899": line[:day] + "1899" + line[day + 4 :],
            "year_2099": line[:day] + "2099" + line[day + 4 :],
            "date_slash": line[: day + 10].replace("-", "/") + line[day + 10 :],
            "same_row_twice": line + line,
        }
        lines[row] = broken[kind]
        no = line[13 : line.index('"', 13)]
        same = row + 1 if kind == "same_row_twice" else None
        marks.append(
            Mark(file, int(row) + 1 + (same is not None), kind, outcome, no, None if same is None else int(same))
        )
    return lines, marks


def alarms(sensors: pd.DataFrame, readings: pd.DataFrame, days: Days, seed: int) -> pd.DataFrame:
    """An alarm from each first reading at or above the threshold to the next one below: `sensor`, `raised` and so on."""
    rng = np.random.default_rng([seed, 18])
    ordered = readings.sort_values(["sensor", "at"], kind="stable")
    sensor, at = ordered["sensor"].to_numpy(), ordered["at"].to_numpy().astype("datetime64[s]")
    threshold = np.array([kind.threshold for kind in KINDS])[sensors["kind"].to_numpy()][sensor]
    high = ordered["value"].to_numpy() >= threshold
    first = np.r_[True, sensor[1:] != sensor[:-1]]
    raised = np.flatnonzero(high & (first | ~np.r_[False, high[:-1]]))
    low = np.flatnonzero(~high | first)
    following = np.searchsorted(low, raised, side="right")
    end = low[np.minimum(following, len(low) - 1)]
    is_cleared = (following < len(low)) & (sensor[end] == sensor[raised]) & (end > raised)
    answered = at[raised] + (60 * rng.lognormal(2.0, 0.9, len(raised))).astype(np.int64).astype("timedelta64[s]")
    nobody = (rng.random(len(raised)) < 0.06) | (answered >= days.until)
    result = pd.DataFrame({"sensor": sensor[raised], "raised": at[raised]})
    result["acknowledged"] = np.where(nobody, np.datetime64("NaT"), answered)
    result["cleared"] = np.where(is_cleared, at[end], np.datetime64("NaT"))
    return result.sort_values(["raised", "sensor"], ignore_index=True)


def write_alarms(out: Path, sensors: pd.DataFrame, raised: pd.DataFrame) -> list[Mark]:
    """Write the alarms into `out`; one of them is cleared before it is raised."""
    own = sensors.iloc[raised["sensor"]]
    no = [f"GJ{number:07d}" for number in range(1, len(raised) + 1)]
    kinds = [KINDS[kind].alarm for kind in own["kind"]]
    times = [clock(raised[name]) for name in ("raised", "acknowledged", "cleared")]
    rows = rows_of(dict(zip(ALARM_COLUMNS, (no, own["no"], kinds, *times), strict=True)))
    marks = []
    if len(rows) > 20:
        early = list(rows[len(rows) // 2])
        rows[len(rows) // 2] = early
        early[5] = str(int(early[3][:4]) - 1) + early[3][4:].replace("-02-29", "-02-28")
        marks = [Mark(ALARMS, len(rows) // 2 + 2, "cleared_before_raised", "rejected", early[0])]
    (out / ALARMS).write_bytes(csv_bytes(ALARM_COLUMNS, rows, "gb18030"))
    return marks
