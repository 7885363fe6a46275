"""Risk maps as files of this home: the clock makes them, pages read them. One file a category and horizon, replaced as a whole."""

import hashlib
import io
import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from analytics.risk.hotspots import Kind
from analytics.risk.whole import Effort, Risk
from settings import settings
from warehouse.errors import ZhiliError

ARRAYS = ("x", "y", "expected", "low", "high", "weeks", "foretold")
PLAIN = ("category", "horizon", "total_low", "total_high", "over", "sway", "learnt_from", "moran", "chance")


class RiskFileError(ZhiliError):
    """A kept risk map cannot be written."""


def folder() -> Path:
    """Where they lie."""
    return settings().home / "risk"


def place(category: str, horizon: int) -> Path:
    """The file of a category ("" for all) and horizon; a name made of the category's, which may hold any sign."""
    name = hashlib.sha256(category.encode()).hexdigest()[:16] if category else "all"
    return folder() / f"{name}-{horizon}.npz"


def keep(risk: Risk) -> None:
    """Write it in place of the one before; who reads meanwhile reads that one whole. `RiskFileError` on a full disk."""
    about = {name: getattr(risk, name) for name in PLAIN}
    about |= {"last": risk.last.isoformat(), "grids": risk.grids, "kinds": risk.kinds}
    about |= {name: getattr(risk, name).to_dict("split", index=False) for name in ("hits", "calibration")}
    arrays = {name: getattr(risk, name).astype(np.float32) for name in ARRAYS}
    arrays |= {f"fact_{name}": values.astype(np.float32) for name, values in risk.facts.items()}
    body = io.BytesIO()
    np.savez_compressed(body, about=np.array(json.dumps(about, ensure_ascii=False)), **arrays)
    _put(place(risk.category, risk.horizon), body.getvalue())


def _put(file: Path, body: bytes) -> None:
    draft = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(body)
        draft.replace(file)
    except OSError as error:
        raise RiskFileError(f"{file}: {error.strerror}. Make room; the risk map is made again.") from error


def kept(category: str, horizon: int) -> Risk | None:
    """The newest one made, or None; a damaged file is none, and is made anew."""
    stamp = kept_at(category, horizon)
    return _read(place(category, horizon), stamp) if stamp else None


def kept_at(category: str, horizon: int) -> int:
    """When it was kept (ns): another time, another map. 0 where there is none."""
    try:
        return place(category, horizon).stat().st_mtime_ns
    except OSError:
        return 0


def categories_kept() -> list[str]:
    """The categories that have maps, the most frequent first, without the whole."""
    return [str(one) for one in _json("categories") or []]


def keep_categories(names: Iterable[str]) -> None:
    """Say which categories have maps or will have them soon."""
    _put_json("categories", list(names))


def kept_effort() -> Effort | None:
    """What is known of patrols; None where nothing is."""
    found = _json("effort")
    return Effort(tuple(found["grids"]), np.array(found["patrols"]), found["power"]) if found else None


def keep_effort(effort: Effort | None) -> None:
    """Keep it, or that none are known."""
    _put_json("effort", effort and {"grids": effort.grids, "patrols": effort.patrols.tolist(), "power": effort.power})


def _json(name: str) -> Any:
    try:
        return json.loads((folder() / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _put_json(name: str, content: object) -> None:
    _put(folder() / f"{name}.json", json.dumps(content, ensure_ascii=False).encode())


def forget_others(wanted: Iterable[tuple[str, int]]) -> None:
    """Remove the maps of categories that nobody makes any more."""
    mine = {place(*one) for one in wanted}
    for file in folder().glob("*.npz"):
        if file not in mine:
            file.unlink(missing_ok=True)


@lru_cache(maxsize=64)
def _read(file: Path, _stamp: int) -> Risk | None:
    try:
        with np.load(file, allow_pickle=False) as found:
            about = json.loads(str(found["about"]))
            return _risk(about, {name: found[name].astype(np.float64) for name in found.files if name != "about"})
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None  # damaged, or of an earlier version: made anew


def _risk(about: dict[str, Any], arrays: dict[str, Any]) -> Risk:
    frames: dict[str, Any] = {
        name: pd.DataFrame(about[name]["data"], columns=about[name]["columns"]) for name in ("hits", "calibration")
    }
    facts = {name.removeprefix("fact_"): values for name, values in arrays.items() if name.startswith("fact_")}
    return Risk(
        last=date.fromisoformat(about["last"]), grids=tuple(about["grids"]), kinds=cast(tuple[Kind, ...], tuple(about["kinds"])),
        facts=facts, **{name: about[name] for name in PLAIN}, **{name: arrays[name] for name in ARRAYS}, **frames,
    )  # fmt: skip
