"""How what a rule found becomes warnings: the same matter at the same place is one warning that grows, whatever number of looks.

One look is one transaction. Each finding goes, by its key and place, to the live warnings it overlaps (two that grow together are
merged), else to one judged false or ended a short while ago, else to one of a sibling rule, else it is a new warning. What a rule no longer finds is over, and
what corrected data no longer show is withdrawn. The rules are written down in docs/decisions/warnings-lives.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from operations import warning_runs
from operations.errors import WroteMeanwhileError
from operations.store import session
from operations.tables import now
from operations.warning_actions import take_in
from operations.warning_areas import overlap, set_touched
from operations.warning_life import ENDED, LIVE, OPEN, State, Step
from operations.warning_mutes import mute_on
from operations.warning_raised import Look, Path, Raised, is_near, number
from operations.warning_same import inside, of_siblings, seen_later, told_by
from operations.warning_steps import changing, is_muted, record, start_timer, take
from operations.warning_tables import WarningRow

LOWER_FOR = timedelta(days=1)
"""So long a finding must have been milder before the warning's grade falls."""
SAME_EXTENT = 0.5
"""An extent of which less than this share (Jaccard) was there when it was last told of has changed for whoever looks at it."""
MOST_TRIES = 5


def fold(look: Look, found: Sequence[Raised], run_id: int | None = None) -> list[int]:
    """The warnings that the findings of one look are in now, by number, each once.

    `run_id`: the detector's run that the look belongs to. A person's step that comes between is waited for, never overwritten.
    """
    for attempt in range(MOST_TRIES):
        try:
            return _fold(look, found, run_id)
        except WroteMeanwhileError:
            if attempt == MOST_TRIES - 1:
                raise
    return []


def recheck(look: Look, found: Sequence[Raised], run_id: int | None = None) -> list[int]:
    """The warnings withdrawn, by number: last seen by a look at just this time, over, unjudged, and not found there any more.

    What is still found there takes the corrected figures, without an event unless its grade or extent is another.
    """
    with changing() as store:
        warning_runs.turn(store, look.rule)
        raised = list(store.scalars(_over(look.rule).where(WarningRow.until == look.until)))
        gone = [row for row in raised if not _corrected(store, row, found)]
        for row in gone:
            take(store, row, Step.withdraw, None, what="withdrawn", detail={"until": look.until.isoformat()})
        if run_id is not None:
            warning_runs.alive(store, run_id, 0)
        return [row.id for row in gone]


def times_to_recheck(rule: str, since: datetime) -> list[datetime]:
    """When a rule last saw what is over and nobody has judged, after `since`, oldest first."""
    with session() as store:
        rows = store.scalars(_over(rule).where(WarningRow.until > since))
        return sorted({row.until for row in rows})


def _fold(look: Look, found: Sequence[Raised], run_id: int | None) -> list[int]:
    with changing() as store:
        warning_runs.turn(store, look.rule)
        rows = _candidates(store, look)
        siblings = of_siblings(store, look.siblings, now() - look.cool_down) if found and look.siblings else []
        seen = {_place(store, look, matter, rows, siblings).id for matter in _matters(found, rows)}
        if look.is_newest:
            _mark_over(look, rows, seen)
        if run_id is not None:
            warning_runs.alive(store, run_id, len(found))
        return sorted(seen)


def _candidates(store: Session, look: Look) -> list[WarningRow]:
    since = now() - look.cool_down
    recently = or_(WarningRow.closed_at > since, WarningRow.last_seen_at > since)
    ended = WarningRow.state.in_((State.closed, State.withdrawn)) & recently
    asked = select(WarningRow).where(WarningRow.rule == look.rule, or_(WarningRow.state.in_(OPEN), ended))
    return list(store.scalars(asked.order_by(WarningRow.id)))


@dataclass(frozen=True)
class _Matter:
    """Findings of one look that are one matter, and the live warnings that any of them is near to."""

    raised: Raised
    homes: frozenset[int]

    def is_with(self, other: "_Matter") -> bool:
        """Whether the two are the same matter: at one place, or both near to one warning."""
        one, two = self.raised, other.raised
        near = bool(self.homes & other.homes) or is_near(one.area_id, one.grids, two.area_id, two.grids)
        return one.key == two.key and near

    def and_also(self, other: "_Matter") -> "_Matter":
        """Both as one: with the figures of the graver, reaching as far as both; its area is the one that holds more."""
        one, two = sorted((self.raised, other.raised), key=lambda each: (-each.grade, -each.confidence))
        path = _common(one.path, two.path)
        raised = replace(
            one,
            area_id=path[0][1],
            path=path,
            grids=tuple(sorted({*one.grids, *two.grids})),
            touches=one.touches | two.touches,
            since=min(one.since, two.since),
        )
        return _Matter(raised, self.homes | other.homes)


