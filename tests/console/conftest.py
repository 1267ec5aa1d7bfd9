import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.served import HARD_MONTH, ONE_WEEK, serve


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return serve(tmp_path_factory.mktemp("week"), ONE_WEEK)


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return serve(tmp_path_factory.mktemp("month"), HARD_MONTH)


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return serve(tmp_path_factory.mktemp("both"), HARD_MONTH, ONE_WEEK)


@pytest.fixture
def client(month: Flask) -> FlaskClient:
    return month.test_client()
