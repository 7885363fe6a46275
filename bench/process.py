"""Programs run as processes of their own, timed and weighed."""

import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


class BenchError(Exception):
    """What was measured did not do its work, so its time says nothing."""


@dataclass(frozen=True)
class Ran:
    """One process that did its work."""

    seconds: float
    peak_mib: float
    output: str


def python(*arguments: str, home: Path | None = None) -> Ran:
    """Run this Python with `arguments`, in the home of that name; what it prints is kept."""
    environment = {**os.environ, **({"ZHILI_HOME": str(home)} if home else {})}
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as told:
        actions = [(os.POSIX_SPAWN_DUP2, printed.fileno(), 1), (os.POSIX_SPAWN_DUP2, told.fileno(), 2)]
        started = time.perf_counter()
        process = os.posix_spawn(sys.executable, [sys.executable, *arguments], environment, file_actions=actions)
        _, status, usage = os.wait4(process, 0)
        seconds = time.perf_counter() - started
        printed.seek(0)
        told.seek(0)
        if status:
            raise BenchError(f"{' '.join(arguments)[:200]} failed: {told.read().decode(errors='replace')[-2000:]}")
        return Ran(seconds, usage.ru_maxrss / 1024, printed.read().decode())


def demo_home(folder: Path, given: Path | None) -> Path:
    """A copy of the home given, or a new one with the demo district."""
    home = folder / "home"
    if given:
        shutil.copytree(given, home)
        return home
    for command in (["demo", "--out", str(folder / "demo")], ["load", str(folder / "demo")]):
        python("-m", "etl", *command, home=home)
    return home


def ask(home: Path, question: str) -> list[dict]:
    """The warehouse's answer, asked by its own command."""
    return json.loads(python("-m", "warehouse", "sql", question, "--format", "json", home=home).output)
