"""Where does time count? Spans of the days that count, pauses cut out, with what has passed before each."""

from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
import numpy.typing as npt

from working_time.workdays import Ticks, local_ticks


@dataclass(frozen=True)
class OfficeSpans:
    """Spans in local ticks, in order: where each starts, and the working time up to its start and up to its end."""

    starts: Ticks
    before: Ticks
    after: Ticks

    @classmethod
    def of(
        cls, days: Ticks, hours: tuple[tuple[int, int], ...], pauses: tuple[tuple[datetime, datetime], ...]
    ) -> "OfficeSpans":
        """The hours (ticks from midnight) of these days, cut at the pauses' edges, without the parts that are paused."""
        starts = np.sort(np.concatenate([days + start for start, _ in hours]))
        ends = np.sort(np.concatenate([days + end for _, end in hours]))
        paused = [local_ticks(np.array(edge, dtype="datetime64[us]")) for edge in zip(*sorted(pauses), strict=True)]
        edges = np.unique(np.concatenate([starts, ends, *paused]))
        counts = _covered(edges, starts, ends)
        if pauses:
            counts &= ~_covered(edges, paused[0], np.maximum.accumulate(paused[1]))
        width = np.where(counts[:-1], np.diff(edges), 0)
        after = np.cumsum(width)
        return cls(edges[:-1], after - width, after)

    @property
    def total(self) -> int:
        """All working time there is."""
        return int(self.after[-1])

    def worked(self, at: Ticks) -> Ticks:
        """Working time from the beginning to each moment."""
        span = np.clip(np.searchsorted(self.starts, at, side="right") - 1, 0, None)
        return np.asarray(self.before[span] + np.clip(at - self.starts[span], 0, self.after[span] - self.before[span]))

    def moment(self, worked: Ticks) -> Ticks:
        """The first moment at which so much working time has passed."""
        span = np.clip(np.searchsorted(self.after, worked, side="left"), None, len(self.after) - 1)
        return np.asarray(self.starts[span] + worked - self.before[span])


def _covered(at: Ticks, starts: Ticks, ends: Ticks) -> npt.NDArray[np.bool_]:
    """Whether each moment lies in a span; `ends` must not fall."""
    span = np.searchsorted(starts, at, side="right") - 1
    return np.asarray((span >= 0) & (at < ends[span]))


def tick_of_day(moment: time) -> int:
    """A time of day in microseconds from midnight."""
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000
