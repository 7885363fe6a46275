"""What is planted at the end of the demo for early warning to find, besides outbreaks and slow departments: a case of each kind."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.demo.days import Days
from etl.demo.district import FENGCHENG
from etl.demo.geography import Geography

FEWEST_DAYS, FEWEST_INCIDENTS = 30, 2000
"""In a smaller demo trouble would be most of what there is."""


@dataclass(frozen=True)
class Trouble:
    """Some incidents of one matter close together, as one rule of early warning looks for them.

    `sources` are those of its incidents in order of time, again from the first when there are more; `is_spot`: all from one
    spot; `is_chain`: each refers to the one before.
    """

    rule: str
    area: str
    grids: np.ndarray
    leaf: int
    first_day: int
    days: int
    extra: int
    sources: tuple[str, ...]
    is_spot: bool = False
    is_chain: bool = False


def troubles(place: Geography, leaves: pd.DataFrame, days: Days, incidents: int, seed: int) -> tuple[Trouble, ...]:
    """A case of each kind, all still going on at the end; none in a small demo."""
    if days.count < FEWEST_DAYS or incidents < FEWEST_INCIDENTS:
        return ()
    rng = np.random.default_rng([seed, 31])
    grids, leaf = place.grids, {path: row for row, path in enumerate(leaves["path"])}
    town = np.flatnonzero(grids["town_code"] == FENGCHENG)
    one, spot, quarrel, crowd, middle = (int(row) for row in rng.choice(town, 5, replace=False))
    apart = np.hypot(*(grids[["lon", "lat"]].to_numpy() - grids[["lon", "lat"]].to_numpy()[middle]).T)
    around = np.sort(np.argsort(apart, kind="stable")[:5])
    community = np.flatnonzero(grids["community_code"] == grids["community_code"].iloc[crowd])
    code, shared = grids["code"], grids["community_code"]
    last = days.count
    return (
        Trouble("repeats", code.iloc[spot], np.array([spot]), leaf["城乡建设/市政设施/井盖缺损"], last - 10, 10, 9, ("grid_app",), is_spot=True),
        Trouble("cluster", FENGCHENG, around, leaf["公用事业/供水/水质异常"], last - 4, 4, 15, ("grid_app", "hotline")),
        Trouble("chain", shared.iloc[one], np.array([one]), leaf["城乡建设/物业服务/小区保洁"], last - 12, 12, 6, ("hotline",), is_chain=True),
        Trouble("crowd", shared.iloc[crowd], community, leaf["劳动和社会保障/劳动关系/拖欠工资"], last - 6, 6, 7, ("petition",)),
        Trouble("dispute", shared.iloc[quarrel], np.array([quarrel]), leaf["政法/矛盾纠纷/邻里纠纷"], last - 18, 18, 6,
                ("grid_app", "grid_app", "hotline", "grid_app", "petition", "petition")),
    )  # fmt: skip
