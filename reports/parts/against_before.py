"""Who is more or less often on time than in the period before: shares of both, and what of it is beyond chance with so many compared."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analytics.timeliness.on_time import on_time_by
from reports.document import CHANGE, COUNT, SHARE, Column, Table, written
from reports.sentences import Judgement, compare_shares
from reports.subject import Subject


def against_before(of: Subject, by: str, keys: Sequence[str], name: Mapping[str, str], whom: str, what: str) -> tuple[str, tuple[Table, ...]]:  # fmt: skip
    """The sentence, and the table of the keys; no table where the data do not hold all of the period before."""
    earlier = of.view.before()
    if earlier is None:
        return of.sentence(of.say("changed_unknown")), ()
    now, then = (on_time_by(view, by).dropna(subset=["key"]).set_index("key").reindex(keys)[["on_time", "due"]].fillna(0) for view in (of.view, earlier))  # fmt: skip
    both = now.join(then.add_suffix("_before")).astype(int)
    both["found"] = _found(both)
    rows = tuple((name[row.Index], row.on_time, row.due, _share(row.on_time, row.due), row.on_time_before, row.due_before, _share(row.on_time_before, row.due_before), _change(row), of.say(f"found_{row.found}")) for row in both.itertuples())  # fmt: skip
    columns = (
        Column(whom), Column(of.say("c_hits"), COUNT), Column(of.say("c_due"), COUNT), Column(of.say("c_share"), SHARE),
        Column(of.say("c_hits_before"), COUNT), Column(of.say("c_due_before"), COUNT), Column(of.say("c_share_before"), SHARE), Column(of.say("c_points"), CHANGE), Column(of.say("c_found")),
    )  # fmt: skip
    return _said(of, both, name, whom), (Table(of.say("t_standing_before", what=what), columns, rows, of.say("standing_before_note")),)  # fmt: skip


def _found(both: pd.DataFrame) -> list[Judgement]:
    """For each: told only where it holds for all of them together (Bonferroni over those with enough in both periods)."""
    pairs = [(row.on_time, row.due, row.on_time_before, row.due_before) for row in both.itertuples()]
    among = sum(compare_shares(*pair) != Judgement.unknown for pair in pairs)
    return [compare_shares(*pair, among=among) for pair in pairs]


def _said(of: Subject, both: pd.DataFrame, name: Mapping[str, str], whom: str) -> str:
    compared = int((both["found"] != Judgement.unknown).sum())
    parts = []
    for judgement, key in ((Judgement.lower, "standing_fell"), (Judgement.higher, "standing_rose")):
        those = [of.say("standing_change", name=name[row.Index], before=written(_share(row.on_time_before, row.due_before), SHARE), now=written(_share(row.on_time, row.due), SHARE)) for row in both[both["found"] == judgement].itertuples()]  # fmt: skip
        if those:
            parts.append(of.say(key, names=of.listed(those)))
    return of.sentence(of.say("list_break").join(parts) or of.say("standing_still", n=compared, whom=whom))


def _share(hits: int, n: int) -> float | None:
    return hits / n if n else None


def _change(row: tuple) -> float | None:
    """In shares of one, so that it is written as points."""
    return row.on_time / row.due - row.on_time_before / row.due_before if row.due and row.due_before else None  # type: ignore[attr-defined]
