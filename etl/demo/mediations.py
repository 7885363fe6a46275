"""Disputes taken to mediation in the demo, and the ledger they stand in: one XLSX, places by code or only by name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.demo import words
from etl.demo.days import SECONDS_A_DAY, Days, busyness
from etl.demo.dirt import Layout, chosen, dirtied
from etl.demo.export import Mark, Row, clock, rows_of, write_sheet
from etl.demo.geography import Geography

FILE = "演示_矛盾调解台账.xlsx"
COLUMNS = [
    "调解编号", "受理时间", "纠纷类型", "申请人", "被申请人", "联系电话", "纠纷概述", "网格编码", "所属社区", "所属镇街",
    "调解层级", "调解人", "关联事件编号", "办结时间", "调解结果", "履行情况",
]  # fmt: skip
LAYOUT = Layout(
    COLUMNS, "调解编号", "受理时间", "办结时间", "纠纷概述", code="网格编码", status="调解结果", is_csv=False
)
FIRST_LINE = 3
LEVELS = np.array(["网格", "社区", "镇街", "区"], dtype=object)
_LEVEL_SHARES = (0.30, 0.38, 0.23, 0.09)
AGREED = (0.93, 0.87, 0.77, 0.64)
"""Chance of an agreement at each level: what is hard goes up."""
_KEPT = (0.95, 0.93, 0.89, 0.84)
_MEDIAN_DAYS = np.array([1.6, 5.0, 12.0, 24.0])
_WITHDRAWN = 0.3
"""Of those without an agreement: taken back by the parties."""
WEAK_FACTOR = 0.6
"""Planted: the chance of an agreement in one town against the others'."""
_FEWEST_GRIDS = 50
_KINDS = {
    "邻里纠纷": 0.30, "婚姻家庭纠纷": 0.20, "债务纠纷": 0.12, "劳资纠纷": 0.10, "物业纠纷": 0.10, "损害赔偿纠纷": 0.07,
    "宅基地纠纷": 0.06, "承包纠纷": 0.05,
}  # fmt: skip
_FROM_INCIDENT, _WITH_CODE, _AS_DATE_CELL = 0.55, (0.9, 0.8, 0.45, 0.25), 0.3
_KEPT_AFTER_DAYS, _FAILED_DAYS = 30, 20


def weak_town(place: Geography, seed: int) -> str:
    """Code of the town where mediation succeeds least; it has grids enough for that to be seen."""
    grids = place.grids["town_code"].value_counts().sort_index()
    return str(np.random.default_rng([seed, 22]).choice(grids.index[grids >= _FEWEST_GRIDS].to_numpy()))


def mediated(
    place: Geography,
    incidents: pd.DataFrame,
    leaves: pd.DataFrame,
    days: Days,
    count: int,
    seed: int,
    in_vain: Sequence[int] = (),
) -> pd.DataFrame:
    """`count` mediations in order of `opened`: `no`, `grid`, `kind`, `incident` (its number, or empty), `level` (row of `LEVELS`),
    `closed` (NaT while open), `outcome`, `kept`. Times are Shanghai's; `incidents` are those of the grid app. One between
    neighbours fails three weeks before the end in each of the grids `in_vain` (row numbers).
    """
    rng = np.random.default_rng([seed, 23])
    cases = pd.concat(
        [own := _from_incidents(incidents, leaves, days, round(_FROM_INCIDENT * count), rng),
         _walk_ins(place, days, count - len(own), rng)], ignore_index=True,
    )  # fmt: skip
    cases["opened"] = (
        days.start + (cases["day"] * SECONDS_A_DAY).to_numpy().astype("timedelta64[s]") + _office_hours(count, rng)
    )
    cases = cases.sort_values(["opened", "grid"], kind="stable", ignore_index=True)
    cases["no"] = [f"TJ{stamp}{number:05d}" for number, stamp in enumerate(cases["opened"].dt.strftime("%Y%m%d"), 1)]
    cases["level"] = rng.choice(len(LEVELS), count, p=_LEVEL_SHARES)
    cases["closed"] = _closed(cases, days, rng)
    is_weak = (place.grids["town_code"] == weak_town(place, seed)).to_numpy()[cases["grid"]]
    cases = cases.assign(**_outcomes(cases, is_weak, days, rng))
    return _fail(cases, days, in_vain)


def _fail(cases: pd.DataFrame, days: Days, in_vain: Sequence[int]) -> pd.DataFrame:
    """Turn walk-ins of about a month before the end into mediations in vain in these grids."""
    ends = days.until - _FAILED_DAYS * SECONDS_A_DAY
    early = (cases["opened"] < ends - 5 * SECONDS_A_DAY) & (cases["incident"] == "")
    for row, grid in zip(cases.index[early][::-1], in_vain, strict=False):
        told: dict[str, Any] = {
            "grid": grid,
            "kind": "邻里纠纷",
            "outcome": "调解不成",
            "kept": "",
            "closed": ends + 15 * 3600,
        }
        for column, value in told.items():
            cases.loc[row, column] = value
    return cases


