"""A first draft of a profile for an export nobody has described yet: guessed from its name, columns and values."""

import json
import re
from pathlib import Path

import pyarrow as pa

from etl.guesses import KIND_COLUMNS, best_guess, kind_of
from etl.header import Header
from etl.load import READERS
from etl.masking import OF_PERSONS
from etl.profile import EXTRA_FIELDS, FILLED_BY_US, REFERRING, TABLE_OF_KIND, Profile
from etl.records import Batch, SourceError
from warehouse.masking import masked_text
from warehouse.tables import TABLES

FORMATS = {
    ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xls": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "geojson", ".geojson": "geojson", ".shp": "shapefile", ".parquet": "parquet",
}  # fmt: skip
MOST_TITLE_ROWS = 6
"""So many rows are tried for the one that holds the column names."""


def draft(file: Path) -> str:
    """The draft as TOML text, with what was seen in comments; `SourceError` if the file cannot be read at all."""
    if not file.is_file():
        raise SourceError(f"{file}: there is no such file.")
    form = _format(file)
    delimiter = _delimiter(file) if form == "csv" else ","
    row, columns, batch = _best_header(file, form, delimiter)
    kind = kind_of(form, columns, batch.rows)
    guesses = _whole_pairs(best_guess(kind, columns, batch.rows))
    return "\n".join(_lines(file, form, delimiter, row, kind, columns, guesses, batch.rows)) + "\n"


def _format(file: Path) -> str:
    endings = [ending.lower() for ending in file.suffixes if ending.lower() not in (".gz", ".zip")]
    if not endings or endings[-1] not in FORMATS:
        raise SourceError(f"{file.name}: '{file.suffix}' is not a known export format ({', '.join(FORMATS)}).")
    return FORMATS[endings[-1]]


def _delimiter(file: Path) -> str:
    from etl.containers import opened

    with opened(file) as stream:
        head = stream.read(1 << 16)
    counts = {sign: head.count(sign.encode()) for sign in (",", "\t", ";", "|")}
    return max(counts, key=lambda sign: counts[sign])


def _best_header(file: Path, form: str, delimiter: str) -> tuple[int, list[str], Batch]:
    """The row with the most named columns among the first few, and a batch read under it."""
    best: tuple[int, list[str], Batch] | None = None
    for row in range(1, MOST_TITLE_ROWS + 1 if form in ("csv", "xlsx") else 2):
        try:
            columns, batch = _look(file, form, delimiter, row)
        except SourceError:
            if best is None and row == 1:
                raise
            break
        if best is None or len(_named(columns)) > len(_named(best[1])):
            best = row, columns, batch
    if best is None:
        raise SourceError(f"{file.name}: no columns found.")
    return best


def _named(columns: list[str]) -> list[str]:
    return [name for name in columns if not re.fullmatch(r"#\d+", name) and not re.match(r"[\d.]+$", name)]


class _Everything(Header):
    """A header that wants every column there is."""

    def _fit(self, found: dict[str, str]) -> None:
        self.wanted = list(found)


def _look(file: Path, form: str, delimiter: str, row: int) -> tuple[list[str], Batch]:
    profile = Profile.model_validate(
        {
            "name": "draft", "kind": "incidents", "label": {"zh": "", "en": ""}, "match": file.name, "columns": {},
            "file": {"format": form, "header_row": row, "delimiter": delimiter},
        }
    )  # fmt: skip
    header = _Everything(profile, file.name)
    for batch in READERS[form](file, profile, header):
        if header.columns:
            return header.columns, batch
    raise SourceError(f"{file.name}: there is no row {row}.")


def _lines(
    file: Path, form: str, delimiter: str, row: int, kind: str, columns: list[str], guesses: dict[str, str], rows: pa.Table
) -> list[str]:  # fmt: skip
    used = set(guesses.values())
    return [
        f"# First draft, made by looking at {file.name}. Check every line, then save it in the folder of source profiles.",
        f'kind = "{kind}"',
        f"match = {_toml(_pattern(file))}",
        f"label = {{ zh = {_toml(file.stem)}, en = {_toml(file.stem)} }}",
        *_key(kind, guesses),
        "",
        "[file]",
        f'format = "{form}"',
        *([f"header_row = {row}"] if row > 1 else []),
        *([f"delimiter = {_toml(delimiter)}"] if delimiter != "," else []),
        "",
        *_refers(kind, guesses),
        "[place]",
        'crs = "WGS84"  # check: GCJ-02 (AMap), BD-09 (Baidu), CGCS2000, WGS84',
        "",
        "[columns]",
        *[f"{ours} = {_toml(theirs)}{_seen(rows, theirs)}" for ours, theirs in guesses.items()],
        *_due(kind, guesses),
        "# not used:",
        *[f"# ? = {_toml(name)}{_seen(rows, name)}" for name in columns if name not in used],
        f"# our columns: {', '.join(_ours(kind))}",
    ]


def _whole_pairs(guesses: dict[str, str]) -> dict[str, str]:
    """The guesses without half a pair of pauses, which no profile may name alone."""
    pair = {"paused_at", "resumed_at"}
    return guesses if pair <= set(guesses) else {ours: theirs for ours, theirs in guesses.items() if ours not in pair}


def _due(kind: str, guesses: dict[str, str]) -> list[str]:
    silent = kind == "incidents" and "due_at" not in guesses
    return ["# no due time found; [due] can say how it comes about: docs/own-exports.md"] if silent else []


def _pattern(file: Path) -> str:
    """The file's name with its numbers left open, so that next month's export is taken too."""
    return re.sub(r"\d+", "*", file.name)


def _key(kind: str, guesses: dict[str, str]) -> list[str]:
    key = [name for name in KIND_COLUMNS[kind].key if name in guesses]
    return [f"key = {json.dumps(key)}"] if key else ['# key = ["…"]  # our columns that make a row unique']


def _refers(kind: str, guesses: dict[str, str]) -> list[str]:
    usual = {ours: source for ours, source in REFERRING.get(kind, {}).items() if ours in guesses}
    lines = [f"{ours} = {_toml(source)}  # check: the source whose numbers these are" for ours, source in usual.items()]
    return ["[refers]", *lines, ""] if lines else []


def _ours(kind: str) -> list[str]:
    table = TABLES[TABLE_OF_KIND[kind]]
    return sorted((set(table.column_names) - FILLED_BY_US) | EXTRA_FIELDS.get(kind, set()))


def _seen(rows: pa.Table, name: str) -> str:
    """The first two values, so that the guess can be judged; none of people's names and numbers."""
    if OF_PERSONS.search(name):
        return ""
    values = [text for text in rows[name].slice(0, 50).to_pylist() if text and text.strip()][:2]
    shown = " | ".join(" ".join(masked_text(text).split())[:30] for text in values)
    return f"  # {shown}" if shown else ""


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
