"""The real web process in which the map's values of one period meet a fault that nobody foresaw."""

from functools import partial

from flask import Flask

from analytics import map_values


def _values(plain, view, metric):
    if view.period == "7d":
        raise KeyError("odd")
    return plain(view, metric)


def build_server() -> Flask:
    """The server; the last week fails."""
    map_values.values_by_area = partial(_values, map_values.values_by_area)
    from app import build_server

    return build_server()
