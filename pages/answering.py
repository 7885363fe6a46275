"""What a page answers: its parts, and the line of JSON that each of them becomes, kept for all who ask the same.

A part is a function of what is asked, and of the controls it names, that gives a value for each of its targets, `(id, property)`.
What it says of one state of the data is the same for everybody who asks for the same, so it is kept under that, ready to be sent.
"""

import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

import orjson
from dash import ClientsideFunction, Input, Output, State, clientside_callback, no_update
from dash.development.base_component import Component

from analytics.answers import has_line, line, newest_snapshot
from analytics.view import DEFAULT_PERIOD, View
from ui.language import THEMES
from ui.words import Speaker, speaker
from warehouse.errors import ZhiliError

Target = tuple[str, str]
LINKED = ("area", "period", "from", "to", "category", "department", "channel", "source", "as_of")
"""The filters that pages hand on to each other."""
LOOK = ("lang", "theme", "scale")
ALL = (*LINKED, "metric", "layers", "sel", *LOOK)
"""All that an answer can depend on: the browser's name, and which data it had before, change nothing in it."""
FAILED = "failed"
"""What the browser is told to know of a part that has failed: no answer is about that, so the next change asks anew."""
QUICKLY = 1
"""How hard an answer is pressed: it shrinks to a quarter in a millisecond; more takes longer than it saves."""


def everything(_filters: dict) -> Sequence[str]:
    """A part may depend on all filters."""
    return ALL


@dataclass(frozen=True)
class Part:
    """What of a page is answered together: its targets, the controls it looks at with what each offers, how it is made, and
    `about` which filters it is. The browser keeps under `known` what it was told last, if there is such a name, and is not told again.
    """

    name: str
    targets: Sequence[Target]
    controls: Mapping[str, Sequence[str]]
    make: Callable[..., Sequence[Any]]
    about: Callable[[dict], Sequence[str]] = everything
    known: str = ""


@dataclass(frozen=True)
class Asking:
    """Who asks, and for what: the `filters` and the `values` of controls as the browser has them, and what all parts of a page share."""

    filters: dict
    values: dict = field(default_factory=dict)
    _once: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def view(self) -> View:
        """The view of the filters, made once for all parts, so that all are of one state; `WarehouseError` if there is none."""
        with self._once:
            return self._view

    @cached_property
    def _view(self) -> View:
        return View.from_store(self.filters)

    @property
    def lang(self) -> str:
        """Language of the browser."""
        return "en" if self.filters.get("lang") == "en" else "zh"

    @property
    def say(self) -> Speaker:
        """Words in that language."""
        return speaker(self.lang)

    @property
    def theme(self) -> str:
        """Theme of the browser."""
        asked = self.filters.get("theme")
        return asked if asked in THEMES else THEMES[0]

    @property
    def scale(self) -> float:
        """How much a wall enlarges, in sixteenths: windows of nearly the same width share their answers."""
        try:
            return round(16 * min(8.0, max(0.5, float(self.filters.get("scale") or 1)))) / 16
        except (TypeError, ValueError):
            return 1.0

    @cached_property
    def snapshot(self) -> int:
        """The newest snapshot; 0 where there is no warehouse yet."""
        try:
            return newest_snapshot()
        except ZhiliError:
            return 0

    def chosen(self, one: Part) -> list[str]:
        """What the controls of a part say; the first that one offers where it says nothing known."""
        said = {name: self.values.get(name) for name in one.controls}
        return [said[name] if said[name] in offered else offered[0] for name, offered in one.controls.items()]

    def mark(self, one: Part) -> str:
        """A short text that is the same only for the same answer of a part."""
        whole = self.filters | {"lang": self.lang, "theme": self.theme, "scale": self.scale}
        whole["period"] = whole.get("period") or DEFAULT_PERIOD
        names = one.about(self.filters)
        about = [self.snapshot, [[name, whole.get(name) or None] for name in names], self.chosen(one)]
        return blake2b(repr(about).encode(), digest_size=16).hexdigest()  # no JSON: what a browser sends may be none


PAGES: dict[str, list[Part]] = {}
"""The parts of each page, in the order in which they are answered."""


def part(
    page: str,
    targets: Sequence[Target],
    controls: Mapping[str, Sequence[str]] = MappingProxyType({}),
    about: Callable[[dict], Sequence[str]] = everything,
    known: str = "",
) -> Callable[[Callable], Callable]:
    """Registers `make(asking, *what the controls say)` as the next part of a page.

    It gives a value for every target; `no_update` leaves what is there.
    """

    def register(make: Callable[..., Sequence[Any]]) -> Callable[..., Sequence[Any]]:
        parts = PAGES.setdefault(page, [])
        parts.append(Part(f"{page} {len(parts)}", tuple(targets), controls, make, about, known))
        return make

    return register


def follow(page: str) -> None:
    """Dash tells the script when the page's frame has come, and when the controls of its parts have changed.

    Not when the filters have: the script knows that first, and a callback more costs every change 10 ms.
    """
    controls = dict.fromkeys(name for one in PAGES[page] for name in one.controls)
    clientside_callback(
        ClientsideFunction("answers", "follow"),
        Output(f"{page}-page", "data-asked"),
        Input(f"{page}-page", "id"),
        *[Input(name, "value") for name in controls],
        State("filters", "data"),
    )


# ---- the line of a part ----

_faults: ContextVar[list[None] | None] = ContextVar("faults", default=None)


def not_for_long() -> None:
    """What is being made now tells of a fault: it is told whoever asks now, and not kept for others."""
    if (faults := _faults.get()) is not None:
        faults.append(None)


class _NotKeptError(Exception):
    """A line that is told those who wait for it, and nobody after them."""

    def __init__(self, line: bytes) -> None:
        super().__init__()
        self.line = line


def is_ready(one: Part, asking: Asking) -> bool:
    """Whether the line of a part needs not be made any more."""
    mark = asking.mark(one)
    return asking.values.get(one.known) == mark or has_line(one.name, mark)


def line_of(one: Part, asking: Asking) -> bytes:
    """What goes to the browser of a part; empty if nothing does."""
    mark = asking.mark(one)
    if asking.values.get(one.known) == mark:
        return b""

    def make() -> bytes:
        made, is_fault = _made(one, asking, mark)
        if is_fault:
            raise _NotKeptError(made)
        return zlib.compress(made, QUICKLY)

    try:
        return zlib.decompress(line(make, one.name, mark))
    except _NotKeptError as error:
        return error.line
    except ZhiliError:  # stopped, too many at it, or nothing loaded yet: the part says so in its own words
        return _made(one, asking, mark)[0]


def _made(one: Part, asking: Asking, mark: str) -> tuple[bytes, bool]:
    """The line of a part, made anew, and whether it tells of a fault."""
    before = _faults.set([])
    try:
        found = _by_target(one, one.make(asking, *asking.chosen(one)))
        is_fault = bool(_faults.get())
    finally:
        _faults.reset(before)
    if one.known:
        found.setdefault(one.known, {})["data"] = FAILED if is_fault else mark
    return orjson.dumps(found, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n" if found else b"", is_fault


def _by_target(one: Part, made: Sequence[Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for (name, key), value in zip(one.targets, made, strict=True):
        if value is not no_update:
            found.setdefault(name, {})[key] = value
    return found


def _plain(value: object) -> object:
    """What JSON does not know: Dash's components, as what they are made of."""
    if isinstance(value, Component):
        return value.to_plotly_json()
    raise TypeError(type(value).__name__)
