"""The petition office's register: one UTF-8 CSV with a byte-order mark, places by name only."""

from pathlib import Path

import numpy as np
import pandas as pd

from etl.demo import words
from etl.demo.dirt import Layout, chosen, dirtied
from etl.demo.export import Mark, clock, csv_bytes, pauses_of, rows_of
from etl.demo.geography import Geography

FILE = "演示_信访登记.csv"
STATUS = np.array(["已登记", "已受理", "已转送", "已办理", "已答复", "已办结"], dtype=object)
COLUMNS = [
    "登记编号",
    "登记时间",
    "受理时间",
    "转送时间",
    "办理时间",
    "答复时间",
    "办结时间",
    "中止时间",
    "恢复时间",
    "信访形式",
    "信访人",
    "身份证号",
    "联系电话",
    "所属镇街",
    "所属社区",
    "信访事项",
    "概述",
    "内容分类",
    "责任单位",
    "办理状态",
    "满意度",
]
LAYOUT = Layout(COLUMNS, "登记编号", "登记时间", "办结时间", "概述", status="办理状态")


def write(out: Path, petitions: pd.DataFrame, leaves: pd.DataFrame, place: Geography, seed: int) -> list[Mark]:
    """Write the register into `out`; its marks."""
    rng = np.random.default_rng([seed, 10])
    kinds = chosen(len(petitions), (petitions["stage"] == 5).to_numpy(), LAYOUT, rng)
    grid, leaf = place.grids.iloc[petitions["grid"]], leaves.iloc[petitions["leaf"]]
    where = grid["community"].to_numpy() + words.spots(grid["kind"].to_numpy(), rng)
    phrase, n = words.phrases(leaves, petitions["leaf"].to_numpy(), rng), len(petitions)
    stages = [
        clock(petitions[name]) for name in ("reported", "accepted", "dispatched", "settled", "verified", "closed")
    ]
    cells = [
        petitions["no"], *stages, *pauses_of(petitions), rng.choice(["来信", "来访", "网上"], n, p=[0.2, 0.35, 0.45]),
        words.names(n, rng), words.id_numbers(n, rng), words.phones(n, rng), grid["town"], grid["community"],
        "反映" + where + leaf["level3"].to_numpy() + "问题", words.descriptions(where, phrase, True, rng), leaf["path"],
        petitions["department"], STATUS[petitions["stage"]], np.where(petitions["stage"] == 5, petitions["satisfied"], ""),
    ]  # fmt: skip
    rows, marks = dirtied(FILE, rows_of(dict(zip(COLUMNS, cells, strict=True))), kinds, LAYOUT, 2, rng)
    (out / FILE).write_bytes(csv_bytes(COLUMNS, rows, "utf-8-sig"))
    return marks
