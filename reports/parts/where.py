"""Where and what: the places and categories with most incidents."""

import pandas as pd

from analytics import overview
from analytics.area import next_level
from analytics.metrics import measure
from reports.document import COUNT, NUMBER, Column, Section, Table
from reports.sentences import compare_counts
from reports.subject import Subject
from ui.components.numbers import count

MOST_AREAS, MOST_CATEGORIES = 20, 15


def where(of: Subject) -> Section:
    """Two rankings, and who is first."""
    view = of.view
    places, kinds = overview.busiest_areas(view, MOST_AREAS).rows, overview.busiest_categories(view, MOST_CATEGORIES).rows  # fmt: skip
    total = float(measure(view, "incident_count").numerator)
    places, kinds = places.rename(columns={"count": "n"}), kinds.rename(columns={"count": "n"})
    head = (Column(of.say("c_count"), COUNT), Column(of.say("c_low"), NUMBER), Column(of.say("c_high"), NUMBER), Column(of.say("c_before"), COUNT))  # fmt: skip
    sentences, parts = [], []
    if view.area_level != "grid":
        sentences.append(_first(of, places, "most_area", "area", total))
        columns = (Column(of.term(f"level.{next_level(view.as_of, view.area_id)}")), *head, Column(of.say("c_per_10k"), NUMBER))  # fmt: skip
        rows = tuple((row.name, row.n, row.low, row.high, row.before, row.per_10k) for row in places.itertuples(index=False))  # fmt: skip
        if rows:
            parts.append(Table(of.say("t_areas"), columns, rows, of.say("interval_note")))
    if len(kinds) or view.category is None:
        sentences.append(_first(of, kinds, "most_category", "category", total))
        rows = tuple((row.name, row.n, row.low, row.high, row.before) for row in kinds.itertuples(index=False))
        if rows:
            parts.append(Table(of.say("t_categories"), (Column(of.say("c_category")), *head), rows, of.say("interval_note")))  # fmt: skip
    return Section(of.say("s_where"), tuple(sentences), tuple(parts))


def _first(of: Subject, rows: pd.DataFrame, key: str, name: str, total: float) -> str:
    """The first of a ranking, and whether its lead over the second is more than chance."""
    if not len(rows):
        return of.sentence(of.say("nothing_ranked"))
    first = rows.iloc[0]
    text = of.say(key, **{name: first["name"]}, n=count(first["n"]), share=f"{100 * first['n'] / total:.1f}%")
    if len(rows) > 1:
        second = rows.iloc[1]
        if compare_counts(first["n"], second["n"]) == "usual":
            text += of.say("first_unsure", other=second["name"], m=count(second["n"]))
    return of.sentence(text)
