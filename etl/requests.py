"""What pages ask the clock process for: they cannot write, so they leave a request file, and find the outcome beside it."""

import json
import logging
import re
from datetime import UTC, datetime
from pathlib import Path

from etl.undo import undo
from settings import Settings
from warehouse.connect import writer
from warehouse.errors import WriterBusyError, ZhiliError

log = logging.getLogger("zhili.requests")
_NAME = re.compile(r"undo-(\d+)\.json")


def serve(site: Settings) -> list[str]:
    """Do what was asked for and say how it went; a request stays while another process writes."""
    folder = site.home / "requests"
    asked = sorted(path for path in folder.glob("undo-*.json") if _NAME.fullmatch(path.name)) if folder.exists() else []
    return [_serve(path, site) for path in asked]


def _serve(path: Path, site: Settings) -> str:
    try:
        load_id = _load_id(path)
        if not site.readers_may_undo:
            raise ZhiliError("Undo from the page is switched off (readers_may_undo). On the server: python -m etl undo")
        with writer(memory=site.load_memory) as connection:
            outcome = undo(connection, load_id, "网页 page")
    except WriterBusyError:
        raise
    except ZhiliError as error:
        outcome = str(error)
    _finish(path, outcome)
    log.info("%s", outcome)
    return outcome


def _load_id(path: Path) -> int:
    """The load that the request names, in its name and in its content alike."""
    named = _NAME.fullmatch(path.name)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ZhiliError(f"{path.name} cannot be read ({error}).") from error
    if named is None or not isinstance(content, dict) or content.get("undo") != int(named[1]):
        raise ZhiliError(f"{path.name} does not name its load.")
    return int(named[1])


def _finish(path: Path, outcome: str) -> None:
    """Leave the outcome beside the request, then take the request away."""
    content = {"outcome": outcome, "finished_at": datetime.now(UTC).isoformat(timespec="seconds")}
    result = path.with_name(f"{path.stem}.outcome.json")
    partial = result.with_suffix(".part")
    partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    partial.replace(result)
    path.unlink(missing_ok=True)
