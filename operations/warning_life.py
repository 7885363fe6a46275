"""A warning's life: which states there are, which step leads from which to which, and how grave and how high up it may be.

raised → acknowledged → judged true or false → dispatched → settled → closed. A false one is closed directly, a judgement may be
corrected until something has been done about it, and what has ended may be reopened. The clock withdraws what corrected data no
longer show, as long as nobody has judged it. This table is the only place that says so.
"""

from enum import IntEnum, StrEnum


class State(StrEnum):
    """Where a warning stands."""

    raised = "raised"
    acknowledged = "acknowledged"
    judged_true = "judged_true"
    judged_false = "judged_false"
    dispatched = "dispatched"
    settled = "settled"
    closed = "closed"
    merged = "merged"
    withdrawn = "withdrawn"


class Step(StrEnum):
    """What is done with a warning."""

    acknowledge = "acknowledge"
    judge_true = "judge_true"
    judge_false = "judge_false"
    dispatch = "dispatch"
    settle = "settle"
    close = "close"
    reopen = "reopen"
    merge = "merge"
    withdraw = "withdraw"
    escalate = "escalate"
    assign = "assign"
    mute = "mute"
    unmute = "unmute"
    take_in = "take_in"
    grow = "grow"
    comment = "comment"


class Grade(IntEnum):
    """The four colours, the gravest highest, numbered as `analytics` numbers them."""

    blue = 1
    yellow = 2
    orange = 3
    red = 4


LEVELS = ("grid", "community", "town", "district")
"""Upwards: who answers first, and who when nobody did."""

ENDED = (State.closed, State.merged, State.withdrawn)
OPEN = tuple(state for state in State if state not in ENDED)
LIVE = tuple(state for state in OPEN if state is not State.judged_false)
"""Open, and nobody has said that it is nothing: the same matter found again makes it grow."""
OUTCOMES = {State.judged_true: True, State.judged_false: False, State.dispatched: True, State.settled: True}
"""What a state says about the outcome; an ended one keeps what was said before, all others have none."""


def _stays(states: tuple[State, ...]) -> dict[State, State]:
    return {state: state for state in states}


NEXT: dict[Step, dict[State, State]] = {
    Step.acknowledge: {State.raised: State.acknowledged},
    Step.judge_true: {State.acknowledged: State.judged_true, State.judged_false: State.judged_true},
    Step.judge_false: {State.acknowledged: State.judged_false, State.judged_true: State.judged_false},
    Step.dispatch: {State.judged_true: State.dispatched},
    Step.settle: {State.dispatched: State.settled},
    Step.close: {State.settled: State.closed, State.judged_false: State.closed},
    Step.reopen: dict.fromkeys((State.settled, State.judged_false, *ENDED), State.raised),
    Step.merge: dict.fromkeys(OPEN, State.merged),
    Step.withdraw: {State.raised: State.withdrawn, State.acknowledged: State.withdrawn},
    Step.escalate: _stays((State.raised,)),
    Step.assign: _stays(OPEN),
    Step.mute: _stays(OPEN),
    Step.unmute: _stays(OPEN),
    Step.take_in: _stays(OPEN),
    Step.grow: _stays(OPEN),
    Step.comment: _stays(tuple(State)),
}
BY_THE_CLOCK = (Step.withdraw, Step.escalate, Step.take_in, Step.grow)
"""Steps that no person takes by hand."""


def after(state: State, step: Step) -> State | None:
    """The state that a step leads to, or None if it cannot be taken from `state`."""
    return NEXT[step].get(state)


def steps_from(state: State) -> tuple[Step, ...]:
    """What a person can do with a warning in this state, in the order of its life."""
    return tuple(step for step in Step if step not in BY_THE_CLOCK and after(state, step) is not None)


def level_above(level: str) -> str | None:
    """The level that answers when this one did not; None above the district."""
    at = LEVELS.index(level) if level in LEVELS else 0
    return LEVELS[at + 1] if at + 1 < len(LEVELS) else None
