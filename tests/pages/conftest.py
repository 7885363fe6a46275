"""The whole app on the small district, in a home of its own, asked without a browser."""

import os
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from settings import settings
from tests import small


@pytest.fixture(scope="package")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    before = os.environ.get("ZHILI_HOME")
    os.environ["ZHILI_HOME"] = str(tmp_path_factory.mktemp("pages") / "home")
    settings.cache_clear()
    small.build()
    from app import build_server

    yield build_server().test_client()
    if before is None:
        del os.environ["ZHILI_HOME"]
    else:
        os.environ["ZHILI_HOME"] = before
    settings.cache_clear()
