"""What every report says of itself: period, filters, as-of, data version, sources, coverage, open quality issues."""

from analytics.coverage import coverage
from analytics.loads import reject_reasons, rejects
from reports.subject import Subject
from ui.components.numbers import count
from ui.words import half


def facts(of: Subject) -> tuple[tuple[str, str], ...]:
    """Label and value, in their order."""
    view, span = of.view, of.span
    late = [one for one in of.sources if one.state != "fresh"]
    heard = coverage(view)
    grids_heard = int(((heard["incidents"] > 0) | (heard["readings"] > 0)).sum())
    total, _ = rejects(view.as_of, None, 1, 1)
    reasons = reject_reasons(view.as_of, None)
    quality = of.say("quality_none")
    if total and len(reasons):
        quality = of.say("quality_some", n=count(total), reason=half(str(reasons["reason"].iloc[0]), of.lang))
    sources = of.say("sources_all", n=len(of.sources))
    if late:
        sources = of.say("sources_some", n=len(of.sources), late=len(late), names=of.listed([one.label[of.lang] for one in late]))  # fmt: skip
    period = f"{span.first} 00:00–24:00" if span.days == 1 else f"{span.first} 00:00 – {span.last} 24:00"
    rows = [("period", period), ("area", of.place)]
    if view.category:
        rows.append(("category", view.category.replace("/", " › ")))
    rows += [
        ("until", of.known_until),
        ("version", str(view.snapshot)),
        ("sources", sources),
        ("coverage", of.say("coverage", heard=count(grids_heard), grids=count(len(heard)))),
        ("quality", quality),
    ]
    return tuple((of.say(f"fact_{name}"), value) for name, value in rows)
