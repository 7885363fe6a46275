"""How far does a finding reach: the smallest area that holds it all, over how much it spreads, and who answers for it."""

from collections.abc import Iterable, Mapping

from analytics.area import Area
from analytics.early_warning.grading import SPREADS

AT_LEAST = {"grid": "grid", "community": "grids", "town": "communities", "district": "towns"}
"""What is known only by an area of this level may lie anywhere in it."""
CHIEFS = {"grid": "grid_chief", "community": "community_office", "town": "town_office", "district": "district_centre"}


def holding(known: Mapping[str, Area], area_ids: Iterable[str]) -> str:
    """The smallest area that holds all of `area_ids`; the top one where they share none, "" where nobody knows any."""
    paths = [known[area_id].path for area_id in set(area_ids) if area_id in known]
    shared = [steps[0] for steps in zip(*paths, strict=False) if len(set(steps)) == 1]
    return shared[-1] if shared else top(known)


def top(known: Mapping[str, Area]) -> str:
    """The area that lies in no other one; "" where there is none."""
    return next((area.area_id for area in known.values() if len(area.path) == 1), "")


def spread(known: Mapping[str, Area], area_ids: Iterable[str]) -> str:
    """One of `grading.SPREADS`: over one grid, several, several communities or several towns."""
    found = [known[area_id] for area_id in set(area_ids) if area_id in known]
    if not found:
        return SPREADS[0]
    widest = max((AT_LEAST.get(area.level, "grid") for area in found), key=SPREADS.index)
    return max(widest, _apart(found), key=SPREADS.index)


def _apart(found: list[Area]) -> str:
    """By how many different places there are a level: paths run district, town, community, grid."""
    for depth, name in ((2, "towns"), (3, "communities"), (4, "grids")):
        if len({area.path[:depth] for area in found if len(area.path) >= depth}) > 1:
            return name
    return "grid"


def grids_of(known: Mapping[str, Area], area_ids: Iterable[str]) -> tuple[str, ...]:
    """The grids among the areas, in order of their codes."""
    return tuple(sorted({a for a in area_ids if a in known and known[a].level == "grid"}))


def who(known: Mapping[str, Area], area_id: str) -> str:
    """The post that answers for an area: the grid's chief, the community's or town's office, the district's centre."""
    return CHIEFS.get(known[area_id].level if area_id in known else "district", "district_centre")


def place_name(known: Mapping[str, Area], area_id: str) -> str:
    """Its name with those of what it lies in, the district left out unless it is the district, none said twice."""
    if area_id not in known:
        return ""
    names = known[area_id].path_names
    said = [name for name, below in zip(names, (*names[1:], ""), strict=True) if not below.startswith(name)]
    return "".join(said[1:]) or names[0]
