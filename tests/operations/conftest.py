"""A store with its tables, in a home of its own."""

from pathlib import Path

import pytest

from operations.migrate import bring_up_to_date


@pytest.fixture
def store(home: Path) -> Path:
    """The empty store of an empty home."""
    bring_up_to_date()
    return home / "operations.sqlite"
