"""The interface on the small district, in a home of its own."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.routes import serve_api
from tests import small
from tests.homes import living_in


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with living_in(tmp_path_factory.mktemp("api") / "home"):
        small.build()
        flask = Flask("api")
        serve_api(flask)
        yield flask


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()
