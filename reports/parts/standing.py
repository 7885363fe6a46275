"""How departments and places stand (考核): on-time rate, what was done twice, who was content; who is surely below the others."""

import pandas as pd

from analytics.area import areas, next_level
from analytics.metrics import measure_by
from analytics.timeliness.on_time import LEAST_N, on_time_by, rank_on_time
from reports.document import COUNT, SHARE, TEXT, Column, Section, Table
from reports.parts.against_before import against_before
from reports.sentences import Judgement, compare_shares
from reports.subject import Subject
from ui.components.numbers import count

RATES = ("reopened_rate", "satisfied_rate")


def standing(of: Subject, by: str) -> Section:
    """Of departments, or of the areas one level down: two tables, and in words who differs from all others together."""
    is_office = by == "department"
    whom = of.say("c_office") if is_office else of.term(f"level.{by}")
    rows = on_time_by(of.view, by).dropna(subset=["key"]).set_index("key")
    title = of.say("s_standing_offices" if is_office else "s_standing_areas")
    if not rows["has_enough"].any():
        return Section(title, (of.sentence(of.say("standing_none", whom=whom)),))
    places = rank_on_time(of.view, by).set_index("key")
    overdue = _numbers(of, "overdue_count", by)["numerator"]
    ranked = [*places.index, *(key for key in sorted(rows.index) if key not in places.index)]
    name = _names(of, ranked)
    on_time = tuple(
        (_place(places, key), name[key], int(rows.at[key, "on_time"]), int(rows.at[key, "due"]), *((rows.at[key, part] if rows.at[key, "due"] else None) for part in ("share", "low", "high")), int(overdue.get(key, 0)))
        for key in ranked
    )  # fmt: skip
    columns = (Column(of.say("c_rank")), Column(whom), Column(of.say("c_hits"), COUNT), Column(of.say("c_due"), COUNT), Column(of.say("c_share"), SHARE), Column(of.say("c_low"), SHARE), Column(of.say("c_high"), SHARE), Column(of.say("c_overdue"), COUNT))  # fmt: skip
    what = of.say("by_office" if is_office else "by_area")
    compared, before = against_before(of, by, ranked, name, whom, what)
    parts = (
        Table(of.say("t_standing_on_time", what=what), columns, on_time, of.say("standing_note", n=LEAST_N)),
        *before,
        _quality(of, by, whom, ranked, name, what),
    )
    return Section(title, (*_said(of, rows[rows["has_enough"]], name, whom), compared), parts)


def _numbers(of: Subject, metric: str, by: str) -> pd.DataFrame:
    return measure_by(of.view, metric, by).dropna(subset=["key"]).set_index("key")


def _names(of: Subject, keys: list[str]) -> dict[str, str]:
    known = areas(of.view.as_of)
    return {key: known[key].name if key in known else str(key) for key in keys}


def _place(places: pd.DataFrame, key: str) -> str:
    """The places that chance allows, such as 2–5; a dash for whom too few were due."""
    if key not in places.index:
        return "–"
    first, last = int(places.at[key, "first"]), int(places.at[key, "last"])
    return str(first) if first == last else f"{first}–{last}"


def _quality(of: Subject, by: str, whom: str, ranked: list[str], name: dict[str, str], what: str) -> Table:
    """What was done twice, and who was content: numerator, denominator, rate."""
    found = {metric: _numbers(of, metric, by) for metric in RATES}
    columns = [Column(whom, TEXT)]
    for metric in RATES:
        columns += [Column(of.say(f"c_{metric}_hits"), COUNT), Column(of.say(f"c_{metric}_n"), COUNT), Column(of.say(f"c_{metric}"), SHARE)]  # fmt: skip
    rows = tuple((name[key], *(cell for metric in RATES for cell in _cells(found[metric], key))) for key in ranked)
    return Table(of.say("t_standing_quality", what=what), tuple(columns), rows)


def _cells(rows: pd.DataFrame, key: str) -> tuple[int, int, float | None]:
    if key not in rows.index:
        return 0, 0, None
    hits, n = int(rows.at[key, "numerator"]), int(rows.at[key, "denominator"])
    return hits, n, hits / n if n else None


def _said(of: Subject, rows: pd.DataFrame, name: dict[str, str], whom: str) -> tuple[str, ...]:
    """Who is below or above all others together, beyond chance with so many compared (Bonferroni)."""
    hits, due = int(rows["on_time"].sum()), int(rows["due"].sum())
    texts = [of.sentence(of.say("standing_whole", n=len(rows), whom=whom, hits=count(hits), due=count(due), share=f"{100 * hits / due:.1f}%"))]  # fmt: skip
    if len(rows) < 2:
        return tuple(texts)
    said = {key: compare_shares(row.on_time, row.due, hits - row.on_time, due - row.due, among=len(rows)) for key, row in zip(rows.index, rows.itertuples(), strict=True)}  # fmt: skip
    is_told = False
    for judgement in (Judgement.lower, Judgement.higher):
        those = sorted((key for key, one in said.items() if one == judgement), key=lambda key: float(rows.at[key, "share"]))  # fmt: skip
        if those:
            is_told = True
            named = [of.say("standing_one", name=name[key], share=f"{100 * rows.at[key, 'share']:.1f}%", hits=count(rows.at[key, "on_time"]), due=count(rows.at[key, "due"])) for key in those]  # fmt: skip
            texts.append(of.sentence(of.say(f"standing_{judgement}", names=of.listed(named))))
    if not is_told:
        texts.append(of.sentence(of.say("standing_same")))
    return tuple(texts)


def below(of: Subject) -> str:
    """The level of areas that a report compares."""
    return next_level(of.view.as_of, of.view.area_id)
