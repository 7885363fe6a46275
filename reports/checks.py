"""Fail closed: what must be so before a report is made. A report that goes out is whole, or none goes out and this says why."""

import shutil
from datetime import timedelta
from pathlib import Path

from analytics.freshness import Freshness, by_source
from analytics.view import View, local, start_of
from operations.report_span import Span
from reports.errors import ReportError

LEAST_FREE_BYTES = 200 * 2**20
NEEDED = "incidents"
LATE_HOURS = 2.0
"""A source that stopped so many hours before the day's end still covers the day."""


def check(span: Span, view: View) -> list[Freshness]:
    """The sources, if a report on these days can be made; `ReportError` in one line."""
    day = span.last
    if day >= local(view.now).date() + timedelta(days=1):
        raise ReportError(
            f"Nothing is known of {day} yet: data go until {local(view.now):%Y-%m-%d %H:%M}. Load the newest export, then try again."
        )
    end = start_of(day + timedelta(days=1))
    sources = by_source(view.as_of)
    for one in sources:
        if (
            one.kind == NEEDED
            and one.state == "stale"
            and (one.until is None or one.until < end - timedelta(hours=LATE_HOURS))
        ):
            since = (
                f"is stale since {local(one.since):%Y-%m-%d %H:%M} and does not cover {day}"
                if one.since
                else "has never sent anything"
            )
            raise ReportError(f"{one.label['zh']} ({one.source}) {since}. Whoever sends its export can mend it.")
    if view.now < end - timedelta(hours=LATE_HOURS):
        raise ReportError(
            f"The data of {day} are not whole: they go until {local(view.now):%Y-%m-%d %H:%M}. Load the rest of the day, then try again."
        )
    return sources


def check_disk(folder: Path) -> None:
    """`ReportError` where there is no room for whole files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise ReportError(
            f"{folder} cannot be written: {error.strerror}. Whoever runs this machine can mend it."
        ) from None
    if free < LEAST_FREE_BYTES:
        raise ReportError(f"{folder} has only {free / 2**20:.0f} MiB left. Whoever runs this machine can make room.")
