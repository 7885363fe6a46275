"""What is worth knowing about a load besides its counts: a sentence each, in its message."""

from etl.attempt import Attempt
from etl.profile import Profile
from etl.rows import RowTaker


def write_notes(attempt: Attempt, taker: RowTaker, profile: Profile) -> None:
    """Add to the load what its points, due times and corrections came to."""
    points = taker.places.points
    if points.swapped:
        attempt.note(f"{points.swapped} 行经纬度颠倒已更正 / {points.swapped} rows had lon and lat swapped, put right")
    if points.dropped:
        attempt.note(f"{points.dropped} 行坐标不可用 / {points.dropped} rows had unusable coordinates")
    for sentence in taker.due.notes():
        attempt.note(sentence)
    for reason, counts in _corrected(taker, profile).items():
        attempt.note(f"按声明更正 {', '.join(counts)} 行 / rows corrected as declared: {reason}")
    for number, correction in enumerate(profile.corrections):
        if taker.read and not taker.fixed[number]:
            attempt.note(f"更正已无对象 / correction of {correction.column} matched no row: is it still needed?")


def _corrected(taker: RowTaker, profile: Profile) -> dict[str, list[str]]:
    """For each reason, how many rows of which column were corrected."""
    counts: dict[str, list[str]] = {}
    for number, correction in enumerate(profile.corrections):
        if taker.fixed[number]:
            counts.setdefault(correction.reason, []).append(f"{correction.column} {taker.fixed[number]}")
    return counts
