"""The one demo that all tests of the demo look at: making a district takes as long as all their looks together."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

SIZE: dict[str, Any] = {"days": 45, "incidents": 4000, "readings": 12_000, "seed": 3, "until": date(2026, 10, 12)}


@dataclass(frozen=True)
class MadeDemo:
    """Where it lies, what `make` gave back, and which steps it told of."""

    folder: Path
    truth: dict[str, Any]
    told: list[tuple[str, int, int]] = field(default_factory=list)
