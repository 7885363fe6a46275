"""Parts every room's tests share: a home of its own, and where the real exports are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.store import engine
from settings import ROOT, Settings, settings

REAL = ROOT.parent / "shared" / "real"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home for one test, and settings that point to it."""
    monkeypatch.setenv("ZHILI_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever finds the store of what people keep locked waits for two seconds only."""
    monkeypatch.setattr("operations.store.BUSY_SECONDS", 2)
    engine.cache_clear()
    yield
    engine.cache_clear()


@pytest.fixture
def site(home: Path) -> Settings:
    """The settings of the empty home."""
    return settings()


@pytest.fixture(scope="session")
def real() -> Path:
    """Folder of the real exports; the test is skipped where they are not."""
    if not REAL.exists():
        pytest.skip("the real exports are not here (../shared/real)")
    return REAL