def _from_incidents(
    incidents: pd.DataFrame, leaves: pd.DataFrame, days: Days, count: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Disputes that a grid worker reported and that went to mediation some days later."""
    kind = leaves["level3"].to_numpy()[incidents["leaf"]]
    day = days.day_of(incidents["reported"].to_numpy().astype("datetime64[s]")) + rng.integers(1, 5, len(incidents))
    pool = np.flatnonzero(np.isin(kind, list(_KINDS)) & (day < days.count))
    own = rng.choice(pool, min(count, len(pool)), replace=False)
    table = incidents.iloc[own]
    return pd.DataFrame(
        {"day": day[own], "grid": table["grid"].to_numpy(), "kind": kind[own], "incident": table["no"].to_numpy()}
    )


def _walk_ins(place: Geography, days: Days, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Disputes whose parties came by themselves."""
    people = place.grids["population"].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "day": rng.choice(days.count, count, p=busyness(days, "festival", rng)),
            "grid": rng.choice(len(people), count, p=people / people.sum()),
            "kind": rng.choice(np.array(list(_KINDS), dtype=object), count, p=list(_KINDS.values())),
            "incident": "",
        }
    )


def _office_hours(count: int, rng: np.random.Generator) -> np.ndarray:
    return rng.integers(8 * 3600 + 1800, 17 * 3600, count).astype("timedelta64[s]")


def _closed(cases: pd.DataFrame, days: Days, rng: np.random.Generator) -> np.ndarray:
    """When each ended, the same day or at office hours of a later one; NaT if that lies past the demo's end."""
    opened = cases["opened"].to_numpy().astype("datetime64[s]")
    taken = (_MEDIAN_DAYS[cases["level"]] * rng.lognormal(0, 0.7, len(cases))).astype(np.int64)
    later = opened.astype("datetime64[D]") + taken.astype("timedelta64[D]") + _office_hours(len(cases), rng)
    closed = np.where(taken > 0, later, opened + rng.integers(1800, 14_400, len(cases)).astype("timedelta64[s]"))
    return np.where(closed < days.until, closed, np.datetime64("NaT"))


def _outcomes(cases: pd.DataFrame, is_weak: np.ndarray, days: Days, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """How it ended, and whether what was agreed was kept, as far as it is known yet."""
    level, n = cases["level"].to_numpy(), len(cases)
    is_open = cases["closed"].isna().to_numpy()
    agreed = (rng.random(n) < np.array(AGREED)[level] * np.where(is_weak, WEAK_FACTOR, 1.0)) & ~is_open
    withdrawn = rng.random(n) < _WITHDRAWN
    kept = rng.random(n) < np.array(_KEPT)[level]
    is_fresh = cases["closed"].to_numpy() >= days.until - _KEPT_AFTER_DAYS * SECONDS_A_DAY
    outcome = np.select([is_open, agreed, withdrawn], ["调解中", "调解成功", "撤回申请"], "调解不成")
    told = np.select([~agreed, is_fresh, kept], ["", "履行中", "已履行"], "未履行")
    return {"outcome": outcome.astype(object), "kept": told.astype(object)}


def write(out: Path, cases: pd.DataFrame, place: Geography, seed: int) -> list[Mark]:
    """Write the ledger into `out`; its marks."""
    rng = np.random.default_rng([seed, 24])
    has_code = rng.random(len(cases)) < np.array(_WITH_CODE)[cases["level"]]
    kinds = chosen(len(cases), has_code & cases["closed"].notna().to_numpy(), LAYOUT, rng)
    rows, marks = dirtied(FILE, table(cases, has_code, place, rng), kinds, LAYOUT, FIRST_LINE, rng)
    write_sheet(out / FILE, "调解台账", "莱芜区矛盾纠纷调解台账（演示数据）", COLUMNS, rows)
    return marks


def table(cases: pd.DataFrame, has_code: np.ndarray, place: Geography, rng: np.random.Generator) -> list[Row]:
    """The mediations as the ledger lists them, in order of `COLUMNS`; some opening times as real date cells."""
    grid, n = place.grids.iloc[cases["grid"]], len(cases)
    is_date = rng.random(n) < _AS_DATE_CELL
    opened = np.where(is_date, cases["opened"].dt.to_pydatetime().astype(object), clock(cases["opened"]))
    is_vague = (cases["level"] == 3).to_numpy() & ~has_code & (rng.random(n) < 0.4)  # only the town is known
    cells = [
        cases["no"], opened, cases["kind"], words.names(n, rng), words.names(n, rng), words.phones(n, rng),
        words.quarrels(cases["kind"].to_numpy(), rng), np.where(has_code, grid["code"], ""),
        np.where(is_vague, "", grid["community"]), grid["town"], LEVELS[cases["level"]], words.names(n, rng),
        cases["incident"], clock(cases["closed"]), cases["outcome"], cases["kept"],
    ]  # fmt: skip
    return rows_of(dict(zip(COLUMNS, cells, strict=True)))
