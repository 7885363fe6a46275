"""The video platform's exports: a register of cameras, and what was seen of each day by day and, lately, hour by hour."""

from pathlib import Path

import numpy as np
import pandas as pd

from etl.demo import words
from etl.demo.coordinates import gcj02_from_wgs84
from etl.demo.days import SECONDS_A_DAY, Days
from etl.demo.export import Mark, clock, csv_bytes, degrees, rows_of
from etl.demo.geography import Geography
from etl.demo.places import grid_spots, somewhere

REGISTER, STATES = "演示_视频点位.csv", "演示_视频状态.csv"
REGISTER_COLUMNS = ["点位编码", "点位名称", "建设单位", "网格编码", "所属社区", "所属镇街", "经度", "纬度", "安装日期"]
STATE_COLUMNS = ["点位编码", "检查时间", "在线状态", "画面状态"]
DAILY_DAYS, HOURLY_HOURS, DARK_HOURS = 90, 48, 10
_OWNERS, _OWNER_SHARES = ("公安", "镇街", "社区", "企业", "智慧安防小区"), (0.36, 0.24, 0.18, 0.08, 0.14)


def register(place: Geography, count: int, seed: int) -> pd.DataFrame:
    """`count` cameras: `no`, `grid` (row number), `lon`, `lat` (WGS84), `owner`, `name`, `installed`."""
    rng = np.random.default_rng([seed, 13])
    weight = np.sqrt(place.grids["population"].to_numpy(dtype=float))
    grid = np.sort(rng.choice(len(place.grids), count, p=weight / weight.sum()))
    points = somewhere(grid_spots(place, seed), grid, rng)
    own = place.grids.iloc[grid]
    return pd.DataFrame(
        {
            "no": [f"{code}13{number:05d}" for number, code in enumerate(own["town_code"], 1)],
            "grid": grid,
            "lon": points[:, 0],
            "lat": points[:, 1],
            "owner": rng.choice(_OWNERS, count, p=_OWNER_SHARES),
            "name": own["community"].to_numpy() + words.spots(own["kind"].to_numpy(), rng) + "枪机",
            "installed": np.datetime64("2018-01-01") + rng.integers(0, 2000, count).astype("timedelta64[D]"),
        }
    )


def write_register(out: Path, place: Geography, cameras: pd.DataFrame) -> list[Mark]:
    """Write the register into `out`; three cameras stand at 0,0."""
    lon, lat = (degrees(each) for each in gcj02_from_wgs84(cameras["lon"].to_numpy(), cameras["lat"].to_numpy()))
    lost = np.linspace(0, len(cameras) - 1, 5).astype(int)[1:4]
    lon[lost], lat[lost] = "0", "0"
    own = place.grids.iloc[cameras["grid"]]
    day = cameras["installed"].dt.strftime("%Y/%m/%d")
    cells = [
        cameras["no"],
        cameras["name"],
        cameras["owner"],
        own["code"],
        own["community"],
        own["town"],
        lon,
        lat,
        day,
    ]
    rows = rows_of(dict(zip(REGISTER_COLUMNS, cells, strict=True)))
    (out / REGISTER).write_bytes(csv_bytes(REGISTER_COLUMNS, rows, "gb18030"))
    return [Mark(REGISTER, int(row) + 2, "coordinates_zero", "loaded", cameras["no"].iloc[row]) for row in lost]


def fullest_community(place: Geography, cameras: pd.DataFrame) -> tuple[str, np.ndarray]:
    """The community with most cameras, and whether each stands in it."""
    community = place.grids["community_code"].to_numpy()[cameras["grid"]]
    codes, counts = np.unique(community, return_counts=True)
    fullest = str(codes[np.argmax(counts)])
    return fullest, community == fullest


def write_states(
    out: Path, cameras: pd.DataFrame, days: Days, seed: int, dark: np.ndarray
) -> tuple[list[str], list[str]]:
    """Write the states into `out`; which cameras are down for good, and which say online but give no picture.

    The `dark` ones are offline in the last hours: what they hang on has failed.
    """
    rng = np.random.default_rng([seed, 14])
    seen = _seen(days)
    n = len(cameras)
    is_dead = rng.random(n) < 0.025
    is_blind = (rng.random(n) < 0.02) & ~is_dead
    online = rng.random((len(seen), n)) < np.where(is_dead, 0.0, rng.beta(40, 1.6, n))
    online &= ~((rng.random((len(seen), 1)) < 0.01) & (cameras["owner"].to_numpy() == "社区"))  # a provider's outage
    online &= ~((seen >= days.until - DARK_HOURS * 3600)[:, None] & dark)
    frame = online & (rng.random((len(seen), n)) < np.where(is_blind, 0.0, 0.985))
    no = np.tile(cameras["no"].to_numpy(dtype=object), len(seen))
    moments = np.repeat(clock(seen), n)
    rows = rows_of(
        {"no": no, "at": moments, "online": _word(online, "在线", "离线"), "frame": _word(frame, "正常", "无画面")}
    )
    (out / STATES).write_bytes(csv_bytes(STATE_COLUMNS, rows, "utf-8-sig"))
    return cameras["no"][is_dead].tolist(), cameras["no"][is_blind].tolist()


def _seen(days: Days) -> np.ndarray:
    """Every morning at nine of the last months, every hour of the last two days."""
    mornings = days.until - np.arange(DAILY_DAYS, 2, -1) * SECONDS_A_DAY + 9 * 3600
    hours = days.until - np.arange(HOURLY_HOURS, 0, -1) * 3600
    return np.concatenate([mornings[mornings >= days.start], hours[hours >= days.start]]).astype("datetime64[s]")


def _word(flags: np.ndarray, yes: str, no: str) -> np.ndarray:
    return np.where(flags.ravel(), yes, no).astype(object)