def _common(one: Path, other: Path) -> Path:
    """The way up from the smallest area that holds both."""
    theirs = {area_id for _level, area_id, _name in other}
    return next((one[at:] for at, (_level, area_id, _name) in enumerate(one) if area_id in theirs), one)


def _matters(found: Sequence[Raised], rows: Sequence[WarningRow]) -> list[_Matter]:
    """The findings of one look as matters, the gravest first: no two of them are one matter."""
    apart: list[_Matter] = []
    for raised in found:
        matter = _Matter(raised, frozenset(row.id for row in rows if row.state in LIVE and _is_there(raised, row)))
        while same := next((other for other in apart if other.is_with(matter)), None):
            apart.remove(same)
            matter = matter.and_also(same)
        apart.append(matter)
    return sorted(apart, key=lambda one: (-one.raised.grade, -one.raised.confidence))


def _is_there(raised: Raised, row: WarningRow) -> bool:
    return row.key == raised.key and is_near(row.area_id, row.grids, raised.area_id, raised.grids)


def _place(
    store: Session, look: Look, matter: _Matter, rows: list[WarningRow], siblings: list[WarningRow]
) -> WarningRow:
    raised = matter.raised
    live = [row for row in rows if row.id in matter.homes]
    cooling = [row for row in rows if row.state not in LIVE and _is_cooling(look, row) and _is_there(raised, row)]
    if known := _known_before(look, live, cooling):
        row = known
        _see_again(store, look, row, raised)
        _take_in(store, row, live)
        row.grade = raised.grade  # however grave it once was in the past looked back at
    elif live:
        row = _merged(store, live)
        _grow(store, look, row, raised)
    elif cooling:
        row = cooling[-1]
        _see_again(store, look, row, raised)
        if row.state == State.raised:
            _take_in(store, row, inside(siblings, raised))
    elif other := told_by(siblings, raised) or seen_later(siblings, raised):
        row = other
    else:
        row = _raise(store, look, raised)
        _take_in(store, row, inside(siblings, raised))
    return row


def _known_before(look: Look, live: Sequence[WarningRow], cooling: Sequence[WarningRow]) -> WarningRow | None:
    """What was withdrawn and is there again, where all that stands for it meanwhile was raised by looks back and told to nobody."""
    withdrawn = [row for row in cooling if row.state == State.withdrawn and row.told_at is not None]
    is_quiet = all(row.state == State.raised and row.told_at is None for row in live)
    return withdrawn[-1] if look.is_newest and live and is_quiet and withdrawn else None


def _take_in(store: Session, row: WarningRow, others: Iterable[WarningRow]) -> None:
    for other in others:
        take_in(store, row, other, None)


def _is_cooling(look: Look, row: WarningRow) -> bool:
    if row.state == State.merged:
        return False
    return row.state in OPEN or (row.closed_at or row.last_seen_at) > now() - look.cool_down


def _merged(store: Session, live: list[WarningRow]) -> WarningRow:
    """The one that is furthest in its life, then the oldest, having taken in the others."""
    first, *others = sorted(live, key=lambda row: (-LIVE.index(State(row.state)), row.id))
    _take_in(store, first, others)
    return first


def _raise(store: Session, look: Look, raised: Raised) -> WarningRow:
    row = WarningRow(
        key=raised.key, rule=raised.rule[:80], subject_kind=raised.subject_kind[:20], subject=raised.subject[:200],
        since=raised.since, grade=raised.grade, first_confidence=number(raised.confidence), told_grids=sorted(raised.grids),
        state=State.raised, **raised.figures(), **raised.place(),
    )  # fmt: skip
    row.level = row.area_level
    _mute_if_asked(store, row, raised)
    store.add(row)
    store.flush()
    set_touched(store, row.id, raised.touches)
    is_told = look.is_news and not is_muted(row, now())
    if look.is_news:  # nobody is asked in a hurry about what was over long ago
        start_timer(row, now())
    record(store, row, "raised", None, None, detail={"until": raised.until.isoformat()}, is_told=is_told)
    return row


def _mute_if_asked(store: Session, row: WarningRow, raised: Raised) -> None:
    if mute := mute_on(store, row.rule, row.subject, set(raised.touches), row.grade):
        row.muted_until, row.muted_grade = mute.ends_at, mute.up_to_grade


def _grow(store: Session, look: Look, row: WarningRow, raised: Raised) -> None:
    """The warning with what is now found: figures and extent anew, graver at once, milder after a day; told if it is news."""
    _count_seen(row)
    row.since = min(row.since, raised.since)
    if raised.until < row.until and not look.is_newest:
        return  # a look back adds nothing to what a later one has seen; the newest one does, after the undo of a load
    _take_figures(row, raised)
    row.over_since = None
    _take_place(store, row, raised)
    _take_grade(store, look, row, raised)
    _tell_late(store, look, row)


