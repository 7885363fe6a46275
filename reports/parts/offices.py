"""On time: the departments, lowest rate first, and how sure their order is."""

from analytics.timeliness.on_time import rank_on_time
from reports.document import COUNT, SHARE, Column, Section, Table
from reports.subject import Subject
from ui.components.numbers import count


def offices(of: Subject) -> Section:
    """Over thirty days at least, since a day has too few."""
    ranked = rank_on_time(of.month, "department").iloc[::-1]
    if not len(ranked):
        return Section(of.say("s_office"), (of.sentence(of.say("office_none")),))
    columns = (Column(of.say("c_office")), Column(of.say("c_hits"), COUNT), Column(of.say("c_due"), COUNT), Column(of.say("c_share"), SHARE), Column(of.say("c_low"), SHARE), Column(of.say("c_high"), SHARE))  # fmt: skip
    rows = tuple((row.key, row.on_time, row.due, row.share, row.low, row.high) for row in ranked.itertuples())
    worst = ranked.iloc[0]
    text = of.say(
        "office_lowest", n=len(rows), office=worst["key"], share=f"{100 * worst['share']:.1f}%", hits=count(worst["on_time"]), due=count(worst["due"]),
        low=f"{100 * worst['low']:.1f}%", high=f"{100 * worst['high']:.1f}%",
    )  # fmt: skip
    if len(ranked) > 1 and worst["high"] >= ranked.iloc[1]["low"]:
        text += of.say("office_unsure")
    return Section(of.say("s_office"), (of.sentence(text),), (Table(of.say("t_offices"), columns, rows, of.say("offices_note")),))  # fmt: skip
