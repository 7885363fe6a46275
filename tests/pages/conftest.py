"""The whole app on the small district, in a home of its own, asked without a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import small
from tests.homes import living_in


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Flask]:
    """The home and the server. One for the process: Dash hands what pages register to the first app that is built in it."""
    with living_in(tmp_path_factory.mktemp("pages") / "home") as home:
        small.build()
        from app import build_server

        return home, build_server()


@pytest.fixture(scope="package")
def client(served: tuple[Path, Flask]) -> Iterator[FlaskClient]:
    home, server = served
    with living_in(home):
        yield server.test_client()
