"""A warehouse of its own for each real source, loaded by the command a person would type, once for all its tests."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from settings import ROOT


@dataclass(frozen=True)
class Site:
    """One home that real files were loaded into."""

    home: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of our commands in this home."""
        environment = {**os.environ, "ZHILI_HOME": str(self.home)}
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    def load(self, *files: Path) -> None:
        """Load files, in this order; the test fails with the command's own words if that fails."""
        done = self.run("etl", "load", *map(str, files), "--json")
        assert done.returncode == 0, done.stderr[-3000:]

    def ask(self, question: str) -> list[dict]:
        """Rows of the warehouse's answer."""
        done = self.run("warehouse", "sql", question, "--format", "json")
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    def one(self, question: str) -> dict:
        """The one row of an answer."""
        (row,) = self.ask(question)
        return row


@pytest.fixture(scope="module")
def loaded(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Site]:
    """Load the real files of these names into a new home."""

    def load(*names: str) -> Site:
        site = Site(tmp_path_factory.mktemp("real") / "home")
        for name in names:
            site.load(real / name)
        return site

    return load
