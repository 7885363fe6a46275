"""The clock's jobs about warnings: each rule looks once at each state of its data, timers run out, notices go out.

A rule that fails raises a warning of its own and stops no other. Everything is read from the warehouse, nothing is written to it.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from analytics.answers import newest_snapshot
from analytics.early_warning.finding import Finding
from analytics.early_warning.look import findings
from analytics.early_warning.rules import FAILED_RULE, Rule, rules_in_force
from clock.handing import FAILED_COOL_DOWN, failure, raised, siblings
from clock.marks import NOTHING_GONE_BY, end_of, marks_of, past
from clock.states import FORECASTS, DataState, reads_devices, state_for
from clock.telling import in_words
from operations import warning_runs
from operations.errors import OperationsError
from operations.migrate import bring_up_to_date
from operations.notice_delivery import deliver_due
from operations.store import url
from operations.tables import now
from operations.warning_folding import fold, recheck, times_to_recheck
from operations.warning_raised import Look, Raised
from operations.warning_rules import changed_rules
from operations.warning_runs import Looked
from operations.warning_timers import escalate_unanswered
from settings import settings
from warehouse.connect import exists
from warehouse.errors import ZhiliError, one_line

log = logging.getLogger("zhili.warnings")

MOST_OFTEN_SECONDS = 30.0
"""A rule looks no more often, however quickly snapshots follow each other; so what is new is looked at within a minute."""
PATIENCE_SECONDS, MOST_AT_ONCE = 30.0, 3
"""So long the other rules wait for one; so many slow ones go on beside them."""
STUCK_SECONDS = 900.0
MOST_RECHECKS = 10
FORGET_EVERY_SECONDS = 6 * 3600.0
Finder = Callable[[Rule, int, datetime], list[Finding]]


class Rounds:
    """The looks of one clock process; `find` answers a rule (`analytics.early_warning.look.findings`).

    `is_only_clock`: this process holds `clock.lock`, so what a clock of this home began before it has been broken off.
    """

    def __init__(
        self,
        find: Finder = findings,
        most_often_seconds: float = MOST_OFTEN_SECONDS,
        is_only_clock: bool = False,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._find = find
        self._is_only_clock = is_only_clock
        self._most_often = most_often_seconds
        self._patience = patience_seconds
        self._slow: dict[str, threading.Thread] = {}
        self._told_stuck: set[str] = set()
        self._began: dict[str, float] = {}
        self._broken_off: set[int] = set()
        self._forgot_at = 0.0

    def look(self) -> str:
        """Let every rule that is on look at data it has not seen; one line on what was done, for `clock.json`."""
        if not exists():
            return "no warehouse yet"
        self._prepare()
        self._give_back()
        snapshot_id = newest_snapshot()
        rules = {rule.name: rule for rule in rules_in_force(changed_rules()) if rule.is_on}
        states = {name: state_for(rule, snapshot_id) for name, rule in rules.items()}
        waiting = warning_runs.still_to_look(
            {name: one.made_by for name, one in states.items() if _may_be_new(name, one)}
        )
        self._tell_stuck(snapshot_id)
        ran = [self._run_beside(rules[name], states[name]) for name in waiting if self._may_begin(name)]
        self._forget_old()
        return _said(snapshot_id, [outcome for outcome in ran if outcome is not None])

    def _prepare(self) -> None:
        store_is_ready(url())
        if self._is_only_clock:
            warning_runs.forget_broken_runs(process_name())
            self._is_only_clock = False

    def _give_back(self) -> None:
        """What could not go on for want of the store may begin anew, as soon as the store can be written to say so."""
        for run_id in sorted(self._broken_off):
            warning_runs.broken_off(run_id)
            self._broken_off.discard(run_id)

    def _may_begin(self, name: str) -> bool:
        if len(self._slow) >= MOST_AT_ONCE or name in self._slow:
            return False
        began = self._began.get(name)
        return began is None or time.monotonic() - began >= self._most_often

    def _run_beside(self, rule: Rule, state: DataState) -> bool | None:
        """As `_run`; a rule that takes too long goes on alone, so that the others need not wait for it, and is None too."""
        if len(self._slow) >= MOST_AT_ONCE:
            return None
        done: list[bool | None] = []

        def run() -> None:
            try:
                done.append(self._run(rule, state))
            except (
                ZhiliError
            ) as error:  # the store itself is out of reach: nothing could be kept, the next look begins anew
                log.error("rule %s: %s", rule.name, error)

        thread = threading.Thread(target=run, name=rule.name, daemon=True)
        thread.start()
        thread.join(self._patience)
        if thread.is_alive():
            log.warning("rule %s looks for more than %.0f s; the others go on", rule.name, self._patience)
            self._slow[rule.name] = thread
        return done[0] if done else None

    def _tell_stuck(self, snapshot_id: int) -> None:
        """Forget who has come to an end, and raise a warning, once, about who has been looking for too long."""
        for name, thread in list(self._slow.items()):
            if not thread.is_alive():
                del self._slow[name]
                self._told_stuck.discard(name)
            elif time.monotonic() - self._began[name] > STUCK_SECONDS and name not in self._told_stuck:
                self._told_stuck.add(name)
                at, said = now(), f"It has been looking for more than {STUCK_SECONDS / 60:.0f} minutes."
                fold(_look_at_ourselves(name, at), [failure(name, said, at, snapshot_id)])

    def _run(self, rule: Rule, state: DataState) -> bool | None:
        """Whether the rule's look went well; None if another process is at it."""
        run_id = warning_runs.begun(rule.name, state.made_by, process_name())
        if run_id is None:
            return None
        self._began[rule.name] = time.monotonic()
        try:
            return self._run_of(rule, state, run_id)
        except OperationsError:  # no fault of the rule's: it looks again as soon as the store can be written
            self._broken_off.add(run_id)
            raise

    def _run_of(self, rule: Rule, state: DataState, run_id: int) -> bool:
        try:
            looked = self._looked(rule, state, run_id)
        except OperationsError:
            raise
        except Exception as error:  # whatever it is, it must not stop the other rules; the trace is in the log
            if not isinstance(error, ZhiliError):
                log.exception("rule %s failed", rule.name)
            _failed(rule.name, run_id, one_line(error), state.snapshot_id)
            return False
        warning_runs.finished(run_id, "done", looked)
        fold(_look_at_ourselves(rule.name, now()), [])
        return True

    def _looked(self, rule: Rule, state: DataState, run_id: int) -> Looked:
        """The days missed and corrected in their order, then all that there is, then what is over and was corrected."""
        before = warning_runs.looked(rule.name)
        is_now_only = reads_devices(rule)
        gone_by = NOTHING_GONE_BY if is_now_only else past(before.marks or {}, before.until, state)
        found: dict[datetime, list[Raised]] = {}
        days = () if rule.detector in FORECASTS else gone_by.days
        for until in (*map(end_of, days), state.until):
            found[until] = self._found(rule, state, until)
            fold(Look(rule.name, until, state.until, siblings=siblings(rule)), found[until], run_id)
        if gone_by.corrected_from is not None:
            for until in times_to_recheck(rule.name, gone_by.corrected_from)[-MOST_RECHECKS:]:
                recheck(Look(rule.name, until, state.until), self._still_found(rule, state, until, found), run_id)
        return Looked(state.made_by, state.until, {} if is_now_only else marks_of(state))

    def _still_found(
        self, rule: Rule, state: DataState, until: datetime, found: dict[datetime, list[Raised]]
    ) -> list[Raised]:
        """What corrected data show at a time; nothing beyond all data, where the load that reached so far has been undone."""
        if until > state.until:
            return []
        return found[until] if until in found else self._found(rule, state, until)

    def _found(self, rule: Rule, state: DataState, until: datetime) -> list[Raised]:
        return [raised(one, rule, state.snapshot_id) for one in self._find(rule, state.snapshot_id, until)]

    def _forget_old(self) -> None:
        if time.monotonic() >= self._forgot_at:
            warning_runs.forget_old_runs()
            self._forgot_at = time.monotonic() + FORGET_EVERY_SECONDS


