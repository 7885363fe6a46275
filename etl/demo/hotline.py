"""The 12345 hotline's export of tickets: XLSX by quarter, a title row above the header, BD-09 coordinates or none."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from etl.demo import words
from etl.demo.coordinates import bd09_from_wgs84
from etl.demo.dirt import Layout, chosen, dirtied
from etl.demo.export import Mark, Row, clock, degrees, pauses_of, rows_of, write_sheet
from etl.demo.geography import Geography
from etl.demo.waiting import SLOW_WORKDAYS

STATUS = np.array(["待受理", "已受理", "已转派", "已办结", "已回访", "已归档"], dtype=object)
COLUMNS = [
    "工单编号",
    "来电时间",
    "受理时间",
    "转派时间",
    "办结时间",
    "回访时间",
    "归档时间",
    "办理期限",
    "挂起时间",
    "恢复时间",
    "延期至",
    "工单标题",
    "诉求内容",
    "诉求类型",
    "来电号码",
    "来电人",
    "所属镇街",
    "所属社区",
    "承办单位",
    "工单状态",
    "是否响应",
    "是否解决",
    "是否满意",
    "重复工单号",
    "经度",
    "纬度",
]
LAYOUT = Layout(
    COLUMNS, "工单编号", "来电时间", "归档时间", "诉求内容", lon="经度", lat="纬度", status="工单状态", is_csv=False
)
FIRST_LINE = 3
WITH_POINT, AS_SERIAL, REPEATED = 0.45, 0.3, 0.3
"""Shares: tickets with a point, times as date cells, and, of tickets about what was called in before, those linked to it."""


def write(out: Path, tickets: pd.DataFrame, leaves: pd.DataFrame, place: Geography, seed: int) -> Iterator[list[Mark]]:
    """Write every quarter's file into `out`; the marks of each as it is done."""
    rng = np.random.default_rng([seed, 9])
    tickets = tickets.assign(has_point=rng.random(len(tickets)) < WITH_POINT, repeat_of=_repeats(tickets, rng))
    eligible = (tickets["stage"] == 5) & (tickets["outbreak"] < 0) & (tickets["twin"] < 0) & tickets["has_point"]
    kinds = chosen(len(tickets), eligible.to_numpy(), LAYOUT, rng)
    quarter = tickets["reported"].dt.to_period("Q")
    for period in quarter.unique():
        own = (quarter == period).to_numpy()
        file = f"演示_12345热线工单_{period.year}Q{period.quarter}.xlsx"
        rows, marks = dirtied(file, table(tickets[own], leaves, place, rng), kinds[own], LAYOUT, FIRST_LINE, rng)
        title = f"莱芜区12345热线工单（演示数据） {period.year}年第{period.quarter}季度"
        write_sheet(out / file, "工单", title, COLUMNS, rows)
        yield marks


def table(tickets: pd.DataFrame, leaves: pd.DataFrame, place: Geography, rng: np.random.Generator) -> list[Row]:
    """The tickets as the hotline writes them, in order of `COLUMNS`; some call times as real date cells."""
    grid, leaf = place.grids.iloc[tickets["grid"]], leaves.iloc[tickets["leaf"]]
    lon, lat = bd09_from_wgs84(tickets["lon"].to_numpy(), tickets["lat"].to_numpy())
    spot, phrase = words.spots(grid["kind"].to_numpy(), rng), words.phrases(leaves, tickets["leaf"].to_numpy(), rng)
    where, n = grid["community"].to_numpy() + spot, len(tickets)
    stages = [clock(tickets[name]) for name in ("reported", "accepted", "dispatched", "settled", "verified", "closed")]
    is_serial = rng.random(n) < AS_SERIAL
    stages[0] = np.where(is_serial, tickets["reported"].dt.to_pydatetime().astype(object), stages[0])
    asked = (tickets["stage"] >= 4).to_numpy()
    yes_no = [np.where(asked, np.where(tickets[name], "是", "否"), "") for name in ("responded", "resolved")]
    point = [np.where(tickets["has_point"], degrees(values), "") for values in (lon, lat)]
    cells = [
        tickets["no"], *stages, *_due(tickets), "关于" + where + leaf["level3"].to_numpy() + "的诉求",
        words.descriptions(where, phrase, True, rng), leaf["path"], words.phones(n, rng), words.names(n, rng),
        grid["town"], grid["community"], tickets["department"], STATUS[tickets["stage"]], *yes_no,
        np.where(asked, tickets["satisfied"], ""), tickets["repeat_of"], *point,
    ]  # fmt: skip
    return rows_of(dict(zip(COLUMNS, cells, strict=True)))


def _due(tickets: pd.DataFrame) -> list[np.ndarray]:
    """The due time, which the hotline states for quick matters only; pauses; the time until which more was granted."""
    is_stated = (tickets["workdays"] < SLOW_WORKDAYS).to_numpy()
    return [np.where(is_stated, clock(tickets["due"]), ""), *pauses_of(tickets), clock(tickets["extended"])]


def _repeats(tickets: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """For some tickets the number of an earlier one about the same leaf in the same grid."""
    earlier = tickets.groupby(["grid", "leaf"])["no"].shift(1).fillna("").to_numpy(dtype=object)
    said = np.where(rng.random(len(tickets)) < REPEATED, earlier, "")
    chain = tickets.groupby("outbreak")["no"].shift(1).fillna("").to_numpy(dtype=object)
    return np.where(tickets["is_chain"], chain, said)
