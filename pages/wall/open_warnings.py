"""The warnings that are open in a view's area, as the wall counts and orders them."""

from analytics.early_warning.rules import FAILED_RULE
from analytics.view import View
from operations import warnings
from operations.warning_life import State
from operations.warnings import Kept
from pages.warning_list import urgency

MOST_OPEN = 200
DEVICES = ("threshold", "rising", "bin", "silence", "camera")
"""The rules whose warnings are of devices; all others are of matters."""


def gravest(view: View, of: str = "") -> list[Kept]:
    """At most 200 of them, in the order of the list on `/warnings`; `of` devices or of matters only."""
    found = warnings.warnings(areas=_within(view), most=MOST_OPEN)
    return sorted((one for one in found if _is_of(one.rule, one.subject, of)), key=urgency)


def by_grade(view: View) -> dict[int, int]:
    """How many are open of each grade, the gravest first."""
    return warnings.by_grade(areas=_within(view))


def waiting(view: View) -> dict[int, int]:
    """How many of each grade nobody has answered yet, the gravest first."""
    return warnings.by_grade(areas=_within(view), states=(State.raised,))


def _is_of(rule: str, subject: str, of: str) -> bool:
    """A rule that could not be reckoned is of what its warnings would be of."""
    is_device = (subject if rule == FAILED_RULE else rule) in DEVICES
    return not of or (of == "devices") == is_device


def _within(view: View) -> tuple[str, ...]:
    return (view.area_id,) if view.area_id else ()
