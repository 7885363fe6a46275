"""The roster of grid teams, 2+1+N+X with some gaps: XLSX with title rows and cells merged down town, community and grid."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from etl.demo import words
from etl.demo.dirt import old_code
from etl.demo.export import Mark, workbook
from etl.demo.geography import Geography

FILE = "演示_网格队伍.xlsx"
COLUMNS = ["所属镇街", "所属社区", "网格名称", "网格编码", "工号", "岗位", "姓名", "联系电话", "到岗日期"]
ROLES = ("网格长", "专职网格员", "网格警员", "兼职网格员", "社会力量")
FIRST_LINE = 4
_GAP = (0.004, 0.02, 0.015, 0.0, 0.0)
_PART_TIME, _PART_TIME_SHARES = (0, 1, 2, 3), (0.03, 0.55, 0.32, 0.10)
_SOCIAL, _SOCIAL_SHARES = (0, 1, 2, 3), (0.35, 0.35, 0.2, 0.1)
OLD_CODES = 3


def roster(place: Geography, until: date, seed: int) -> pd.DataFrame:
    """One row a post: `grid` (row number), `role`, `no`, `name`, `phone`, `since`; ordered by grid and role."""
    rng = np.random.default_rng([seed, 11])
    grids = len(place.grids)
    counts = np.stack([(rng.random(grids) >= gap).astype(int) for gap in _GAP], axis=1)
    counts[:, 3] = rng.choice(_PART_TIME, grids, p=_PART_TIME_SHARES)
    counts[:, 4] = rng.choice(_SOCIAL, grids, p=_SOCIAL_SHARES)
    counts[:, 0] = np.maximum(counts[:, 0], (counts[:, 1:].sum(axis=1) == 0).astype(int))  # nobody at all is no roster
    grid, role = (
        np.repeat(np.arange(grids), counts.sum(axis=1)),
        np.concatenate([np.repeat(ROLES, each) for each in counts]),
    )
    n = len(grid)
    since = [until - timedelta(days=int(days)) for days in rng.integers(5, 2200, n)]
    return pd.DataFrame(
        {
            "grid": grid,
            "role": role,
            "no": [f"WG{number:06d}" for number in range(1, n + 1)],
            "name": words.names(n, rng),
            "phone": words.phones(n, rng),
            "since": since,
        }
    )


def gaps(place: Geography, posts: pd.DataFrame) -> list[dict]:
    """Where the standard 2+1+N+X is not met: the grid and the roles nobody fills."""
    have = pd.crosstab(posts["grid"], posts["role"]).reindex(index=range(len(place.grids)), fill_value=0)
    missing = [[role for role in ROLES[:4] if have.at[row, role] == 0] for row in have.index]
    return [{"grid": code, "missing": roles} for code, roles in zip(place.grids["code"], missing, strict=True) if roles]


def write(out: Path, place: Geography, posts: pd.DataFrame, seed: int) -> list[Mark]:
    """Write the roster into `out`; the marks of the grids that still stand under their old code."""
    rng = np.random.default_rng([seed, 12])
    grids = place.grids.copy()
    old = np.sort(rng.choice(len(grids), OLD_CODES, replace=False))
    grids.loc[old, "code"] = [old_code(code) for code in grids.loc[old, "code"]]
    book = workbook(out / FILE)
    sheet = book.add_worksheet("花名册")
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "莱芜区网格队伍花名册（演示数据）")
    sheet.merge_range(1, 0, 1, len(COLUMNS) - 1, "填报单位：区社会治理服务中心    配备标准：2+1+N+X")
    sheet.write_row(2, 0, COLUMNS)
    own = grids.iloc[posts["grid"]]
    for column, name in enumerate(("town", "community", "name", "code")):
        _write_merged(sheet, column, own[name].to_list(), own["code"].str[: (9, 12, 15, 15)[column]].to_list())
    _write_posts(sheet, posts)
    book.close()
    lines = np.flatnonzero(np.isin(posts["grid"], old)) + FIRST_LINE
    return [Mark(FILE, int(line), "old_area_code", "loaded", posts["no"].iloc[line - FIRST_LINE]) for line in lines]


def _write_merged(sheet: xlsxwriter.worksheet.Worksheet, column: int, values: list[str], group: list[str]) -> None:
    """One cell for each run of the same group, merged down where it is longer than a row."""
    start = 0
    for row in range(1, len(values) + 1):
        if row == len(values) or group[row] != group[start]:
            if row - start == 1:
                sheet.write_string(start + FIRST_LINE - 1, column, values[start])
            else:
                sheet.merge_range(start + FIRST_LINE - 1, column, row + FIRST_LINE - 2, column, values[start])
            start = row


def _write_posts(sheet: xlsxwriter.worksheet.Worksheet, posts: pd.DataFrame) -> None:
    for row, post in enumerate(posts.itertuples(index=False), FIRST_LINE - 1):
        for column, cell in enumerate((post.no, post.role, post.name, post.phone, f"{post.since:%Y-%m-%d}"), 4):
            sheet.write_string(row, column, cell)
