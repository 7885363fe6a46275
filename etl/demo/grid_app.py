"""The grid platform's export of reported incidents: GB18030 CSV by quarter, Chinese headers, GCJ-02 coordinates."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from etl.demo import words
from etl.demo.coordinates import gcj02_from_wgs84
from etl.demo.dirt import Layout, chosen, dirtied
from etl.demo.export import Mark, Row, clock, csv_bytes, degrees, rows_of
from etl.demo.geography import Geography

STATUS = np.array(["已上报", "已受理", "已派遣", "已处置", "已核实", "已结案"], dtype=object)
COLUMNS = [
    "事件编号",
    "上报时间",
    "受理时间",
    "派遣时间",
    "处置时间",
    "核实时间",
    "结案时间",
    "办理时限",
    "事件标题",
    "事件描述",
    "一级分类",
    "二级分类",
    "三级分类",
    "上报渠道",
    "网格编码",
    "所属社区",
    "所属镇街",
    "主办部门",
    "事件状态",
    "办结层级",
    "返工次数",
    "上报人",
    "联系电话",
    "经度",
    "纬度",
]
LAYOUT = Layout(COLUMNS, "事件编号", "上报时间", "结案时间", "事件描述", "网格编码", "经度", "纬度", "事件状态")
CORRECTIONS = 40
"""Rows that a later, corrected export of one quarter replaces."""


def write(
    out: Path, incidents: pd.DataFrame, leaves: pd.DataFrame, place: Geography, seed: int
) -> Iterator[list[Mark]]:
    """Write every quarter's file into `out`; the marks of each as it is done."""
    rng = np.random.default_rng([seed, 8])
    kinds = chosen(len(incidents), _plain(incidents), LAYOUT, rng)
    quarter = incidents["reported"].dt.to_period("Q")
    for period in quarter.unique():
        own = (quarter == period).to_numpy()
        rows = table(incidents[own], leaves, place, rng)
        file = f"演示_网格上报_{period.year}Q{period.quarter}.csv"
        settled = [index for index, kind in enumerate(kinds[own]) if not kind and rows[index][6]]
        corrected = [list(rows[index]) for index in settled[:: max(1, len(settled) // CORRECTIONS)][:CORRECTIONS]]
        dirty, marks = dirtied(file, rows, kinds[own], LAYOUT, 2, rng)
        (out / file).write_bytes(csv_bytes(COLUMNS, dirty, "gb18030"))
        yield marks
        if period == quarter.iloc[-1]:
            yield _write_correction(out / file.replace(".csv", "_更正.csv"), corrected)


def table(incidents: pd.DataFrame, leaves: pd.DataFrame, place: Geography, rng: np.random.Generator) -> list[Row]:
    """The incidents as the platform writes them, in order of `COLUMNS`."""
    grid, leaf = place.grids.iloc[incidents["grid"]], leaves.iloc[incidents["leaf"]]
    lon, lat = gcj02_from_wgs84(incidents["lon"].to_numpy(), incidents["lat"].to_numpy())
    spot, phrase = words.spots(grid["kind"].to_numpy(), rng), words.phrases(leaves, incidents["leaf"].to_numpy(), rng)
    where = grid["community"].to_numpy() + spot
    stages = [
        clock(incidents[name]) for name in ("reported", "accepted", "dispatched", "settled", "verified", "closed")
    ]
    n = len(incidents)
    cells = [
        incidents["no"], *stages, clock(incidents["due"]), where + leaf["level3"].to_numpy(),
        words.descriptions(where, phrase, False, rng), leaf["level1"], leaf["level2"], leaf["level3"], incidents["channel"],
        grid["code"], grid["community"], grid["town"], incidents["department"], STATUS[incidents["stage"]], incidents["level"],
        incidents["reopened"].astype(str), words.names(n, rng), words.phones(n, rng), degrees(lon), degrees(lat),
    ]  # fmt: skip
    return rows_of(dict(zip(COLUMNS, cells, strict=True)))


def _plain(incidents: pd.DataFrame) -> np.ndarray:
    """Rows that may be spoiled: closed, and no part of anything planted."""
    return ((incidents["stage"] == 5) & (incidents["outbreak"] < 0) & (incidents["twin"] < 0)).to_numpy()


def _write_correction(path: Path, rows: list[list]) -> list[Mark]:
    """A corrected export of the same quarter: these rows once more, sent back once and described anew."""
    for cells in rows:
        cells[COLUMNS.index("返工次数")] = str(int(cells[COLUMNS.index("返工次数")]) + 1)
        cells[COLUMNS.index("事件描述")] += "（复核后更正）"
    path.write_bytes(csv_bytes(COLUMNS, rows, "gb18030"))
    return [Mark(path.name, 2 + row, "corrected_export", "replaced", cells[0]) for row, cells in enumerate(rows)]
