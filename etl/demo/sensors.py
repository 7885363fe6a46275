"""The sensor platform's register: bins, river fences, level gauges and smoke detectors, and which of them fall silent."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from etl.demo import words
from etl.demo.coordinates import gcj02_from_wgs84
from etl.demo.days import SECONDS_A_DAY, Days
from etl.demo.export import Mark, csv_bytes, degrees, rows_of
from etl.demo.geography import Geography
from etl.demo.places import grid_spots, somewhere

FILE = "演示_物联设备.csv"
COLUMNS = [
    "设备编号",
    "设备名称",
    "设备类型",
    "计量单位",
    "告警阈值",
    "上报周期分钟",
    "网格编码",
    "所属社区",
    "经度",
    "纬度",
    "安装日期",
]
LOSS = 0.05
"""Of the readings, so many never arrive."""
SILENT_SHARE, FROZEN, LATELY_SILENT = 0.03, 2, 2
GAUGE, FLOOD_HOURS = 2, 12
"""Row of the gauges in `KINDS`; so long before the end one of them begins to rise."""


@dataclass(frozen=True)
class SensorKind:
    """One kind of sensor: its words, how often it reports, and how many there are for 400 bins."""

    name: str
    prefix: str
    unit: str
    threshold: float
    every_minutes: int
    number: int
    alarm: str


KINDS = (
    SensorKind("垃圾桶满溢", "LJ", "%", 90.0, 240, 400, "满溢"),
    SensorKind("电子围栏", "WL", "次", 1.0, 60, 20, "入侵"),
    SensorKind("水位计", "SW", "米", 2.5, 60, 24, "超水位"),
    SensorKind("烟感", "YG", "%", 10.0, 720, 320, "烟雾"),
)


def register(place: Geography, days: Days, readings: int, seed: int) -> pd.DataFrame:
    """Sensors enough for so many readings: `no`, `kind` (row of `KINDS`), `grid`, `lon`, `lat`, `name`, `silent_from`, `is_frozen`, `flood_from`.

    `silent_from` is NaT for the ones that go on reporting, `flood_from` for those where no water rises.
    """
    rng = np.random.default_rng([seed, 15])
    a_day = sum(kind.number * 1440 / kind.every_minutes for kind in KINDS)
    scale = readings / (1 - LOSS) / (1 - SILENT_SHARE / 2) / (a_day * days.count)
    counts = [max(3, int(np.ceil(kind.number * scale))) for kind in KINDS]
    kind = np.repeat(np.arange(len(KINDS)), counts)
    grid = np.concatenate([_where(place, index, count, rng) for index, count in enumerate(counts)])
    points = somewhere(grid_spots(place, seed), grid, rng)
    serial = np.concatenate([np.arange(1, count + 1) for count in counts])
    own = place.grids.iloc[grid]
    sensors = pd.DataFrame({"kind": kind, "grid": grid, "lon": points[:, 0], "lat": points[:, 1]})
    sensors["no"] = [f"{KINDS[index].prefix}{number:05d}" for index, number in zip(kind, serial, strict=True)]
    sensors["name"] = own["community"].to_numpy() + words.spots(own["kind"].to_numpy(), rng) + _kind_names()[kind]
    sensors["installed"] = days.start.astype("datetime64[D]") - rng.integers(30, 900, len(kind)).astype(
        "timedelta64[D]"
    )
    return sensors.assign(**_failures(sensors, days, seed, rng))


def write(out: Path, place: Geography, sensors: pd.DataFrame) -> list[Mark]:
    """Write the register into `out`; two sensors have their coordinates swapped."""
    lon, lat = (degrees(each) for each in gcj02_from_wgs84(sensors["lon"].to_numpy(), sensors["lat"].to_numpy()))
    swapped = np.array([1, len(sensors) // 2])
    lon[swapped], lat[swapped] = lat[swapped], lon[swapped]
    own, kind = place.grids.iloc[sensors["grid"]], sensors["kind"].to_numpy()
    cells = [
        sensors["no"], sensors["name"], _kind_names()[kind], [KINDS[k].unit for k in kind], [KINDS[k].threshold for k in kind],
        [KINDS[k].every_minutes for k in kind], own["code"], own["community"], lon, lat, sensors["installed"].dt.strftime("%Y-%m-%d"),
    ]  # fmt: skip
    (out / FILE).write_bytes(csv_bytes(COLUMNS, rows_of(dict(zip(COLUMNS, cells, strict=True))), "gb18030"))
    return [Mark(FILE, int(row) + 2, "coordinates_swapped", "loaded", sensors["no"].iloc[row]) for row in swapped]


def _kind_names() -> np.ndarray:
    return np.array([kind.name for kind in KINDS], dtype=object)


def _where(place: Geography, kind: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Bins and smoke detectors where people are, fences and gauges out in the country."""
    grids = place.grids
    weight = grids["population"].to_numpy(dtype=float)
    if KINDS[kind].prefix in ("WL", "SW"):
        weight = np.where(grids["kind"] == "城市", 0.1, grids["area_km2"])
    return rng.choice(len(grids), count, p=weight / weight.sum())


def _failures(sensors: pd.DataFrame, days: Days, seed: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Some fall silent at some time in the last third, a few two days before the end; a few repeat one value for ever; a river rises."""
    n = len(sensors)
    silent = rng.choice(n, max(2, round(SILENT_SHARE * n)), replace=False)
    since = rng.uniform(0.67, 0.995, len(silent)) * days.count * SECONDS_A_DAY
    silent_from = np.full(n, np.datetime64("NaT"), dtype="datetime64[s]")
    silent_from[silent] = days.start + since.astype(np.int64).astype("timedelta64[s]")
    is_frozen = np.zeros(n, dtype=bool)
    gauges = np.setdiff1d(np.flatnonzero(sensors["kind"] != 1), silent)
    is_frozen[rng.choice(gauges, FROZEN, replace=False)] = True
    lately = np.random.default_rng([seed, 33])
    well = np.flatnonzero(np.isnat(silent_from) & ~is_frozen & np.isin(sensors["kind"], (0, 2)))
    rows = lately.choice(well, LATELY_SILENT, replace=False)
    silent_from[rows] = days.until - lately.integers(26, 46, LATELY_SILENT) * 3600
    flood_from = np.full(n, np.datetime64("NaT"), dtype="datetime64[s]")
    flood_from[np.setdiff1d(well[sensors["kind"].to_numpy()[well] == GAUGE], rows)[:1]] = (
        days.until - FLOOD_HOURS * 3600
    )
    return {"silent_from": silent_from, "is_frozen": is_frozen, "flood_from": flood_from}
