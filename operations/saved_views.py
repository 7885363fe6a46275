"""Views that people gave a name: which there are, and how one is kept, renamed or deleted."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from operations.errors import BadViewError, NameTakenError, NotThereError
from operations.store import session
from operations.tables import HIGHEST_ID, LONGEST_NAME, LONGEST_QUERY, SavedViewRow

PAGES = ("/", "/map", "/timeliness", "/explore", "/data")
KEYS = (
    "area",
    "period",
    "from",
    "to",
    "category",
    "department",
    "channel",
    "source",
    "as_of",
    "metric",
    "layers",
    "sel",
)
"""What of an address makes a view. Language and theme belong to who looks, not to the view."""
NOT_KEPT = ("lang", "theme")
MOST_VIEWS = 500
"""Of all pages; a list that nobody can read through any more helps nobody, and a store must not be filled by asking."""


@dataclass(frozen=True)
class SavedView:
    """One saved view; `link` leads to it on this site."""

    id: int
    name: str
    page: str
    query: str
    created_at: datetime
    updated_at: datetime
    created_by: str | None = None

    @property
    def link(self) -> str:
        """Path and query, never another host."""
        return f"{self.page}?{self.query}" if self.query else self.page


def saved_views(page: str) -> list[SavedView]:
    """The saved views of a page, by name."""
    with session() as store:
        rows = store.scalars(select(SavedViewRow).where(SavedViewRow.page == page).order_by(SavedViewRow.name))
        return [_view(row) for row in rows]


def saved(page: str, name: str, query: str, created_by: str | None = None) -> SavedView:
    """The view that has now been saved. `NameTakenError`, `BadViewError`."""
    if page not in PAGES:
        raise BadViewError("page", f"There is no page {page[:40]!r} whose views can be saved.")
    row = SavedViewRow(page=page, name=checked_name(name), query=checked_query(query), created_by=created_by)
    with session() as store:
        _check_room(store)
        store.add(row)
        _settle(store, row.name)
        return _view(row)


def renamed(id: int, name: str) -> SavedView:
    """The view under its new name. `NameTakenError`, `BadViewError`, `NotThereError`."""
    clean = checked_name(name)
    with session() as store:
        row = _there(store, id)
        row.name = clean
        _settle(store, clean)
        return _view(row)


def deleted(id: int) -> SavedView:
    """The view that is no more. `NotThereError`."""
    with session() as store:
        row = _there(store, id)
        store.delete(row)
        return _view(row)


def checked_name(name: str) -> str:
    """The name without needless blanks; `BadViewError` if it is empty, too long or holds what nobody can see."""
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not clean:
        raise BadViewError("name_empty", "A saved view needs a name.")
    if len(clean) > LONGEST_NAME:
        raise BadViewError("name_long", f"A name has at most {LONGEST_NAME} characters; this one has {len(clean)}.")
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co") for sign in clean):
        raise BadViewError("name_signs", "A name holds only characters that can be seen.")
    return clean


def checked_query(query: str) -> str:
    """The query of a link within this site, written in one way; `BadViewError` if it is anything else."""
    text = query.removeprefix("?")
    if len(text) > LONGEST_QUERY:
        raise BadViewError("query_long", f"The link is longer than {LONGEST_QUERY} characters; choose fewer things.")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict")
    except ValueError as error:
        raise BadViewError("query", "This is not the query of a link to one of our pages.") from error
    return _written([pair for pair in pairs if pair[0] not in NOT_KEPT])


def _written(pairs: list[tuple[str, str]]) -> str:
    given = dict(pairs)
    unknown = sorted(set(given) - set(KEYS))
    if unknown:
        raise BadViewError("query", f"A saved view knows no {unknown[0][:40]!r} (it knows: {', '.join(KEYS)}).")
    if len(given) < len(pairs) or any(not value.isprintable() for value in given.values()):
        raise BadViewError("query", "Each part of the link is given once, in characters that can be seen.")
    written = urlencode([(key, given[key]) for key in KEYS if given.get(key)])
    if len(written) > LONGEST_QUERY:
        raise BadViewError("query_long", f"The link is longer than {LONGEST_QUERY} characters; choose fewer things.")
    return written


def _check_room(store: Session) -> None:
    kept = store.scalar(select(func.count()).select_from(SavedViewRow)) or 0
    if kept >= MOST_VIEWS:
        raise BadViewError(
            "too_many", f"{kept} views are saved, and no more than {MOST_VIEWS} can be. Delete one first."
        )


def _there(store: Session, id: int) -> SavedViewRow:
    row = store.get(SavedViewRow, id) if 0 < id <= HIGHEST_ID else None
    if row is None:
        raise NotThereError("This saved view has been deleted meanwhile.")
    return row


def _settle(store: Session, name: str) -> None:
    try:
        store.flush()
    except IntegrityError as error:
        raise NameTakenError(f"There is already a saved view {name!r} for this page. Choose another name.") from error


def _view(row: SavedViewRow) -> SavedView:
    return SavedView(row.id, row.name, row.page, row.query, row.created_at, row.updated_at, row.created_by)