def _take_figures(row: WarningRow, raised: Raised) -> None:
    for column, value in raised.figures().items():
        setattr(row, column, value)


def _take_place(store: Session, row: WarningRow, raised: Raised) -> None:
    for column, value in raised.place().items():
        setattr(row, column, value)
    set_touched(store, row.id, raised.touches)
    if row.grids == row.told_grids or overlap(row.told_grids, row.grids)[0] >= SAME_EXTENT:
        return
    before, row.told_grids = len(row.told_grids), row.grids
    take(store, row, Step.grow, None, what="extent", detail={"grids_before": before, "grids": len(row.grids), "area_id": row.area_id})  # fmt: skip


def _take_grade(store: Session, look: Look, row: WarningRow, raised: Raised) -> None:
    before = row.grade
    if raised.grade >= before:
        row.lower_since = None
    elif row.lower_since is None:
        row.lower_since = raised.until
    if raised.grade > before:
        _set_graver(store, look, row, raised.grade)
    elif row.lower_since is not None and raised.until - row.lower_since >= LOWER_FOR:
        row.grade, row.lower_since = raised.grade, None
        take(store, row, Step.grow, None, what="milder", detail={"grade_before": before})


def _set_graver(store: Session, look: Look, row: WarningRow, grade: int) -> None:
    before, row.grade = row.grade, grade
    if is_muted(row, now()) and grade > (row.muted_grade or 0):
        row.muted_until, row.muted_grade = None, None
    if row.state == State.raised and row.answer_by is not None:
        due = row.answer_by
        start_timer(row, now())
        row.answer_by = min(due, row.answer_by)
    is_told = look.is_news and not is_muted(row, now())
    take(store, row, Step.grow, None, what="graver", detail={"grade_before": before}, is_told=is_told)


def _tell_late(store: Session, look: Look, row: WarningRow) -> None:
    """Somebody is told of what was found too late, or under a mute, once it is found as news by a look of its own day."""
    if row.state != State.raised or row.told_at is not None or not look.is_news or is_muted(row, now()):
        return
    start_timer(row, now())
    record(store, row, "still_there", None, State.raised, is_told=True)


def _see_again(store: Session, look: Look, row: WarningRow, raised: Raised) -> None:
    """What was judged false, closed or withdrawn and is found again: counted, or reopened if it is graver or long ago."""
    _count_seen(row)
    if raised.until < row.until and not look.is_newest:
        return
    long_ago = row.state == State.judged_false and (row.judged_at or now()) <= now() - look.cool_down
    if raised.grade <= row.grade and row.state != State.withdrawn and not long_ago:
        row.until = raised.until
        return
    before = row.grade
    _take_figures(row, raised)
    row.grade, row.over_since, row.lower_since, row.told_grids = raised.grade, None, None, sorted(raised.grids)
    for column, value in raised.place().items():
        setattr(row, column, value)
    set_touched(store, row.id, raised.touches)
    _mute_if_asked(store, row, raised)
    why = "withdrawn" if row.state == State.withdrawn else "graver" if raised.grade > before else "still_there"
    is_known = (
        why == "withdrawn" and row.told_at is not None and raised.grade <= before
    )  # nobody was told of its withdrawal
    is_told = look.is_news and not is_muted(row, now()) and not is_known
    take(store, row, Step.reopen, None, detail={"grade_before": before, "why": why}, is_told=is_told)
    if not look.is_news:
        row.answer_by = None


def _count_seen(row: WarningRow) -> None:
    row.seen_count += 1
    row.last_seen_at = now()


def _mark_over(look: Look, rows: Iterable[WarningRow], seen: set[int]) -> None:
    """What this look, which saw all there is, did not find: over since then, and still to be judged."""
    for row in rows:
        is_asked = look.subject is None or look.subject == row.subject
        if is_asked and row.id not in seen and row.state not in ENDED and row.over_since is None:
            row.over_since = look.until


def _over(rule: str):  # type: ignore[no-untyped-def]
    unjudged = WarningRow.state.in_((State.raised, State.acknowledged))
    return select(WarningRow).where(WarningRow.rule == rule, unjudged, WarningRow.over_since.is_not(None))


def _corrected(store: Session, row: WarningRow, found: Sequence[Raised]) -> bool:
    """Whether the matter is still there in the corrected data; it takes their figures, and a milder grade at once."""
    same = [one for one in found if one.key == row.key and is_near(row.area_id, row.grids, one.area_id, one.grids)]
    if not same:
        return False
    gravest = max(same, key=lambda one: (one.grade, one.confidence))
    _take_figures(row, gravest)
    _take_place(store, row, gravest)
    if gravest.grade < row.grade:
        before, row.grade = row.grade, gravest.grade
        take(store, row, Step.grow, None, what="corrected", detail={"grade_before": before})
    return True
