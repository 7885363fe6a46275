"""Scenes of the wall: TOML files, those that come with Zhili and the site's own, checked before anything is shown.

A site's file in `<home>/scenes` takes the place of the one of the same name. One that makes no sense is left out, and said.
"""

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.map_values import COUNTS, RATES
from analytics.metrics import METRICS
from analytics.view import PERIODS
from settings import REFERENCE, settings
from warehouse.errors import ZhiliError

SIDES = ("left", "right")
SECONDS = (5, 600)
LIMIT = (1, 12)
OPTIONS: dict[str, tuple[str, ...]] = {
    "numbers": ("metrics",), "trend": (), "ranking": ("by", "limit"), "offices": ("limit",), "grades": (), "risk": ("limit",),
    "warnings": ("of", "limit"), "map": ("metric", "of"), "steps": (), "late": ("limit",), "sensors": (), "alarms": ("limit",),
}  # fmt: skip
"""Every kind of block and what can be said of it besides its title."""
OPTIONAL = ("limit", "of")
RISK = "risk"
"""On the map in place of a metric: what is expected of the next 7 days."""
ALLOWED = {"by": ("area", "category"), "metric": (*COUNTS, *RATES, RISK), "of": ("devices", "matters")}
ANSWERS = ("volume", "decisions", "on_time", "expected", "devices", "under_way")
"""The sentences that may stand beside the question: `answers.py` makes them."""
MOST_OVERDUE = "most overdue"
"""In place of an area's code or name: the town with most cases past due."""


class SceneError(ZhiliError):
    """A scene that makes no sense; one line: file, what, what to do."""


@dataclass(frozen=True)
class Block:
    """One part of a scene: its kind, its title in both languages, and its options."""

    kind: str
    title: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """What the wall shows at a time: one question, a map or the like in the middle, blocks on both sides.

    `answer` names the sentence that answers it, empty for none; `area` the code or name of the area it is of, empty for all.
    Two are the same if their names and their files' contents are.
    """

    key: str
    digest: str
    order: int = field(compare=False)
    seconds: int = field(compare=False)
    period: str = field(compare=False)
    name: dict[str, str] = field(compare=False)
    question: dict[str, str] = field(compare=False)
    answer: str = field(compare=False)
    area: str = field(compare=False)
    left: tuple[Block, ...] = field(compare=False)
    middle: Block = field(compare=False)
    right: tuple[Block, ...] = field(compare=False)

    @property
    def blocks(self) -> dict[str, Block]:
        """By the name of their place: left-0, middle, right-0."""
        found = {f"{side}-{n}": block for side in SIDES for n, block in enumerate(getattr(self, side))}
        return found | {"middle": self.middle}


def scenes() -> tuple[list[Scene], list[str]]:
    """All scenes in their order, and a line for each file that makes no sense."""
    files = {path.stem: path for folder in _folders() for path in sorted(folder.glob("*.toml"))}
    found: list[Scene] = []
    wrong: list[str] = []
    for path in files.values():
        try:
            found.append(scene(path))
        except SceneError as error:
            wrong.append(str(error))
    return sorted(found, key=lambda one: (one.order, one.key)), wrong


def _folders() -> list[Path]:
    return [REFERENCE / "scenes", settings().home / "scenes"]


def scene(path: Path) -> Scene:
    """The scene of a file; `SceneError` in one line."""
    try:
        body = path.read_text(encoding="utf-8")
        read = tomllib.loads(body)
    except (OSError, ValueError) as error:
        raise SceneError(f"scenes/{path.name}: {' '.join(str(error).split())}. Mend the file.") from None
    about = _About(path)
    about.only(
        read, ("order", "seconds", "period", "name", "question", "answer", "area", "middle", *SIDES), "the scene"
    )
    sides = {
        side: tuple(about.block(one, f"{side} {n + 1}") for n, one in enumerate(about.rows(read, side)))
        for side in SIDES
    }
    return Scene(
        key=path.stem, digest=hashlib.sha256(body.encode()).hexdigest(), order=about.whole(read.get("order", 100), (0, 10_000), "order"),
        seconds=about.whole(read.get("seconds", 20), SECONDS, "seconds"), period=about.among(read.get("period", "30d"), PERIODS[:-1], "period"),
        name=about.words(read.get("name"), "name"), question=about.words(read.get("question"), "question"),
        answer=about.among(read.get("answer", ""), ("", *ANSWERS), "answer"), area=about.text(read.get("area", ""), "area"),
        middle=about.block(read.get("middle"), "middle"), **sides,
    )  # fmt: skip


@dataclass(frozen=True)
class _About:
    """Checks the parts of one file, and names what is wrong."""

    path: Path

    def fail(self, what: str) -> SceneError:
        return SceneError(f"scenes/{self.path.name}: {what}")

    def only(self, found: dict[str, Any], known: tuple[str, ...], where: str) -> None:
        if odd := [name for name in found if name not in known]:
            raise self.fail(f"{where} does not know {odd[0]!r} (have: {', '.join(known)}).")

    def rows(self, found: dict[str, Any], side: str) -> list[Any]:
        rows = found.get(side, [])
        if not isinstance(rows, list):
            raise self.fail(f"{side}: write each block under [[{side}]].")
        return rows

    def words(self, found: object, where: str) -> dict[str, str]:
        if not isinstance(found, dict) or any(
            not isinstance(found.get(lang), str) or not found[lang] for lang in ("zh", "en")
        ):
            raise self.fail(f'{where}: say it in both languages, {{ zh = "…", en = "…" }}.')
        return {lang: found[lang] for lang in ("zh", "en")}

    def text(self, found: object, where: str) -> str:
        if not isinstance(found, str) or len(found) > 100:
            raise self.fail(f"{where}: give a text.")
        return found

    def whole(self, found: object, span: tuple[int, int], where: str) -> int:
        if not isinstance(found, int) or isinstance(found, bool) or not span[0] <= found <= span[1]:
            raise self.fail(f"{where}: give a whole number from {span[0]} to {span[1]}.")
        return found

    def among(self, found: object, known: tuple[str, ...], where: str) -> str:
        if found not in known:
            raise self.fail(f"{where}: {found!r} is none of {', '.join(known)}.")
        return str(found)

    def block(self, found: object, where: str) -> Block:
        if not isinstance(found, dict):
            raise self.fail(f"{where}: there is no block.")
        kind = self.among(found.get("kind"), tuple(OPTIONS), f"{where}, kind")
        self.only(found, ("kind", "title", *OPTIONS[kind]), where)
        options = {name: self.option(name, found[name], f"{where}, {name}") for name in OPTIONS[kind] if name in found}
        if missing := [name for name in OPTIONS[kind] if name not in found and name not in OPTIONAL]:
            raise self.fail(f"{where}: a block of kind {kind} needs {missing[0]}.")
        return Block(kind, self.words(found.get("title"), f"{where}, title"), options)

    def option(self, name: str, found: object, where: str) -> object:
        if name == "limit":
            return self.whole(found, LIMIT, where)
        if name == "metrics":
            if not isinstance(found, list) or not 1 <= len(found) <= 6:
                raise self.fail(f"{where}: name one to six metrics.")
            return tuple(self.among(one, tuple(METRICS), where) for one in found)
        return self.among(found, ALLOWED[name], where)
