"""A whole round in real Chromium, mostly without a network: nothing is missing, nothing doubled."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.film import END, PAUSE, Shot, round_of, shoot
from tests.browser.phone import Phone
from tests.browser.station import ROUTE, Station, newer_build
from tests.photos.labels import drawn_label

SCANNED = """
    SELECT point_code, title_code, i.issue_date AS day, i.copies
    FROM scans s JOIN scan_items i ON i.scan_id = s.id JOIN points p ON p.id = s.point_id
    JOIN titles t ON t.id = i.title_id LEFT JOIN scan_voids v ON v.scan_id = s.id
    WHERE s.event IS NOT NULL AND v.scan_id IS NULL
"""
Issues = Counter[tuple[str, str, str]]  # copies by point, title, day


def test_what_a_round_recorded_offline_is_in_the_facts_once(
    service: Station, phone: Phone, today: date, tmp_path: Path
) -> None:
    plan = enrolled_by_camera(service, phone, tmp_path)
    owed = owed_until(plan, today)
    points = list(service.labels())
    half = len(points) // 2

    # Another release is there: it is loaded, and waits.
    shots = round_of(service.labels().values())
    cut = 2 + 2 * half
    first = shoot(tmp_path / "first.mjpeg", [*shots[:cut], END])
    second = shoot(tmp_path / "second.mjpeg", [*shots[:2], *shots[cut:]])
    service.publish(newer_build(tmp_path / "newer"))
    page = phone.open(service.app, first)
    expect(page.get_by_test_id("update")).to_be_visible()

    service.stop()
    assert phone.context is not None
    phone.context.set_offline(True)
    page.goto(f"{service.app}#/scan/{ROUTE}/{today}")
    wait_for_scans(page, half)
    page.goto(f"{service.app}#/today")
    expect(page.get_by_test_id("badge")).to_contain_text(str(half))
    page.reload()
    expect(page.get_by_test_id("badge")).to_contain_text(str(half))
    before = version(page)
    with page.expect_navigation():
        page.get_by_test_id("update-now").click()
    expect(page.get_by_test_id("badge")).to_contain_text(str(half))
    assert version(page) != before
    phone.close()

    # Killed, started anew without a network: the rest of the round.
    page = phone.open(f"{service.app}#/scan/{ROUTE}/{today}", second)
    wait_for_scans(page, len(points))
    page.goto(f"{service.app}#/queue")
    expect(page.get_by_test_id("queue-count")).to_contain_text(str(len(points)))

    service.start()
    expect(page.get_by_test_id("queue-count")).to_have_class(re.compile("note-good"))
    expected = Counter({key: copies for key, copies in owed.items() if key[0] in points})
    assert recorded(service) == expected
    # And so say the published figures: nothing of these ten days is missing on this round.
    rates = {row["key"]: row for row in service.rates("point", today - timedelta(days=9), today)}
    for point in points:
        assert rates[point]["delivered"] == rates[point]["expected"] > 0, point
        assert rates[point]["surplus"] == 0, point
    assert "0 differences" in service.jianbao("check")
    assert phone.said == []


def enrolled_by_camera(service: Station, phone: Phone, folder: Path) -> dict[str, Any]:
    """Scan the manager's QR code, see the day's round; return the plan that the phone got."""
    code = replace(Shot(None), label=drawn_label(service.enrolment()), seconds=3)
    page = phone.open(
        f"{service.address}/api/v1/clock", shoot(folder / "enrol.mjpeg", [PAUSE, code])
    )
    plans: list[dict[str, Any]] = []
    page.on(
        "response",
        lambda answer: (
            plans.append(answer.json())
            if "/day-plan" in answer.url and answer.status == 200
            else None
        ),
    )
    page.goto(service.app)
    page.get_by_test_id("enrol-scan").click()
    page.get_by_test_id("go").click()
    expect(page.get_by_test_id("round").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    return plans[0]


def owed_until(plan: dict[str, Any], day: date) -> Issues:
    assert [each["route"] for each in plan["rounds"] if each["date"] == day.isoformat()] == [ROUTE]
    return Counter(
        {
            (each["point"], each["title"], each["date"]): each["copies"]
            for each in plan["owed"]
            if each["date"] <= day.isoformat()
        }
    )


def wait_for_scans(page: Page, number: int) -> None:
    expect(page.get_by_test_id("progress")).to_have_text(re.compile(rf"^{number}\s*/"))


def version(page: Page) -> str:
    return str(page.evaluate("document.querySelector('script[src]').src"))


def recorded(service: Station) -> Issues:
    found: Issues = Counter()
    for row in service.rows(SCANNED):
        day = date(1970, 1, 1) + timedelta(days=row.day)
        found[row.point_code, row.title_code, day.isoformat()] += row.copies
    return found
