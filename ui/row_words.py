"""What the columns and codes of rows are called, on screen and in files."""

from collections.abc import Mapping, Sequence

from ui.words import Speaker, all_words

GROUPS = {
    "channel": "channel", "status": "incident_status", "settled_level": "level",
    "due_state": "due_state", "satisfaction": "satisfaction",
}  # fmt: skip
"""Columns whose codes have words of ours, and under which name those are."""


def header(say: Speaker, column: str) -> str:
    """What a column is called."""
    return say(f"explore_rows.{'row_title' if column == 'title' else column}")


def headers(say: Speaker, columns: Sequence[str]) -> dict[str, str]:
    """What each of the columns is called."""
    return {column: header(say, column) for column in columns}


def terms(lang: str, sources: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """What the codes of each column are called; what is not in it is shown as it is."""
    known: dict[str, dict[str, str]] = {"source": {code: names[lang] for code, names in sources.items()}}
    for column, group in GROUPS.items():
        known[column] = {
            key.removeprefix(f"{group}."): texts[lang]
            for key, texts in all_words().items()
            if key.startswith(f"{group}.")
        }
    return known
