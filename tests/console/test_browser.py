"""The pages in a real Chromium: accessible, readable at any size, without any inline code."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
BUILT = ROOT / "service" / "console" / "static" / "base.css"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PERIOD = "since=2026-03-12&until=2026-04-12"
PAGES = ["/", f"/?{PERIOD}&rank=bundled", "/?since=x&title=y", "/nothing", "/api/v1/problems"]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address(month: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, month, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    if not (BUILT.is_file() and AXE.is_file()):
        pytest.fail("npm ci --ignore-scripts && npm run build (scripts/test does it)", False)


@pytest.fixture
def see(browser: Browser, address: str) -> Iterator[Open]:
    """Open a page; what the console of the browser says is kept in `page.said`."""
    contexts = []

    def see(path: str, width: int = 1366, height: int = 900, **options: Any) -> Page:
        viewport: Any = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, **{"locale": "zh-CN", **options})
        contexts.append(context)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address + path)
        page.said = said  # type: ignore[attr-defined]
        return page

    yield see
    for context in contexts:
        context.close()


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(see: Open, path: str) -> None:
    page = see(path, bypass_csp=True)
    page.add_script_tag(path=AXE)
    for width, scheme in ((360, "light"), (1366, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("(tags) => axe.run({runOnly: tags})", RULES)["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_screen(see: Open, path: str, language: str) -> None:
    """At any width, and with text of twice the size."""
    page = see(path, locale=language, bypass_csp=True)
    for size in ("100%", "200%"):
        page.add_style_tag(content=f"html {{ font-size: {size} }}")
        for width in (320, 360, 683, 820, 1024, 1366, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            assert width_of(page) <= width, (size, width)


def test_the_page_is_whole_without_javascript(see: Open) -> None:
    page = see(f"/?{PERIOD}", java_script_enabled=False)
    assert page.locator("table").count() == 3
    assert page.locator("svg.bar").count() > 0
    page.select_option("#title", "2-371")
    page.fill("#since", "2026-03-01")
    page.click("button[type=submit]")
    page.wait_for_url("**title=2-371*")
    assert page.input_value("#since") == "2026-03-01"


def test_everything_can_be_reached_by_keyboard(see: Open) -> None:
    page = see(f"/?{PERIOD}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {"since", "until", "title"} <= reached


def test_nothing_of_ours_breaks_the_policy(see: Open) -> None:
    for path in (f"/?{PERIOD}", "/api/v1/problems"):
        assert see(path).said == []  # type: ignore[attr-defined]


def test_the_api_can_be_browsed_and_tried_under_the_policy(see: Open) -> None:
    page = see("/api/v1/docs", locale="en-GB")
    page.get_by_text("/api/v1/rates", exact=True).click()
    page.get_by_role("button", name="Execute").wait_for()
    page.locator("tr[data-param-name=by] select").select_option("title")
    page.get_by_role("button", name="Execute").click()
    answer = page.locator(".live-responses-table tbody .response-col_status")
    answer.wait_for()
    assert answer.inner_text().startswith("200")
    assert page.said == []  # type: ignore[attr-defined]


def test_it_prints_without_its_controls(see: Open) -> None:
    page = see(f"/?{PERIOD}")
    page.emulate_media(media="print")
    assert not page.locator("form.filters").is_visible()
    assert page.locator("table").first.is_visible()
