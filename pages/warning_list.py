"""Which warnings stand in the list of `/warnings`, how many there are, and what of them is new to this reader."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from analytics.early_warning.rules import FAILED_RULE, default_rules
from operations.errors import NoSuchWarningError
from operations.notices import unread
from operations.tables import HIGHEST_ID, now
from operations.warning_growth import growing
from operations.warning_life import ENDED, OPEN, State
from operations.warnings import Kept, counts, warning, warnings
from pages.outlines import current_map
from pages.warning_words import grade_of, grades_said, said, seconds, short, state_name, who_has
from ui.components.numbers import count
from ui.words import Speaker, speaker
from ui.words.rules import rule_name
from warehouse.errors import WarehouseError

MOST_ROWS = 300
MOST_GRIDS = 600
GROWN_FOR = timedelta(days=1)
GRADES = (1, 2, 3, 4)
STATES = ("open", *OPEN, "ended")
"""What can be chosen: all that are open, one state, or all that have ended."""


@dataclass(frozen=True)
class Asked:
    """What a reader's list is narrowed to; what makes no sense in an address is as if it were not there."""

    area: str = ""
    grades: tuple[int, ...] = ()
    state: str = "open"
    rule: str = ""
    lang: str = "zh"
    seen_event: int = 0
    chosen: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """What an address asks for."""
        grades = tuple(grade for grade in GRADES if str(grade) in query.get("grade", "").split(","))
        state = query.get("state", "open")
        return cls(
            area=query.get("area", "")[:40],
            grades=grades,
            state=state if state in STATES else "open",
            rule=query.get("rule", "")[:80],
            lang="en" if query.get("lang") == "en" else "zh",
            seen_event=min(whole_number(query.get("seen")) or 0, HIGHEST_ID),
            chosen=whole_number(query.get("warning")),
        )

    @property
    def areas(self) -> tuple[str, ...]:
        """The chosen area, none for all."""
        return (self.area,) if self.area else ()

    @property
    def states(self) -> Sequence[str]:
        """The states behind the choice."""
        return OPEN if self.state == "open" else ENDED if self.state == "ended" else (self.state,)


def whole_number(text: object) -> int | None:
    """The number that a text of digits is, up to what a key of the store can be; None for any other text."""
    found = "" if text is None else str(text)
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 10 else None


def pulse(asked: Asked) -> dict[str, object]:
    """A cheap look whether anything has changed: the newest event's number, and how much is new to this reader."""
    new = unread(asked.seen_event, asked.areas)
    return {"mark": new.newest_event_id, "unread": new.count if asked.seen_event else 0, "now": seconds(now())}


def listing(asked: Asked) -> dict[str, object]:
    """The list as the page's script draws it."""
    say = speaker(asked.lang)
    pulsed = pulse(asked)  # before the rows, so that what changes between the two is asked for again
    rows = _rows(asked)
    found = counts(areas=asked.areas)
    shown = sorted(rows[:MOST_ROWS], key=urgency)
    grown = growing([one.id for one in shown], now() - GROWN_FOR)
    return {
        **pulsed,
        "headline": _headline(found, _late(asked, shown), say),
        "rows": [_row(one, one.id in grown, say, asked.lang) for one in shown],
        "note": say("warnings.most", n=MOST_ROWS) if len(rows) > MOST_ROWS else "",
        "rules": _rules(asked),
        "by_grade": _by_grade(found, asked),
        "states": {state: _in_states(found, Asked(state=state).states) for state in STATES},
    }


def _rows(asked: Asked) -> list[Kept]:
    """The warnings asked for, one more than are shown."""
    rules = (asked.rule,) if asked.rule else ()
    return warnings(areas=asked.areas, rules=rules, grades=asked.grades, states=asked.states, most=MOST_ROWS + 1)


def urgency(one: Kept) -> tuple[object, ...]:
    """The gravest first; among those the ones that nobody has answered, the oldest of them first."""
    return (-one.grade, one.state != State.raised, one.raised_at, one.id)


