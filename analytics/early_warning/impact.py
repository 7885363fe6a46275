"""How bad may it get: 0 an everyday matter, 1 safety or order may suffer, 2 life or limb (`data/reference/warning_impact.toml`)."""

import tomllib
from functools import lru_cache
from typing import Any

from settings import REFERENCE

IMPACT_FILE = REFERENCE / "warning_impact.toml"


def impact_of_category(path: str) -> int:
    """That of the longest written path that holds this one; 0 where none does."""
    written = _written()["category"]
    held = [key for key in written if path == key or path.startswith(key + "/")]
    return int(written[max(held, key=len)]["impact"]) if held else 0


def impact_of_device(kind: str) -> int:
    """That of a kind of sensor, or of `camera`."""
    return int(_written()["device"].get(kind, {"impact": 0})["impact"])


@lru_cache(maxsize=1)
def _written() -> dict[str, dict[str, dict[str, Any]]]:
    return tomllib.loads(IMPACT_FILE.read_text(encoding="utf-8"))
