from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.served import HARD_MONTH, ONE_WEEK, serve


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The service with one branch; tests only read."""
    return serve(tmp_path_factory.mktemp("api"), HARD_MONTH)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def two_branches(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return serve(tmp_path_factory.mktemp("two"), HARD_MONTH, ONE_WEEK)


@pytest.fixture(scope="session")
def no_branch(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return serve(tmp_path_factory.mktemp("none"))


@pytest.fixture(scope="session")
def no_tables(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A data folder that nothing has been written to."""
    from service.app import create_app
    from service.config import Config

    data: Path = tmp_path_factory.mktemp("fresh")
    return create_app(Config(data=data, testing=True))