def _in_states(found: Mapping[tuple[str, int], int], states: Sequence[str]) -> int:
    return sum(n for (state, _grade), n in found.items() if state in states)


def _by_grade(found: Mapping[tuple[str, int], int], asked: Asked) -> dict[int, int]:
    sums = Counter(dict.fromkeys(GRADES, 0))
    for (state, grade), n in found.items():
        if state in asked.states:
            sums[grade] += n
    return dict(sums)


def _late(asked: Asked, shown: Sequence[Kept]) -> int:
    """How many nobody has answered at any level; nought where the list does not hold all that are open."""
    is_all = not asked.grades and not asked.rule and asked.state == "open"
    return sum(one.is_overdue for one in shown) if is_all else 0


def _headline(found: Mapping[tuple[str, int], int], late: int, say: Speaker) -> str:
    total, waiting = _in_states(found, OPEN), _in_states(found, (State.raised,))
    if not total:
        return say("warnings.headline_none")
    grades = Counter[int]()
    for (state, grade), n in found.items():
        grades[grade] += n * (state in OPEN)
    text = say("warnings.headline", n=count(total), grades=grades_said(grades, say), waiting=count(waiting))
    return text + (say("warnings.headline_late", late=count(late)) if late else "") + say("warnings.stop")


def _rules(asked: Asked) -> list[list[str]]:
    """Every rule by its name, for the choice of one."""
    names = [rule.name for rule in default_rules()] + [FAILED_RULE]
    if asked.rule and asked.rule not in names:
        names.append(asked.rule)
    return [[name, rule_name(name, asked.lang)] for name in names]


def _row(one: Kept, has_grown: bool, say: Speaker, lang: str) -> dict[str, object]:
    return {
        "id": one.id,
        **grade_of(one.grade, say),
        "sentence": said(one, say, lang),
        "state": one.state,
        "state_name": state_name(one.state, say),
        "who": who_has(one, say),
        "rule": rule_name(one.rule, lang),
        "raised": seconds(one.raised_at),
        "answer_by": seconds(one.answer_by) if one.state == State.raised and not one.is_overdue else None,
        "is_overdue": one.is_overdue and one.state == State.raised,
        "tags": tags(one, has_grown, say),
    }


def tags(one: Kept, has_grown: bool, say: Speaker) -> list[str]:
    """What else is to be known at a glance: growing, over since, seen again, muted."""
    found = [say("warnings.grew")] if has_grown and one.state not in ENDED else []
    if one.over_since and one.state not in ENDED:
        found.append(say("warnings.over_since", at=short(one.over_since)))
    elif one.seen_count > 1 and one.state not in ENDED:
        found.append(say("warnings.seen_again", n=one.seen_count))
    if one.muted_until and one.muted_until > now():
        found.append(say("warnings.muted", at=short(one.muted_until)))
    return found


def _drawn(asked: Asked) -> list[Kept]:
    """What is listed, and the chosen one even if it is not."""
    listed = _rows(asked)[:MOST_ROWS]
    if asked.chosen is None or any(one.id == asked.chosen for one in listed):
        return listed
    try:
        return [*listed, warning(asked.chosen).warning]
    except NoSuchWarningError:
        return listed


def extents(asked: Asked) -> dict[str, object]:
    """Where on the outlines the listed warnings and the chosen one lie, as places in their order: area, grids, and whether painted unchosen.

    Asked for apart, so that the list, which needs no warehouse, never waits for one. What lies scattered over several towns
    would hide all others, so it is drawn only when it is chosen; of a whole area the outline says as much as its grids.
    """
    try:
        outlined = current_map(None)
    except WarehouseError:
        return {"url": None, "places": {}}
    place = {area_id: index for index, area_id in enumerate(outlined.area_ids)}
    places = {}
    for one in _drawn(asked):
        grids = [place[grid] for grid in one.grids if grid in place] if len(one.grids) < MOST_GRIDS else []
        places[one.id] = [place.get(one.area_id, -1), grids, one.area_level != "district"]
    return {"url": outlined.url() if outlined.has_outline else None, "places": places}
