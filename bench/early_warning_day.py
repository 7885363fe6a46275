"""How long do the rules of counts and clusters take for one day of a whole district? `python -m bench.early_warning_day [--incidents N]`.

Simulated: 1,251 grids in 249 communities and 18 towns, 20 matters of very different frequency, three years of incidents without
any trouble. Each rule answers for the last day from the frames that its question gives it (DuckDB's part, some tenths of a second,
is left out). One line a rule, and one for all of them together against the ten seconds that were set for two cores.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from analytics.area import Area
from analytics.early_warning import counted_district, crowded, repeats
from analytics.early_warning.case_days import number
from analytics.early_warning.clusters import grid_map
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Scene
from analytics.early_warning.rules import Rule, default_rules
from bench.line import say

GRIDS, COMMUNITIES, TOWNS, MATTERS = 1251, 249, 18, 20
UNTIL = datetime(2026, 10, 19, 16)
LAST = number(UNTIL.date())
YEAR = 364
SECONDS = 10.0


def main(incidents: Annotated[int, typer.Option(help="a day in the whole district", min=1)] = 400) -> None:
    """Measure and print one line each."""
    random = np.random.default_rng(11)
    scene = district()
    cases = history(scene, random, incidents)
    whole, rules = 0.0, [rule for rule in default_rules() if rule.detector in ("counts", "clusters")]
    for rule in rules:
        answer = prepared(rule, scene, cases, random)
        began = time.perf_counter()
        found = answer()
        took = time.perf_counter() - began
        whole += took
        say(f"seconds_{rule.name}", took, "s", f"{SECONDS:g} s for all", took / SECONDS, len(found))
    say("seconds_counts_and_clusters", whole, "s", f"{SECONDS:g} s", whole / SECONDS, len(rules))


def district() -> Scene:
    """Grids in communities in towns."""
    top = Area("3701", "district", "D", ("3701",), ("D",))
    towns = [_below(top, f"{n:03d}", "town") for n in range(TOWNS)]
    communities = [_below(towns[n % TOWNS], f"{n:03d}", "community") for n in range(COMMUNITIES)]
    grids = [_below(communities[n % COMMUNITIES], f"{n:04d}", "grid") for n in range(GRIDS)]
    return Scene(UNTIL, {area.area_id: area for area in (top, *towns, *communities, *grids)})


def _below(above: Area, number_: str, level: str) -> Area:
    area_id = above.area_id + number_
    return Area(area_id, level, area_id, (*above.path, area_id), (*above.path_names, area_id))


def history(scene: Scene, random: np.random.Generator, a_day: int) -> pd.DataFrame:
    """Incidents of three years: `category`, `area_id` (a grid) and `hour` since 1970."""
    days = 3 * YEAR
    n = int(random.poisson(a_day * days))
    grids = [area.area_id for area in scene.known.values() if area.level == "grid"]
    often, people = (random.lognormal(0, 0.9, size) for size in (MATTERS, GRIDS))
    matter = random.choice(MATTERS, n, p=often / often.sum())
    day = LAST - days + 1 + random.integers(0, days, n)
    return pd.DataFrame(
        {
            "category": np.array([f"A/{m:02d}" for m in range(MATTERS)])[matter],
            "area_id": np.array(grids)[random.choice(GRIDS, n, p=people / people.sum())],
            "hour": day * 24 + random.integers(0, 24, n),
        }
    )


def prepared(rule: Rule, scene: Scene, cases: pd.DataFrame, random: np.random.Generator) -> Callable[[], list[Finding]]:
    """The rule, with the frames it asks the warehouse for at hand."""
    if rule.detector == "clusters":
        names = tuple(area.area_id for area in scene.known.values() if area.level == "grid")
        towns = [name[:7] for name in names]
        lon, lat = random.uniform(117.3, 117.9, GRIDS), random.uniform(36.0, 36.5, GRIDS)
        place = names, grid_map(lon, lat, random.uniform(300, 3000, GRIDS), towns)
        counts = _by_grid_and_day(cases)
        return lambda: crowded.detect(counts, place, LAST, scene, rule)
    if rule.level == "district":
        step = counted_district.step_of(rule)
        hours = _by_hour(cases, step, counted_district.KNOWN_DAYS[step])
        return lambda: counted_district.detect(hours, LAST * 24 + 23, scene, rule)
    days = int(rule.limits.get("days", 1))
    cells = _cells(cases, days)
    return lambda: repeats.detect(cells, scene, rule, days, "counts")


def _by_grid_and_day(cases: pd.DataFrame) -> pd.DataFrame:
    """As `crowded.grid_days`."""
    own = cases.assign(day=cases["hour"] // 24).rename(columns={"area_id": "grid_id"})
    own = own[own["day"] > LAST - YEAR]
    return own.groupby(["category", "grid_id", "day"]).size().rename("n").reset_index()


def _by_hour(cases: pd.DataFrame, step: str, known_days: int) -> pd.DataFrame:
    """As `counted_district.by_hour`."""
    own = cases[cases["hour"] > (LAST - known_days) * 24 + 23]
    hour = own["hour"] if step == "hour" else own["hour"] // 24 * 24
    return own.assign(hour=hour).groupby(["category", "hour"]).size().rename("n").reset_index()


def _cells(cases: pd.DataFrame, days: int) -> pd.DataFrame:
    """As `own_rate.counted`."""
    back = LAST - cases["hour"] // 24
    own = cases[back < days + YEAR].assign(recent=(back < days).astype(int), past=(back >= days).astype(int))
    sums = own.groupby(["area_id", "category"], as_index=False)[["recent", "past"]].sum()
    return sums.assign(first_at=pd.Timestamp(UNTIL - timedelta(days=days)), past_days=YEAR)


if __name__ == "__main__":
    typer.run(main)
