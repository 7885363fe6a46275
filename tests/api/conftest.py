"""The interface on the small district, in a home of its own."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.routes import serve_api
from settings import settings
from tests import small


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    before = os.environ.get("ZHILI_HOME")
    os.environ["ZHILI_HOME"] = str(tmp_path_factory.mktemp("api") / "home")
    settings.cache_clear()
    small.build()
    flask = Flask("api")
    serve_api(flask)
    yield flask
    os.environ.pop("ZHILI_HOME") if before is None else os.environ.update(ZHILI_HOME=before)
    settings.cache_clear()


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()
