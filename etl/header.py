"""Whether the file's columns fit the profile, and which of them are wanted."""

import re
import unicodedata
from difflib import get_close_matches

from etl.profile import Profile, ProfileError
from warehouse.masking import masked_text

SHOWN = 12
_DATA = re.compile(r"\d{5}|\d[-/.:]\d")


def plain_name(name: str) -> str:
    """A column's name without the blanks and full-width signs that exports vary."""
    return "".join(unicodedata.normalize("NFKC", name).split()).strip("\ufeff")


class Header:
    """The columns one file has, once its header has been read: `columns` all of them, `wanted` those that are mapped."""

    def __init__(self, profile: Profile, file: str) -> None:
        self._profile, self._file = profile, file
        self.columns: list[str] = []
        self.wanted: list[str] = []
        self.named: dict[str, str] = {}  # the profile's name of a column → the name it is read under

    def take(self, names: list[str]) -> list[str]:
        """Note the file's column names; returns unique names to read them under. `ProfileError` if one is missing."""
        found: dict[str, str] = {}
        read_as = []
        for number, name in enumerate(names):
            plain = plain_name(name)
            unique = plain if plain and plain not in found else f"{plain}#{number + 1}"
            found[unique] = unique
            read_as.append(unique)
        self.columns = read_as
        self._fit(found)
        return read_as

    def _fit(self, found: dict[str, str]) -> None:
        theirs = [*self._profile.file.fill_down]
        for names in self._profile.columns.values():
            theirs += [names] if isinstance(names, str) else names
        missing = [name for name in dict.fromkeys(theirs) if plain_name(name) not in found]
        if missing:
            raise ProfileError(self._misfit(missing))
        self.named = {name: found[plain_name(name)] for name in theirs}
        self.wanted = list(dict.fromkeys(self.named.values()))

    def _misfit(self, missing: list[str]) -> str:
        names = [masked_text(name) for name in self.columns[:SHOWN]]
        have = "have: " + ", ".join(names) + ("…" if len(self.columns) > SHOWN else "")
        if any(_DATA.search(name) for name in self.columns):  # people's names and numbers are not for a message
            have = f"have: {len(self.columns)} cells that look like data, not like names"
        words = "', '".join(missing[:SHOWN])
        close = get_close_matches(plain_name(missing[0]), self.columns, n=1, cutoff=0.5)
        hint = f" Is '{close[0]}' meant?" if close else ""
        row = self._profile.file.header_row
        return f"{self._file}: row {row}: no column '{words}' ({have}).{hint} Fix [columns] in {self._profile.path}."
