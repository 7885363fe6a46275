"""What needs attention: what is open longest past its due time."""

from analytics.area import areas
from analytics.timeliness.waiting import longest_overdue
from analytics.view import local
from reports.document import NUMBER, Column, Section, Table
from reports.subject import Subject

MOST = 10


def attention(of: Subject) -> Section:
    """The longest past due, one by one."""
    late, known = longest_overdue(of.view, MOST), areas(of.view.as_of)
    if late.empty:
        return Section(of.say("s_attention"), (of.sentence(of.say("attention_none")),))
    columns = (Column(of.say("c_category")), Column(of.say("c_place")), Column(of.say("c_office")), Column(of.say("c_due_at")), Column(of.say("c_days"), NUMBER))  # fmt: skip
    rows = tuple(
        ((row.category or "–").split("/")[-1], " › ".join(known[row.area_id].path_names[1:]) if row.area_id in known else "–", row.department or "–", f"{local(row.due_at):%Y-%m-%d %H:%M}", row.days)
        for row in late.itertuples()
    )  # fmt: skip
    return Section(of.say("s_attention"), (of.sentence(of.say("attention_overdue", n=len(rows))),), (Table(of.say("t_overdue"), columns, rows),))  # fmt: skip
