"""Every screen of the app: for everyone to use, on a small phone, in two languages.

JIANBAO_TEST_PICTURES names a folder in which to keep their pictures.
"""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.film import END, PAUSE, Shot, shoot
from tests.browser.phone import Phone
from tests.browser.station import Station

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROUTE, COURIER = "HY-02", "HY-02-C"
PICTURES = os.environ.get("JIANBAO_TEST_PICTURES")
LANGUAGES = ("zh-CN", "en-GB")


@pytest.fixture(scope="module")
def film(service: Station, tmp_path_factory: pytest.TempPathFactory) -> Path:
    label = next(iter(service.labels(ROUTE).values()))
    path = tmp_path_factory.mktemp("film") / "label.mjpeg"
    return shoot(path, [PAUSE, Shot(label, 30), END])


@pytest.fixture(scope="module", params=LANGUAGES)
def opened(
    request: pytest.FixtureRequest,
    service: Station,
    playwright: Playwright,
    chromium_path: Path,
    film: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Page]]:
    """An enrolled phone with its plan, in that language."""
    phone = Phone(playwright, chromium_path, tmp_path_factory.mktemp("profile"))
    page = phone.open(service.app, film, language=request.param, bypass_csp=True)
    looked_at(page, f"{request.param}-enrol")
    page.goto(service.enrolment(COURIER))
    page.get_by_test_id("enrolled").wait_for()
    looked_at(page, f"{request.param}-enrolled")
    page.get_by_test_id("go").click()
    page.get_by_test_id("round").first.wait_for()
    yield request.param, page
    assert phone.said == []
    phone.close()


def test_every_screen_can_be_used_by_everyone(
    opened: tuple[str, Page], service: Station, today: date
) -> None:
    language, page = opened
    point = next(iter(service.labels(ROUTE)))
    screens = {
        "today": "",
        "round": f"#/round/{ROUTE}/{today}",
        "stop": f"#/stop/{point}/{today}",
        "attempt": f"#/attempt/{point}",
        "attempt-where": "#/attempt",
        "code": "#/code",
        "finish": f"#/finish/{ROUTE}/{today}",
        "record": "#/record",
        "queue": "#/queue",
        "more": "#/more",
        "scan": f"#/scan/{ROUTE}/{today}",
    }
    for name, address in screens.items():
        page.goto(f"{service.app}{address}")
        page.get_by_role("heading").first.wait_for()
        if name == "scan":
            expect(page.get_by_test_id("card")).to_have_attribute("data-state", "recorded")
        if name == "record":
            page.get_by_test_id("route-record").first.wait_for()
        looked_at(page, f"{language}-{name}")


def looked_at(page: Page, name: str) -> None:
    """axe finds nothing by day and by night, nothing is wider than the screen."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => undefined)")
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}.png")
        found = page.evaluate("(tags) => axe.run({runOnly: tags})", RULES)["violations"]
        seen = [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
        assert seen == [], (name, scheme)
    for size in ("100%", "200%"):
        page.evaluate("(size) => { document.documentElement.style.fontSize = size }", size)
        for width in (320, 360):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, size)
    page.evaluate("() => { document.documentElement.style.fontSize = '' }")
