"""Promises about the project itself: what is described is what is there."""

import subprocess
import sys
import tomllib

import pytest

from analytics.metrics import describe
from clock import describe as rules
from settings import ROOT, Settings
from warehouse import tables


def tracked_folders() -> set[str]:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return {name.split("/")[0] for name in files if name.endswith(".py") and "/" in name}


def test_every_room_is_covered_by_the_import_contracts():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert tracked_folders() - set(config["root_packages"]) <= {"tests", "bench"}
    layers = " | ".join(next(c for c in config["contracts"] if c["type"] == "layers")["layers"])
    for room in config["root_packages"]:
        assert room in layers.split(" | "), f"{room} has no place in the layers"


def test_the_generated_description_of_the_tables_is_up_to_date():
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == tables.markdown(), "run: make docs"


def test_the_generated_description_of_the_metrics_is_up_to_date():
    assert (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8") == describe.markdown(), "run: make docs"


def test_the_generated_description_of_the_rules_of_early_warning_is_up_to_date():
    assert (ROOT / "docs" / "warning-rules.md").read_text(encoding="utf-8") == rules.markdown(), "run: make docs"


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_described_in_the_readers_guide(name: str):
    assert f"`{name}`" in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_importing_the_app_builds_nothing():
    code = "import sys, app; assert 'duckdb' not in sys.modules or not getattr(app, 'server', None)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_every_pin_is_exact():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and not line.startswith((" ", "#", "-"))]
        assert pins and all("==" in line for line in pins)
        assert not any("://" in line for line in lines)
