"""What changed: the categories and places whose counts differ from the period before by more than chance, many looked at."""

import pandas as pd

from analytics.area import areas, next_level
from analytics.metrics import below, measure_by
from reports.document import CHANGE, COUNT, Column, Section, Table
from reports.sentences import Judgement, compare_counts
from reports.subject import Subject
from ui.components.numbers import count

LEAST, MOST_ROWS, MOST_NAMED = 10, 15, 3
"""Fewer in both periods together are not compared; so many rows are listed, and so many named in a sentence."""


def changed(of: Subject) -> Section:
    """Categories, then places; what is called a change holds for all of them together at 95 % (Bonferroni)."""
    if of.view.before() is None:
        return Section(of.say("s_changed"), (of.sentence(of.say("changed_unknown")),))
    found = [("categories", of.say("c_category"), _rows(of, below(of.view.category)))]
    if of.view.area_level != "grid":
        level = next_level(of.view.as_of, of.view.area_id)
        found.append(("areas", of.term(f"level.{level}"), _rows(of, level)))
    sentences = tuple(_said(of, name, rows) for name, _, rows in found)
    columns = (Column(of.say("c_value"), COUNT), Column(of.say("c_before"), COUNT), Column(of.say("c_change"), CHANGE))
    parts = tuple(
        Table(of.say(f"t_changed_{name}"), (Column(title), *columns), tuple((row.name, row.now, row.before, _change(of, row.now, row.before)) for row in rows[rows["is_sure"]].head(MOST_ROWS).itertuples(index=False)), of.say("changed_note"))
        for name, title, rows in found if rows["is_sure"].any()
    )  # fmt: skip
    return Section(of.say("s_changed"), sentences, parts)


def _rows(of: Subject, by: str) -> pd.DataFrame:
    """`name, now, before, said, is_sure` of those with enough, the surest change first."""
    earlier = of.view.before()
    now, then = (measure_by(view, "incident_count", by).dropna(subset=["key"]).set_index("key")["numerator"] for view in (of.view, earlier) if view)  # fmt: skip
    rows = pd.DataFrame({"now": now, "before": then}).fillna(0.0)
    rows = rows[rows["now"] + rows["before"] >= LEAST]
    share = of.span.days / (of.span.days + of.before.days)
    said = [compare_counts(row.now, row.before, share=share, among=len(rows)) for row in rows.itertuples()]
    known = areas(of.view.as_of)
    names = [known[key].name if key in known else str(key).split("/")[-1] for key in rows.index]
    surprise = (rows["now"] - (rows["now"] + rows["before"]) * share).abs() / (rows["now"] + rows["before"]) ** 0.5
    rows = rows.assign(name=names, said=said, is_sure=[one != Judgement.usual for one in said], surprise=surprise)
    return rows.sort_values(["surprise", "name"], ascending=[False, True])


def _change(of: Subject, now: float, before: float) -> float | None:
    """The share it became more or fewer a day; None where there was none before."""
    return now / (before * of.span.days / of.before.days) - 1 if before else None


def _said(of: Subject, name: str, rows: pd.DataFrame) -> str:
    """How many of how many changed, and the surest of them either way."""
    things = of.say(f"things_{name}")
    if rows.empty:
        return of.sentence(of.say("changed_too_few", things=things))
    sure = rows[rows["is_sure"]]
    if sure.empty:
        return of.sentence(of.say("changed_none", n=len(rows), things=things))
    text = of.say("changed_some", n=len(rows), m=len(sure), things=things)
    for judgement in (Judgement.higher, Judgement.lower):
        part = sure[sure["said"] == judgement]
        if len(part):
            named = [of.say("changed_one", name=row.name, before=count(row.before), now=count(row.now)) for row in part.head(MOST_NAMED).itertuples(index=False)]  # fmt: skip
            text += of.say(f"changed_{judgement}", names=of.listed(named), more=of.say("changed_more", n=len(part)) if len(part) > MOST_NAMED else "")  # fmt: skip
    return of.sentence(text)
