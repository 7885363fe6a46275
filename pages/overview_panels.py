"""The four panels of `/`: a question, then a figure whose every mark says what it is made of."""

from collections.abc import Callable
from datetime import timedelta

from analytics import overview
from analytics.metrics import METRICS
from analytics.overview import Ranking
from analytics.view import View, start_of
from pages.panels import Drawn, clock, fraction, made_of, nothing, says, spanned
from ui.components.numbers import change_of_count, count
from ui.drawing import literal
from ui.figures.ranking import ranking
from ui.figures.settled import settled_bar
from ui.figures.trend import daily_trend
from ui.words import Speaker, term

AFAR = 1.2


def _trend(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    frame = overview.daily(view)
    if not frame["count"].any():
        return nothing(say, theme, scale)
    until = clock(view.until, is_end=True)
    is_over = until.endswith("24:00")
    note = say("overview.trend_note") if is_over else say("overview.trend_note_partial", time=until)
    hover = [_of_day(row, view, lang, say) for row in frame.itertuples()]
    return daily_trend(frame, hover, is_over, lang, theme, scale), note


def _of_day(row, view: View, lang: str, say: Speaker) -> str:
    begins = start_of(row.day.date())
    when = spanned(begins, min(begins + timedelta(days=1), view.until), say)
    text = f"<b>{row.day:%Y-%m-%d}</b>  {say('made.incidents', n=count(row.count))}"
    parts = fraction(say, say("made.incidents", n=count(row.count)))
    return text + parts + made_of(view, say, lang, METRICS["incident_count"].caveat[lang], when=when)


def _settled(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    frame = overview.settled_levels(view)
    if not frame["total"].iloc[0]:
        return nothing(say, theme, scale)
    names = [term(lang, "level", level) for level in frame["level"]]
    below = made_of(view, say, lang, METRICS["settled_in_grid_rate"].caveat[lang])
    hover = [
        f"<b>{name}</b>  {row.share:.1%}"
        + fraction(
            say, say("overview.settled_at", level=name, n=count(row.n)), say("overview.settled_all", n=count(row.total))
        )
        + below
        for row, name in zip(frame.rename(columns={"count": "n"}).itertuples(), names, strict=True)
    ]
    shares = frame.loc[frame["level"].isin(["grid", "community"]), "share"].sum()
    note = say("overview.settled_note", n=count(frame["total"].iloc[0]), share=f"{shares:.1%}")
    return settled_bar(frame, names, hover, theme, scale), note


def _none_ranked(found: overview.Ranking, say: Speaker, theme: str, scale: float) -> Drawn:
    """Few is not none: where all are too few to rank, the panel says that."""
    return says(_more(found, say), theme, scale) if found.too_few or found.elsewhere else nothing(say, theme, scale)


def _areas(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    found = overview.busiest_areas(view)
    if found.rows.empty:
        return _none_ranked(found, say, theme, scale)
    rows = found.rows.rename(columns={"count": "n"})
    below = made_of(view, say, lang, METRICS["per_10k_residents"].caveat[lang])
    hover = [
        say("overview.hover_area", of=literal(r.name), n=count(r.n), low=count(r.low), high=count(r.high), rate=_plain(r.per_10k),
            before=_plain(r.before, 0))
        + fraction(say, say("made.incidents", n=count(r.n)), say("made.residents", n=_plain(r.denominator, 0)))
        + below
        for r in rows.itertuples()
    ]  # fmt: skip
    figure = ranking(found.rows, hover, [count(n) for n in rows["n"]], theme, scale)
    return figure, say("overview.areas_note", more=_more(found, say))


def _categories(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
    found = overview.busiest_categories(view)
    if found.rows.empty:
        return _none_ranked(found, say, theme, scale)
    rows = found.rows.rename(columns={"count": "n"})
    below = made_of(view, say, lang, METRICS["incident_count"].caveat[lang])
    hover = [
        say("overview.hover_category", path=literal(r.key.replace("/", " › ")), n=count(r.n), low=count(r.low), high=count(r.high),
            before=_plain(r.before, 0))
        + fraction(say, say("made.incidents", n=count(r.n)))
        + below
        for r in rows.itertuples()
    ]  # fmt: skip
    labels = [
        count(r.n) + (f" ({change_of_count(r.n, r.before)})" if r.before == r.before else "") for r in rows.itertuples()
    ]
    more = _more(found, say)
    if view.previous is None:
        return ranking(found.rows, hover, labels, theme, scale), say("overview.categories_note_plain", more=more)
    note = say("overview.categories_note", before=say(f"overview.before_{view.period}"), more=more)
    return ranking(found.rows, hover, labels, theme, scale), note


def _plain(value: float | None, decimals: int = 1) -> str:
    return "–" if value is None or value != value else f"{value:,.{decimals}f}"


def _more(found: Ranking, say: Speaker) -> str:
    parts = []
    if found.too_few:
        parts.append(say("overview.too_few", n=found.too_few, least=overview.SMALLEST_RANKED))
    if found.elsewhere:
        parts.append(say("overview.elsewhere", n=count(found.elsewhere)))
    return " ".join(parts)


def _read_from_afar(draw: Callable[..., Drawn]) -> Callable[..., Drawn]:
    """Where the page is scaled, people may stand three metres away: what is written in its figures grows a little more."""

    def drawn(view: View, lang: str, theme: str, scale: float, say: Speaker) -> Drawn:
        return draw(view, lang, theme, scale * AFAR if scale > 1 else scale, say)

    return drawn


DRAW = {
    name: _read_from_afar(draw)
    for name, draw in (("trend", _trend), ("settled", _settled), ("areas", _areas), ("categories", _categories))
}
