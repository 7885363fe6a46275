"""Every page there is, and what each of them has to be for everybody."""

PAGES = (
    "/",
    "/warnings",
    "/risk",
    "/map",
    "/timeliness",
    "/explore",
    "/data",
    "/reports",
    "/help",
    "/wall?play=0",
    "/no-such-page",
)
"""The wall standing still, and one that is not there."""


def with_query(path: str, query: str) -> str:
    """The path with one thing more asked for."""
    return f"{path}{'&' if '?' in path else '?'}{query}"
