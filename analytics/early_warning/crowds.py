"""Where a crowd may be forming: several petitions on one matter from one place within days.

The register of petitions has no number of people in a party, so petitions are counted, not heads.
"""

from dataclasses import replace

from analytics.early_warning import repeats
from analytics.early_warning.finding import Finding
from analytics.early_warning.found import Look, Scene
from analytics.early_warning.own_rate import counted, weekly
from analytics.early_warning.rules import Rule

DAYS = 10
CHANNEL = "petition"


def findings_of(look: Look, scene: Scene, rule: Rule) -> list[Finding]:
    """Places of the rule's level from which petitions on one matter came together in the last `days`."""
    days = int(rule.limits.get("days", DAYS))
    found = repeats.detect(counted(look, days, CHANNEL), scene, rule, days, "crowd", CHANNEL)
    return [replace(one, series=weekly(look, one.area_id, one.subject, CHANNEL)) for one in found]
