from pathlib import Path

import pytest

from tests.served import HARD_MONTH, ONE_WEEK, serve


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the hard month."""
    data = tmp_path_factory.mktemp("month")
    serve(data, HARD_MONTH)
    return data


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("both")
    serve(data, HARD_MONTH, ONE_WEEK)
    return data
