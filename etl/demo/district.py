"""Which towns, communities and grids the district has, by name and code, and how many people live in each."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from settings import REFERENCE

GRIDS = 1251
FENGCHENG = "370116001"
FENGCHENG_GRIDS = 234


@dataclass(frozen=True)
class District:
    """Names and codes of every area above the grids, and how many grids each community is cut into."""

    code: str
    name: str
    towns: pd.DataFrame
    """`code`, `name`, `seat_lon`, `seat_lat`, `area_km2`, `population`, `terrain`."""
    communities: pd.DataFrame
    """`code`, `name`, `town_code`, `kind`, `population`, `grids`; sorted by code."""


def district(seed: int) -> District:
    """The district's areas: real names and codes, made-up populations."""
    top = _read("areas/district.csv").iloc[0]
    towns = _read("areas/towns.csv").merge(_read("demo/towns.csv"), left_on="code", right_on="town_code")
    towns = towns.astype({"seat_lon": float, "seat_lat": float, "area_km2": float, "population": int})
    communities = _read("areas/communities.csv").sort_values("code", ignore_index=True)
    communities["population"] = _populations(communities, towns, np.random.default_rng([seed, 1]))
    communities["grids"] = _grid_counts(communities)
    return District(top["code"], top["name"], towns.drop(columns="town_code"), communities)


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / name, dtype=str)


def _populations(communities: pd.DataFrame, towns: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Residents of each community: its town's, shared out unevenly; the first codes are the town's seat."""
    share = rng.lognormal(0.0, 0.45, len(communities))
    share *= np.where(communities["kind"] == "community", 1.6, 1.0)
    share *= 1.0 + 1.2 * np.exp(-communities.groupby("town_code").cumcount() / 6.0)
    total = share / pd.Series(share).groupby(communities["town_code"].to_numpy()).transform("sum")
    residents = communities["town_code"].map(towns.set_index("code")["population"])
    return np.maximum(60, np.round(total * residents)).astype(int)


def _grid_counts(communities: pd.DataFrame) -> np.ndarray:
    """One grid each at least; the rest to where most people share one grid."""
    is_fengcheng = (communities["town_code"] == FENGCHENG).to_numpy()
    counts = np.ones(len(communities), dtype=int)
    people = communities["population"].to_numpy()
    for inside, wanted in ((is_fengcheng, FENGCHENG_GRIDS), (~is_fengcheng, GRIDS - FENGCHENG_GRIDS)):
        for _ in range(wanted - int(inside.sum())):
            crowded = np.where(inside, people / counts, -1.0)
            counts[int(np.argmax(crowded))] += 1
    return counts
