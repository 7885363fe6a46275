"""The real web process with one question that never ends: what the overview's trend asks of a town."""

from flask import Flask

from analytics import overview
from analytics.answers import question

ENDLESS = "select count(*) from range(100000) a, range(100000) b, range(100000) c where a.range + b.range < c.range"


@question
def _never(cursor, _view):
    return cursor.execute(ENDLESS).fetchone()


def build_server() -> Flask:
    """The server, in which asking for a town never ends."""
    plain = overview.daily
    overview.daily = lambda view: _never(view) if view.area_level == "town" else plain(view)
    from app import build_server

    return build_server()
