"""The managers' pages in a real Chromium: accessible, never too wide, no need for JavaScript."""

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect
from sqlalchemy import insert, select
from werkzeug.serving import make_server

from service.domain.tokens import new_token, token_hash
from service.extensions import db
from service.models import Installation
from service.models.engine import writing
from tests.access.conftest import NOW, PASSWORD, House

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONG_NAME = (
    "Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1.230804.001) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/126.0.6478.122 Mobile Safari/537.36"
)
PAGES = [
    "/login",
    "/couriers",
    "/phones",
    "/held",
    "/labels",
    "/queue-files",
    "/audit",
    "/password",
    "/couriers/{courier}/enrolment",
    "/phones/{phone}/revocation",
]


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.get_by_label("登录名").or_(page.get_by_label("Log-in name")).fill("manager")
    page.get_by_label("密码").or_(page.get_by_label("Password")).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_every_page_is_accessible_and_fits(
    browser: Browser, address: str, house: House, language: str
) -> None:
    context = browser.new_context(locale=language, bypass_csp=True)
    page = context.new_page()
    complaints: list[str] = []
    for path in PAGES:
        page.goto(address + path.format(**vars(house.own)))
        page.add_script_tag(path=AXE)
        for width, scheme in ((360, "light"), (1366, "dark")):
            page.set_viewport_size({"width": width, "height": 740})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found: list[Any] = page.evaluate("(tags) => axe.run({runOnly: tags})", RULES)[
                "violations"
            ]
            complaints += [f"{path} {width} {each['id']}" for each in found]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                complaints.append(f"{path} is wider than {width}")
        if path == "/login":
            log_in(page, address)
    context.close()
    assert complaints == []


def test_the_enter_key_in_a_reason_decides_nothing(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    log_in(page, address)
    page.goto(f"{address}/held")
    reason = page.get_by_label("Reason for setting aside").first
    page.locator("input[name=event]").first.check()
    reason.fill("a forgery")
    reason.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(
        "Nothing is decided yet: press one of the two buttons."
    )
    expect(reason).to_have_value("a forgery")
    context.close()


@pytest.fixture
def two_phones(house: House) -> None:
    """A courier's phones whose names are all that a browser says of itself."""
    with house.app.app_context(), writing(db.engine) as connection:
        mine = select(Installation.branch_id, Installation.courier_id)
        owner = connection.execute(mine.where(Installation.id == house.own.phone)).one()
        for waiting in (11, 22):
            phone = insert(Installation).values(
                branch_id=owner.branch_id,
                courier_id=owner.courier_id,
                installation_id=uuid.uuid4(),
                token_hash=token_hash(new_token()),
                device=f"{LONG_NAME} {waiting}",
                enrolled_at=NOW,
                waiting=waiting,
            )
            connection.execute(phone)


@pytest.mark.usefixtures("two_phones")
def test_what_is_said_of_a_phone_stands_beside_its_name(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    log_in(page, address)
    page.goto(f"{address}/couriers")
    for width in (360, 820, 1366):
        page.set_viewport_size({"width": width, "height": 740})
        ends = 0.0
        rows = page.get_by_role("row").filter(has_text=LONG_NAME).all()
        assert len(rows) == 2
        for row in rows:
            cells = row.get_by_role("cell").all()[:3]
            assert cells[0].inner_text().split()[-1] == cells[2].inner_text().split()[-1]
            boxes = [box_of(cell) for cell in cells]
            name, _, count = boxes
            assert name["y"] >= ends
            # Beside one another, or as a card: the name over the whole of it, figures below.
            assert count["y"] == name["y"] or count["y"] >= name["y"] + name["height"]
            assert name["width"] > 280
            ends = max(box["y"] + box["height"] for box in boxes)
    context.close()


def test_the_columns_of_the_audit_log_stand_below_their_headings(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": 1366, "height": 740})
    page = context.new_page()
    log_in(page, address)
    page.goto(f"{address}/audit")
    starts: list[list[float]] = page.evaluate(
        """() => [".grid thead tr", ".grid tbody tr"].map((row) =>
            [...document.querySelector(row).cells].map((cell) => {
                const text = document.createRange();
                text.selectNodeContents(cell);
                return text.getBoundingClientRect().left;
            }))"""
    )
    # The newest line, a log-in, has no more to it.
    assert starts[0][:4] == starts[1][:4]
    context.close()


def box_of(cell: Locator) -> FloatRect:
    box = cell.bounding_box()
    assert box is not None
    return box


def test_a_manager_without_javascript_enrols_revokes_and_logs_out(
    browser: Browser, address: str, house: House
) -> None:
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    log_in(page, address)
    page.get_by_role("link", name="Couriers").click()
    page.get_by_role("button", name="Enrol a phone").first.click()
    expect(page.get_by_role("img", name="QR code that enrols the phone")).to_be_visible()
    # Asked for in the other language, the page neither breaks nor makes another code.
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("button", name="生成登记码")).to_be_visible()
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Phones").click()
    page.wait_for_url("**/phones*")
    revoke = page.get_by_role("link", name="Revoke")
    before = revoke.count()
    revoke.first.click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(revoke).to_have_count(before - 1)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{address}/login")
    context.close()
    assert said == []
