"""Parts the tests of detectors share: a district of one town, some communities and grids, and histories of cases with dice."""

from datetime import datetime

import numpy as np
import pandas as pd

from analytics.area import Area
from analytics.early_warning.case_days import NEVER, number
from analytics.early_warning.found import Scene
from analytics.early_warning.rules import Rule, default_rules

UNTIL = datetime(2026, 10, 19, 16)
"""Midnight in Shanghai before Tuesday, 20 October 2026."""
LAST = number(datetime(2026, 10, 19).date())
"""The last full day."""


def rule(name: str, **changes: object) -> Rule:
    """A rule as delivered, with changes."""
    found = next(one for one in default_rules() if one.name == name)
    return found.model_copy(update=changes)


def scene(communities: int = 10, grids: int = 10) -> Scene:
    """Two towns of so many communities together, each with so many grids."""
    top = Area("370116", "district", "莱芜区", ("370116",), ("莱芜区",))
    known = {top.area_id: top}
    for n in range(2):
        known[f"37011600{n}"] = _below(top, f"37011600{n}", "town", f"{n}镇")
    for n in range(communities):
        town = known[f"37011600{n % 2}"]
        community = _below(town, f"{town.area_id}{n + 1:03d}", "community", f"{n}社区")
        known[community.area_id] = community
        for m in range(grids):
            known[f"{community.area_id}{m + 1:03d}"] = _below(
                community, f"{community.area_id}{m + 1:03d}", "grid", f"{n}社区第{m}网格"
            )
    return Scene(UNTIL, known)


def _below(above: Area, area_id: str, level: str, name: str) -> Area:
    return Area(area_id, level, name, (*above.path, area_id), (*above.path_names, name))


def grids(where: Scene) -> list[str]:
    """The codes of its grids."""
    return [area.area_id for area in where.known.values() if area.level == "grid"]


def history(
    days: int = 700, a_day: float = 20.0, offices: int = 5, mean_days: float = 3.0, seed: int = 1, slow_from: int | None = None,
    slow: float = 1.0, sway: float = 0.0,
) -> pd.DataFrame:  # fmt: skip
    """Cases as `case_days.history` tells them; the first office takes `slow` times as long from `slow_from` days before the end.

    `sway` makes the pace of each office drift, as real offices do: the spread of its logarithm, remembered from day to day.
    """
    rng = np.random.default_rng(seed)
    pace = np.zeros((offices, days))
    for day in range(1, days):
        pace[:, day] = 0.9 * pace[:, day - 1] + rng.normal(0, sway * np.sqrt(1 - 0.81), offices)
    first = LAST - days + 1
    rows = []
    for office in range(offices):
        n = rng.poisson(a_day, days)
        reported = np.repeat(np.arange(days), n)
        longer = np.where((office == 0) & (slow_from is not None) & (reported >= days - (slow_from or 0)), slow, 1.0)
        took = rng.exponential(mean_days * longer * np.exp(pace[office, reported]))
        rows.append(
            pd.DataFrame(
                {"reported": first + reported, "closed": first + reported + took.astype(int), "office": office}
            )
        )
    cases = pd.concat(rows, ignore_index=True)
    due = cases["reported"] + 5
    closed = np.where(cases["closed"] <= LAST, cases["closed"], NEVER)
    frame = pd.DataFrame(
        {"department": "局" + cases["office"].astype(str), "category": "城乡建设/环境卫生/垃圾清运", "reported": cases["reported"],
         "closed": closed, "due": due, "is_by_due": closed <= due, "n": 1}
    )  # fmt: skip
    return frame.astype({"department": "category", "category": "category"})


def waiting_of(cases: pd.DataFrame) -> pd.DataFrame:
    """Those of a history that are open on its last evening and not yet past due, as `late.open_cases` tells them."""
    own = cases[(cases["closed"] == NEVER) & (cases["due"] > LAST)]
    return own.assign(incident_id=[f"x:{n}" for n in range(len(own))], area_id=None)[
        ["incident_id", "area_id", "department", "category", "reported", "due"]
    ].astype({"department": str, "category": str})
