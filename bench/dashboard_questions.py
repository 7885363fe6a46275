"""What the pages ask, as somebody would write it by hand in SQL over one table of incidents: a statement a figure.

`{narrow}` is the chosen area or category; `$since`, `$until` and, for the period before, `$earlier` bound the period.
"""

import itertools

PERIOD = "{narrow} and reported_at >= $since and reported_at < $until"
BEFORE = "{narrow} and reported_at >= $earlier and reported_at < $since"
OPEN = "{narrow} and reported_at < {at} and (closed_at is null or closed_at >= {at})"
WEEK = "date_trunc('week', reported_at + interval 8 hour)"
MINUTES = "(epoch(least(closed_at, $until)) - epoch(reported_at))::bigint // 60"
LIFE = f"{MINUTES}, count(*) filter (closed_at < $until), count(*) filter (closed_at is null or closed_at >= $until)"
STAGES = ("reported_at", "accepted_at", "dispatched_at", "settled_at", "verified_at", "closed_at")


def _due(first: str, last: str, by: str = "") -> str:
    key, group = (f"{by}, ", f"group by {by}") if by else ("", "")
    return f"""select {key}count(*) filter (closed_at <= due_at), count(*) from incident
        where {{narrow}} and due_at >= {first} and due_at < {last} {group}"""


def _count(where: str) -> str:
    return f"select count(*) from incident where {where}"


def _by(key: str, where: str) -> str:
    return f"select {key}, count(*) from incident left join area using (area_id) where {where} group by all"


def _state(at: str) -> list[str]:
    """How many are open, and how many overdue, at a moment."""
    return [_count(OPEN.replace("{at}", at)), _count(OPEN.replace("{at}", at) + f" and due_at < {at}")]


def _levels(where: str) -> list[str]:
    return [_by(f"{level}_id", where) for level in ("town", "community")] + [_by("area_id", where)]


CATEGORY = "array_to_string(list_slice(string_split(category, '/'), 1, 2), '/')"
SETTLED = """select settled_level, count(*) from incident
    where {narrow} and settled_at >= $since and settled_at < $until group by all"""
DAILY = """select (reported_at + interval 8 hour)::date, count(*) from incident
    where {narrow} and reported_at >= $until - interval 30 day and reported_at < $until group by all"""
TODAY = "{narrow} and reported_at >= $until - interval 12 hour and reported_at < $until"
NEWEST = f"select incident_id, title, category, status, reported_at from incident where {PERIOD} order by reported_at desc limit 8"
WEEKLY = """select date_trunc('week', due_at + interval 8 hour), count(*) filter (closed_at <= due_at), count(*) from incident
    where {narrow} and due_at >= $until - interval 364 day and due_at < $until group by all"""
AGES = f"""select department, (epoch($until - due_at) // 86400)::int as days, count(*) from incident
    where {OPEN.replace("{at}", "$until")} and due_at < $until group by all"""

QUESTIONS: dict[str, list[str]] = {
    "/": [
        _count(PERIOD), *_state("$until"), _due("$since", "$until"), _count(TODAY), DAILY, SETTLED,
        _by("community_id", PERIOD), _by(CATEGORY, PERIOD),
    ],
    "/map": [
        *_levels(PERIOD), _count(PERIOD), *_state("$until"), _due("$since", "$until"), SETTLED, _by(CATEGORY, PERIOD), NEWEST,
    ],
    "/timeliness": [
        f"select {WEEK}, {LIFE} from incident where {PERIOD} group by all",
        f"select department, {LIFE} from incident where {PERIOD} group by all",
        _due("$since", "$until"), _due("$since", "$until", "department"), WEEKLY, AGES,
        *[f"""select (epoch({last}) - epoch({first}))::bigint // 60, count(*) from incident where {PERIOD} group by all"""
          for first, last in itertools.pairwise(STAGES)],
    ],
    "/explore": [
        _by("community_id", PERIOD), _by("(reported_at + interval 8 hour)::date", PERIOD),
        _by("isodow(reported_at + interval 8 hour), hour(reported_at + interval 8 hour)", PERIOD),
        _by("category", PERIOD), _by("department", PERIOD), _by("channel", PERIOD), _count(PERIOD),
        f"select {LIFE} from incident where {PERIOD} group by all", NEWEST,
    ],
}  # fmt: skip
"""The questions of one filter change, by page."""
EARLIER: dict[str, list[str]] = {
    "/": [
        _count(BEFORE), *_state("$since"), _due("$earlier", "$since"), _count(TODAY.replace("$until", "$until - interval 1 day")),
        _by("community_id", BEFORE), _by(CATEGORY, BEFORE),
    ],
    "/map": [_count(BEFORE), *_state("$since"), _due("$earlier", "$since")],
    "/timeliness": [_due("$earlier", "$since"), _due("$earlier", "$since", "department")],
    "/explore": [],
}  # fmt: skip
"""And those of the period before, which the whole history has not."""