def escalate() -> str:
    """Send up what nobody answered in time; one line on what was done."""
    store_is_ready(url())
    return f"{len(escalate_unanswered())} went up"


def deliver() -> str:
    """Send out the notices that are due; one line on what was done."""
    store_is_ready(url())
    return f"{deliver_due(in_words)} delivered"


@lru_cache(maxsize=4)
def store_is_ready(_address: str) -> None:
    """The store at this address has its tables; tried anew the next time if that fails."""
    bring_up_to_date()


def process_name() -> str:
    """The clock of this home on this machine."""
    return f"{socket.gethostname()}:{settings().home}"[:300]


def _may_be_new(name: str, state: DataState) -> bool:
    """Not if all snapshots that wrote what the rule reads are forgotten by now, and it has looked since they were new."""
    return state.made_by > 0 or warning_runs.looked(name).until is None


def _failed(rule: str, run_id: int, said: str, snapshot_id: int) -> None:
    log.error("rule %s: %s", rule, said)
    warning_runs.finished(run_id, said)
    at = now()
    fold(_look_at_ourselves(rule, at), [failure(rule, said, at, snapshot_id)])


def _look_at_ourselves(rule: str, at: datetime) -> Look:
    return Look(FAILED_RULE, at, at, subject=rule, cool_down=FAILED_COOL_DOWN)


def _said(snapshot_id: int, ran: list[bool]) -> str:
    if not ran:
        return f"nothing new at snapshot {snapshot_id}"
    return f"snapshot {snapshot_id}: {len(ran)} rules looked, {ran.count(False)} failed"
