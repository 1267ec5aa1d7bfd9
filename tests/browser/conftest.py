"""A station with its service, and phones."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from tests.browser.phone import FOREVER, Phone
from tests.browser.station import SHANGHAI, WORKSPACE, Station, station


@pytest.fixture(scope="session")
def today() -> date:
    """The day of the round, where the district is."""
    return datetime.now(SHANGHAI).date()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, today: date) -> Iterator[Station]:
    if not (WORKSPACE / "dist" / "sw.js").is_file():
        pytest.fail("npm ci --ignore-scripts && npm run build (scripts/test does it)", False)
    with station(tmp_path_factory.mktemp("station"), today) as made:
        yield made


@pytest.fixture(scope="module")
def service(served: Station) -> Station:
    """The one station of all tests; they keep apart by their routes."""
    if served.process is None:
        served.start()
    return served


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=FOREVER)
    with sync_playwright() as started:
        yield started


@pytest.fixture
def new_phone(
    playwright: Playwright, chromium_path: Path, tmp_path: Path
) -> Iterator[Callable[[], Phone]]:
    with ExitStack() as stack:
        made: list[Phone] = []

        def phone() -> Phone:
            phone = Phone(playwright, chromium_path, tmp_path / f"profile-{len(made)}")
            made.append(phone)
            stack.callback(phone.close)
            return phone

        yield phone


@pytest.fixture
def phone(new_phone: Callable[[], Phone]) -> Phone:
    return new_phone()
