"""What is likely to be asked next is answered before it is asked, while nobody waits for anything.

Whoever looks at a town turns to another one, to a category, to another page. After a load everybody asks again for what they
looked at before; leaders go through the towns, analysts through the categories, and both through the categories of a town. One
thread makes these answers one after the other, and stands back whenever somebody asks.
"""

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from itertools import chain, count, zip_longest
from typing import Any

from analytics.answers import newest_snapshot, see_one_state, stop
from analytics.area import children
from analytics.map_rank import peers_of
from analytics.patience import ask_for, beside
from analytics.view import PERIODS, View, facts
from pages.answering import ALL, LOOK, PAGES, Asking, is_ready, line_of
from warehouse.errors import ZhiliError

log = logging.getLogger("zhili.web")

QUIET_SECONDS = 0.25
"""Only after so long in which nobody asked: what was answered last has been drawn by then."""
WORK_SECONDS = 1.0
"""So long is worked for what may follow one look; who turns on later finds the processors free."""
LOOK_SECONDS = 5.0
"""How often it is looked for new data while there is nothing to do."""
TABS_AT_MOST, SEEN_AT_MOST, LOOKS_AT_MOST = 50, 100, 2
"""Of so many browser tabs the next step is thought of; after a load so many views are answered again, and in so many looks (language,
theme, size, period) the crossroads."""
LONGEST, LONGEST_TAB = 4000, 64
"""A view, or a tab's name, whose text is longer is not thought of: no address is so long."""
SPARED_EVERY = 25
"""After so many answers Python's collector is spared what has been kept of them."""


@dataclass(frozen=True)
class Step:
    """A page as somebody may ask for it next: `filters` and `values` of controls as a browser sends them."""

    page: str
    filters: dict
    values: dict

    @property
    def text(self) -> str:
        """The same for the same view of the same page."""
        return f"{self.page} {sorted((name, str(value)) for name, value in self.filters.items())} {self.values}"

    def turned(self, **filters: str | None) -> "Step":
        """The same page after a change of filters."""
        return replace(self, filters=self.filters | filters)


def opened(look: dict | None = None) -> Iterator[Step]:
    """Every page as it is opened."""
    for page in PAGES:
        yield Step(page, dict(look or {}), {})


def crossroads(look: dict) -> Iterator[Step]:
    """Every page as it is opened, then for each town and each category of the first level, then for both together.

    `WarehouseError` if there is no warehouse yet.
    """
    places = [None, *children(None, None)]
    categories = [None, *(path for path in facts(None).categories if "/" not in path)]
    both = [(place, category) for place in places for category in categories]
    for place, category in sorted(both, key=lambda one: sum(map(bool, one))):
        yield from (one.turned(area=place, category=category) for one in opened(look))


def next_steps(step: Step, before: Step | None = None) -> Iterator[Step]:
    """What may be asked after this: another area, category, period or page, by turns; first of all what somebody who came from
    `before` has just turned, for whoever looks through the towns goes on to the next one.

    `WarehouseError` if there is no warehouse yet.
    """
    view = View.from_query(step.filters)
    ways = {
        "area": (step.turned(area=area_id) for area_id in _areas_beside(view)),
        "inside": (step.turned(area=area_id) for area_id in children(view.as_of, view.area_id)),
        "category": (step.turned(category=category) for category in _categories(view)),
        "period": (step.turned(period=period) for period in PERIODS if period not in ("custom", view.period)),
        "page": (Step(page, step.filters, {}) for page in PAGES if page != step.page),
    }
    turned = [name for name in ways if before and before.filters.get(name) != step.filters.get(name)]
    for name in turned:
        yield from ways.pop(name)
    for several in zip_longest(*ways.values()):
        yield from (one for one in several if one)


def _areas_beside(view: View) -> Iterator[str | None]:
    """Those inside the same, and all."""
    yield from (area_id for area_id in peers_of(view) if area_id != view.area_id)
    if view.area_id:
        yield None


def _categories(view: View) -> Iterator[str | None]:
    """Those beside and below the chosen one, those of the first level, and all."""
    known, chosen = facts(view.as_of).categories, view.category or ""
    beside_it, first = chosen.rpartition("/")[0], [path for path in known if "/" not in path]
    near = [path for above in (beside_it, chosen) for path in known if chosen and path.rpartition("/")[0] == above]
    yield from (path for path in dict.fromkeys([*near, *first]) if path != chosen)
    if chosen:
        yield None


def make_ready(step: Step, tab: str = "") -> Iterator[None]:
    """Makes the lines of a page that are not there yet, one at each turn, for the browser tab `tab`."""
    context = copy_context()
    asking = Asking(step.filters | {"tab": tab}, step.values)
    context.run(ask_for, tab)
    context.run(see_one_state)
    for one in PAGES[step.page]:
        if not context.run(is_ready, one, asking):
            context.run(line_of, one, asking)
            yield


@dataclass
class Likely:
    """Steps that may come next, the likeliest first, and the seconds that have been worked for them."""

    steps: Iterator[Step]
    worked: float = 0.0


