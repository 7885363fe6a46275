"""Where cases wait: in which stage, and how long those that are overdue have been so."""

from analytics.timeliness.due_origins import due_origins
from analytics.timeliness.overdue import AGE_DAYS, overdue_by_age
from analytics.timeliness.stages import stage_times
from analytics.view import View
from pages.panels import Drawn, clock, fraction, made_of, nothing, says
from pages.timeliness_panels.rows import SHOWN_WIDE, hours, most
from ui.components.numbers import count
from ui.drawing import literal
from ui.figures.overdue import overdue_ages
from ui.figures.stages import stage_waterfall
from ui.words import Speaker


def stages(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    """Each stage's part of all hours, and the bottleneck."""
    rows = stage_times(view)
    if not rows["n"].any():
        return nothing(say, theme, scale)
    rows = rows.assign(name=[say(f"timeliness.{stage}") for stage in rows["stage"]])
    below, total = made_of(view, say, lang, say("timeliness.caveat_stage")), rows["hours"].sum()
    texts = [
        {"stage": r.name, "events": count(r.events), "n": count(r.n), "skipped": count(r.skipped), "share": f"{r.share:.1%}",
         "p50": hours(r.p50, say), "most": most(r.p90, say), "hours": count(r.hours)}
        for r in rows.itertuples(index=False)
    ]  # fmt: skip
    labels = [
        say("timeliness.stage_label", share=t["share"], p50=t["p50"]) if n else say("timeliness.stage_unrecorded")
        for t, n in zip(texts, rows["n"], strict=True)
    ]
    all_hours = say("timeliness.all_hours", n=count(total))
    hover = [
        say("timeliness.hover_stage", **t)
        + fraction(say, say("timeliness.stage_hours", n=t["hours"]), all_hours)
        + below
        for t in texts
    ]
    worst = [t for t, is_worst in zip(texts, rows["is_bottleneck"], strict=True) if is_worst]
    note = say("timeliness.stages_note", **worst[0]) if worst else say("timeliness.stages_note_none")
    return stage_waterfall(rows, hover, labels, lang, theme, scale), note


def overdue(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    """What is overdue at the period's end by department and age."""
    every = overdue_by_age(view, "department")
    if every.empty:
        return says(say("timeliness.overdue_none"), theme, scale)
    ages = {age: say(f"timeliness.age_{n}") for n, age in enumerate(AGE_DAYS, 1)}
    every = every.assign(name=every["key"].fillna(say("shell.unknown")), age=every["age"].map(ages))
    wide = every.pivot(index="name", columns="age", values="count")
    rows = every.drop_duplicates("name").set_index("name")["total"].to_frame().join(wide).reset_index()
    shown, columns = rows.head(SHOWN_WIDE), list(ages.values())
    when = say("made.moment", until=clock(view.until, is_end=True))  # whenever they were reported
    below = made_of(view, say, lang, say("timeliness.caveat_overdue"), when=when)
    hover = [
        [
            say("timeliness.hover_overdue", of=literal(r["name"]), age=age)
            + fraction(say, say("made.incidents", n=count(r[age])), say("timeliness.overdue_n", n=count(r["total"])))
            + below
            for _, r in shown.iterrows()
        ]
        for age in columns
    ]
    rest = rows.iloc[SHOWN_WIDE:]
    more = say("timeliness.overdue_more", n=len(rest), cases=count(rest["total"].sum())) if len(rest) else ""
    note = say(
        "timeliness.overdue_note", n=count(rows["total"].sum()), old=count(rows[columns[-1]].sum()),
        name=rows["name"].iloc[0], most=count(rows["total"].iloc[0]), more=more,
    )  # fmt: skip
    return overdue_ages(shown, columns, hover, theme, scale), f"{note}{_origins(view, say)}"


def _origins(view: View, say: Speaker) -> str:
    """Where the due times of open cases come from; a case that has none for now is not overdue."""
    parts = [say(f"due.{origin}", n=count(cases)) for origin, cases in due_origins(view).items() if cases]
    return say("due.origins", parts=say("due.between").join(parts))
