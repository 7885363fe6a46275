"""The staffing standard of a grid's team, 2+1+N+X: which posts a full team has (`data/reference/staffing.toml`)."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from settings import REFERENCE
from warehouse.errors import ZhiliError

ROLES = ("grid_chief", "grid_worker", "grid_police", "part_time_worker", "social_force")


class StaffingError(ZhiliError):
    """The staffing standard cannot be read."""


@dataclass(frozen=True)
class Standard:
    """The staffing standard: its name, and the posts of each role that a full team has at least."""

    name: str
    posts: tuple[tuple[str, int], ...]


@lru_cache(maxsize=4)
def standard(path: Path = REFERENCE / "staffing.toml") -> Standard:
    """The standard in `path`; `StaffingError` if the file says something else."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        name, asked = str(read["name"]), dict(read["at_least"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise StaffingError(f"{path}: needs a name and [at_least] with posts by role ({error}).") from error
    wrong = [role for role, count in asked.items() if role not in ROLES or not isinstance(count, int) or count < 0]
    if wrong:
        raise StaffingError(f"{path}: {wrong[0]} must be one of {', '.join(ROLES)} with a whole number of posts.")
    return Standard(name, tuple((role, asked.get(role, 0)) for role in ROLES))