class Ahead:
    """Makes ready what may be asked next, in one thread, while nobody asks."""

    def __init__(self, is_on: bool = False) -> None:
        self._is_on = is_on
        self._changed = threading.Condition()
        self._asking = 0
        self._quiet_since = time.monotonic()
        self._next: OrderedDict[str, Likely] = OrderedDict()
        self._seen: OrderedDict[str, Step] = OrderedDict()
        self._at: OrderedDict[str, Step] = OrderedDict()
        self._looks: OrderedDict[str, dict] = OrderedDict()
        self._later: deque[Likely] = deque(maxlen=1 + LOOKS_AT_MOST)
        self._now: tuple[str, str] | None = None
        self._numbers = count()
        self._snapshot = 0
        self._answers = 0
        self._is_idle = False

    def stand_back(self, text: str = "") -> None:
        """Somebody is being answered from now on; what is made ahead just now can wait, unless it is what they ask for, of this `text`."""
        with self._changed:
            self._asking += 1
            now = self._now
        if now and now[1] != text:
            stop(now[0])

    def go_on(self) -> None:
        """They have been answered."""
        with self._changed:
            self._asking -= 1
            self._answers += 1
            self._quiet_since = time.monotonic()
            self._changed.notify_all()

    @contextmanager
    def answering(self, page: str, asking: Asking) -> Iterator[None]:
        """Meanwhile a page is answered; afterwards it is known where whoever asked is."""
        step = _step(page, asking)
        self.stand_back(step.text)
        try:
            yield
        finally:
            tab = str(asking.filters.get("tab") or "")
            if self._is_on and len(step.text) <= LONGEST and len(tab) <= LONGEST_TAB:
                self._note(step, tab)
            self.go_on()

    def _note(self, step: Step, tab: str) -> None:
        look = {name: step.filters.get(name) for name in (*LOOK, "period")}
        with self._changed:
            _keep(self._seen, step.text, step, SEEN_AT_MOST)
            _keep(self._next, tab, Likely(next_steps(step, self._at.get(tab))), TABS_AT_MOST)
            _keep(self._at, tab, step, TABS_AT_MOST)
            if look["period"] in PERIODS and look["period"] != "custom":
                if str(look) not in self._looks:
                    self._later.append(Likely(crossroads(look)))
                _keep(self._looks, str(look), look, LOOKS_AT_MOST)

    def run(self, is_on: bool, spare: Callable[[bool], None]) -> None:
        """Makes ready one view after the other, without end, if `is_on`; `spare` is told whether there are new data."""
        beside.set(True)  # nobody waits for it, so it is not counted among those who ask
        self._is_on = is_on
        while True:
            try:
                self.turn(spare)
            except ZhiliError:  # nothing is loaded yet, or not readable: whoever asks is told
                time.sleep(LOOK_SECONDS)
            except Exception as error:
                log.error("an answer could not be made ahead", exc_info=error)
                time.sleep(LOOK_SECONDS)

    def turn(self, spare: Callable[[bool], None]) -> None:
        """One view, as soon as it is quiet, or a look for new data where nothing is left to do."""
        self._wait()
        if is_new := self._look_for_new_data():
            self._think_of_new_data()
        if is_new or self._answers >= SPARED_EVERY:
            self._answers = 0
            spare(is_new)
        self._go_on()

    def _wait(self) -> None:
        """Until nobody has asked for a while, and something is left to do or data may have come."""
        with self._changed:
            if self._is_idle:
                self._changed.wait(LOOK_SECONDS)
            while (left := self._seconds_left()) is None or left > 0:
                self._changed.wait(left)

    def _seconds_left(self) -> float | None:
        """How long it must still be quiet; None while somebody is being answered."""
        return None if self._asking else QUIET_SECONDS - (time.monotonic() - self._quiet_since)

    def _is_quiet(self) -> bool:
        left = self._seconds_left()
        return left is not None and left <= 0

    def _go_on(self) -> None:
        """The next step of one tab after the other, whoever asked last first, then what comes later; a step that somebody's asking has
        cut short is begun again.
        """
        tab = None
        with self._changed:
            self._is_idle = not self._next and not self._later
            if self._is_idle:
                return
            if self._next:
                tab, likely = self._next.popitem()
            else:
                likely = self._later.popleft()
        if (step := next(likely.steps, None)) is None:
            return
        began = time.monotonic()
        if not self._make(step):
            likely.steps = chain([step], likely.steps)
        likely.worked += time.monotonic() - began
        with self._changed:
            if tab is None:
                self._later.appendleft(likely)
            elif tab not in self._next and likely.worked < WORK_SECONDS:  # else it is somewhere else by now
                _keep(self._next, tab, likely, TABS_AT_MOST)
                self._next.move_to_end(tab, last=False)

    def _make(self, step: Step) -> bool:
        tab = f"ahead-{next(self._numbers)}"
        self._now = tab, step.text
        try:
            return all(self._is_quiet() for _ in make_ready(step, tab))
        finally:
            self._now = None
            self._answers += 1

    def _look_for_new_data(self) -> bool:
        before, self._snapshot = self._snapshot, newest_snapshot()
        return self._snapshot != before

    def _think_of_new_data(self) -> None:
        """After a load all that was looked at lately is answered anew, and the crossroads."""
        if not self._is_on:
            return
        with self._changed:
            seen, looks = list(reversed(self._seen.values())), list(reversed(self._looks.values()))
            self._later.clear()
            self._later.extend(map(Likely, [iter(seen), *map(crossroads, looks or [{}])]))
            self._is_idle = False


def _keep(kept: OrderedDict[str, Any], key: str, value: Any, most: int) -> None:
    """Under this key as the last one; the first ones go when there are too many."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


def _step(page: str, asking: Asking) -> Step:
    """What is asked, as a browser would send it: of the look only what can be seen."""
    look = {"lang": asking.lang, "theme": asking.theme, "scale": asking.scale}
    filters = {name: asking.filters[name] for name in ALL if name in asking.filters} | look
    names = [name for one in PAGES[page] for name in (*one.controls, one.known) if name in asking.values]
    return Step(page, filters, {name: asking.values[name] for name in names})


AHEAD = Ahead()
"""The one of this process."""
