"""The whole app on the small district, in a home of its own, asked without a browser."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests import small
from tests.homes import living_in


@pytest.fixture(scope="package")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with living_in(tmp_path_factory.mktemp("pages") / "home"):
        small.build()
        from app import build_server

        yield build_server().test_client()
