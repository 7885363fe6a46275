"""Which area did the source write beside a record? Codes first, old ones translated, then names."""

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from etl.profile import Profile, ProfileError

LEVELS = ("grid", "community", "town")
_ENDINGS = re.compile(r"(社区居民委员会|村民委员会|居民委员会|社区居委会|村委会|居委会|社区|街道办事处|街道|镇|乡|村)$")


@dataclass(frozen=True)
class Found:
    """An area that was recorded: its code if we know it, how it was found, and what the source wrote."""

    area_id: str | None
    located_by: str
    recorded: str | None


def plain(text: str | None) -> str:
    """A name or code without blanks and full-width signs."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def short(name: str) -> str:
    """A name without the word for what it is: 东升社区居民委员会 and 东升社区 are 东升."""
    found = _ENDINGS.sub("", name)
    return found or name


def crosswalk(profile: Profile) -> dict[str, str]:
    """Old area codes and what they are now, as the profile's file says."""
    if profile.areas is None:
        return {}
    path = (profile.path.parent / profile.areas) if not profile.areas.is_absolute() else Path(profile.areas)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["old_code"].strip(): row["new_code"].strip() for row in csv.DictReader(file)}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise ProfileError(
            f"{profile.path}: areas = '{profile.areas}' is no CSV with the columns old_code, new_code ({error!r})."
        ) from error


class Gazetteer:
    """The areas of the map, to be found by code or name."""

    def __init__(self, areas: pd.DataFrame, old_codes: dict[str, str] | None = None) -> None:
        self._level = dict(zip(areas["area_id"], areas["level"], strict=True))
        self._town = dict(zip(areas["area_id"], areas["town_id"], strict=True))
        self._old = old_codes or {}
        self._old_lengths = sorted({len(code) for code in self._old}, reverse=True)
        self._named: dict[tuple[str, str], list[str]] = defaultdict(list)
        for code, level, name in zip(areas["area_id"], areas["level"], areas["name"], strict=True):
            for form in {plain(name), short(plain(name))}:
                self._named[level, form].append(code)

    def find(self, grid: str | None, community: str | None, town: str | None) -> Found:
        """The finest area that any of the three texts names: by code if one is a code, else by name."""
        texts = dict(zip(LEVELS, (plain(grid), plain(community), plain(town)), strict=True))
        texts = {level: self._now(text) for level, text in texts.items()}
        recorded = self._recorded(texts, (grid, community, town))
        for text in texts.values():
            if text in self._level:
                return Found(text, "code", recorded)
        for text in texts.values():
            if (known := self._known_prefix(text)) is not None:
                return Found(known, "code", recorded)
        town_id = self._by_name("town", texts["town"], None)
        for level in LEVELS:
            if (code := self._by_name(level, texts[level], town_id)) is not None:
                return Found(code, "name", recorded)
        return Found(None, "none", recorded)

    def is_grid(self, area_id: str | None) -> bool:
        """Whether this is the code of a grid."""
        return self._level.get(area_id) == "grid"

    def _now(self, text: str) -> str:
        """The present code for an old one, also of a finer area inside it."""
        for length in self._old_lengths if text.isdigit() else ():
            if text[:length] in self._old:
                return self._old[text[:length]] + text[length:]
        return text

    def _known_prefix(self, text: str) -> str | None:
        """The area above a well-formed code that is not on the map: its first 12, 9 or 6 digits."""
        if not (text.isdigit() and len(text) in (9, 12, 15)):
            return None
        return next(
            (text[:digits] for digits in (12, 9, 6) if digits < len(text) and text[:digits] in self._level), None
        )

    def _by_name(self, level: str, name: str, town_id: str | None) -> str | None:
        """The one area of that name, in the town if one is given; none if there are several."""
        if not name:
            return None
        for form in dict.fromkeys((name, short(name))):
            codes = [code for code in self._named.get((level, form), []) if town_id in (None, self._town.get(code))]
            if len(codes) == 1:
                return codes[0]
        return None

    @staticmethod
    def _recorded(texts: dict[str, str], written: tuple[str | None, ...]) -> str | None:
        """The code if there is one, as it is now; else the finest name, as it was written."""
        codes = [text for text in texts.values() if text.isdigit()]
        names = [" ".join(name.split()) for name in written if name and name.strip()]
        return next(iter(codes or names), None)
