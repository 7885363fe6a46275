"""More incidents of a matter than usual, in the whole district by the calendar, in the places below it by their share.

In the whole district a matter's hours, days or weeks are judged by season, weekday, holidays and trend (`counted_district.py`).
What that leaves open is where: each smaller area is held against its own share of what the district has now (`own_rate.py`), in
which season, weekday, holidays and trend cancel, and which is exact for counts near nought. So thousands of series a day are
judged in a second, and a rise that all the district shares is told once, not in every village.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.early_warning import counted_district, repeats
from analytics.early_warning.below import INSIDE_SHARE, lies_below
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Look, Scene
from analytics.early_warning.own_rate import counted, weekly
from analytics.early_warning.rules import Rule


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Areas of the rule's level with more of a matter than usual in the last `hours` or `days`.

    Of hours there are many looks a day; each is allowed its part of the false alarms of a day.
    """
    if rule.level == "district":
        return [one for one in counted_district.findings_of(look, scene, rule) if not lies_below(look, one)]
    days = rule.limits.get("hours", 24 * int(rule.limits.get("days", 1))) / 24
    rule = rule.model_copy(update={"per_day": rule.per_day * min(days, 1.0)})
    counts = counted(look, days, None)
    found = repeats.detect(counts, scene, rule, days, "counts")
    if rule.level == "town":
        found = [one for one in found if not _lies_inside(counts, scene, one)]
    return [replace(one, series=weekly(look, one.area_id, one.subject, None)) for one in found]


def _lies_inside(counts: pd.DataFrame, scene: Scene, one: Finding) -> bool:
    """Whether one community has most of what a town's finding counts."""
    own = counts[(counts["category"] == one.subject) & (counts["recent"] > 0)]
    paths = [scene.known[area].path if area in scene.known else () for area in own["area_id"]]
    inside = np.array([one.area_id in path for path in paths], dtype=bool)
    community = [path[2] if len(path) > 2 else "" for path in paths]
    sums = own["recent"].groupby(np.array(community, dtype=object)).sum() if len(own) else own["recent"]
    held = {name for name, is_in in zip(community, inside, strict=True) if is_in and name}
    return any(sums[name] >= INSIDE_SHARE * one.observed for name in held)
