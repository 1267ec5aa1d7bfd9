"""What befalls a courier: taps taken back, no labels, no permission, no storage, another phone."""

import io
import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.film import END, PAUSE, Shot, shoot
from tests.browser.phone import Phone
from tests.browser.station import Station
from tests.photos.labels import drawn_label

ROUTE, COURIER = "HY-01", "HY-01-C"
# Breaks the store as a full or failing disk does, while window.broken is set.
BREAKS = """
const put = IDBObjectStore.prototype.put, add = IDBObjectStore.prototype.add;
const failing = (real) => function (...given) {
  if (window.broken) throw new DOMException('no room', 'QuotaExceededError');
  return real.apply(this, given);
};
IDBObjectStore.prototype.put = failing(put);
IDBObjectStore.prototype.add = failing(add);
"""
SCANS = """
    SELECT s.scan_id, s.method, s.lat, v.scan_id IS NOT NULL AS undone,
      (SELECT sum(copies) FROM scan_items i WHERE i.scan_id = s.id) AS copies
    FROM scans s JOIN points p ON p.id = s.point_id LEFT JOIN scan_voids v ON v.scan_id = s.id
    WHERE s.event IS NOT NULL AND point_code = :point ORDER BY s.scanned_at, s.id
"""
EVENTS = "SELECT count(*) AS number FROM phone_events"


@pytest.fixture(scope="module")
def points(service: Station) -> list[str]:
    return list(service.labels(ROUTE))


@pytest.fixture
def film(service: Station, tmp_path: Path) -> Callable[..., Path]:
    """A film of the labels of those points."""

    def film(*points: str, seconds: float = 30) -> Path:
        labels = service.labels(ROUTE)
        shots = [shot for point in points for shot in (Shot(labels[point], seconds), PAUSE)]
        return shoot(tmp_path / f"{'-'.join(points)}.mjpeg", [PAUSE, *shots, END])

    return film


def enrolled(service: Station, phone: Phone, film: Path, **options: bool) -> Page:
    page = phone.open(service.enrolment(COURIER), film, **options)
    page.get_by_test_id("go").click()
    expect(page.get_by_test_id("round").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    return page


def offline(phone: Phone, yes: bool = True) -> None:
    assert phone.context is not None
    phone.context.set_offline(yes)


def at_the_camera(page: Page, service: Station, day: date) -> None:
    page.goto(f"{service.app}#/scan/{ROUTE}/{day}")


def card_is(page: Page, state: str) -> None:
    expect(page.get_by_test_id("card")).to_have_attribute("data-state", state)
    expect(page.get_by_test_id("card")).to_have_attribute("data-change", "none")


def all_sent(page: Page, service: Station) -> None:
    page.goto(f"{service.app}#/queue")
    expect(page.get_by_test_id("queue-count")).to_have_class(re.compile("note-good"))


def test_what_is_taken_back_without_a_network_never_counts(
    service: Station,
    phone: Phone,
    film: Callable[..., Path],
    points: list[str],
    today: date,
) -> None:
    by_camera, by_code, not_at_all = points[:3]
    page = enrolled(service, phone, film(by_camera))
    offline(phone)
    at_the_camera(page, service, today)
    card_is(page, "recorded")
    copies = [int(text) for text in page.locator(".copies").all_inner_texts()]
    # One line is not in hand; then all is a mistake; then it is right again.
    page.get_by_test_id("line").get_by_role("checkbox").first.uncheck()
    expect(page.get_by_test_id("card")).to_have_attribute("data-change", "waiting")
    card_is(page, "recorded")
    page.get_by_test_id("undo").click()
    card_is(page, "undone")
    page.get_by_test_id("redo").click()
    card_is(page, "recorded")

    page.get_by_test_id("type-code").click()
    code = service.rows(
        "SELECT short_code FROM point_labels l JOIN points p ON p.id = l.point_id"
        " WHERE point_code = :point",
        point=by_code,
    )[0].short_code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    page.get_by_test_id("short-code").fill(wrong)
    page.get_by_test_id("record-code").click()
    expect(page.locator("#code-error")).not_to_be_empty()
    page.get_by_test_id("short-code").fill(f"{code[:3].lower()} {code[3:]}")
    page.get_by_test_id("record-code").click()
    card_is(page, "recorded")

    page.goto(f"{service.app}#/attempt/{not_at_all}")
    page.get_by_test_id("reason-road_closed").click()
    page.get_by_test_id("photo").set_input_files(
        {"name": "road.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_test_id("note").fill("落石 rocks")
    expect(page.locator("canvas")).to_be_visible()
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("stops")).to_be_visible()

    offline(phone, False)
    all_sent(page, service)
    camera = service.rows(SCANS, point=by_camera)
    assert [row.undone for row in camera] == [1, 1, 0]
    assert [row.copies for row in camera] == [sum(copies), sum(copies[1:]) or None, sum(copies)]
    typed = service.rows(SCANS, point=by_code)
    assert [(row.method, row.undone) for row in typed] == [("manual", 0)]
    expect_photo_of(service, not_at_all)
    assert phone.said == []


def photo() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((2400, 1800), 60).save(file, "JPEG", quality=95)
    return file.getvalue()


def expect_photo_of(service: Station, point: str) -> None:
    query = """
        SELECT reason, note, file FROM attempts a JOIN points p ON p.id = a.point_id
        LEFT JOIN photos f ON f.event = a.event
        WHERE point_code = :point AND a.event IS NOT NULL
    """
    # It follows its event by itself.
    deadline = time.monotonic() + 60
    while (found := service.rows(query, point=point)) and found[0].file is None:
        assert time.monotonic() < deadline, "the photo has not come"
        time.sleep(0.2)
    assert [(row.reason, row.note) for row in found] == [("road_closed", "落石 rocks")]
    assert Image.open(service.data / "photos" / found[0].file).format == "JPEG"


def test_a_foreign_code_is_ignored_and_no_permission_is_no_obstacle(
    service: Station,
    phone: Phone,
    film: Callable[..., Path],
    points: list[str],
    today: date,
    tmp_path: Path,
) -> None:
    before = service.rows(EVENTS)[0].number
    foreign = Shot(drawn_label("HTTPS://PAY.EXAMPLE/P/0123456789ABCDEF"), 30)
    page = enrolled(service, phone, shoot(tmp_path / "foreign.mjpeg", [foreign]), position=False)
    at_the_camera(page, service, today)
    expect(page.get_by_test_id("hint")).not_to_be_empty()
    expect(page.get_by_test_id("card")).to_have_count(0)
    page = phone.open(service.app, film(points[3]), position=False)
    at_the_camera(page, service, today)
    card_is(page, "recorded")
    all_sent(page, service)
    assert [row.lat for row in service.rows(SCANS, point=points[3])] == [None]
    assert service.rows(EVENTS)[0].number == before + 1

    page = phone.open(service.app, camera=False)
    at_the_camera(page, service, today)
    expect(page.get_by_test_id("camera-trouble")).to_be_visible()
    page.get_by_test_id("type-code").click()
    expect(page.get_by_test_id("short-code")).to_be_visible()


def test_nothing_is_shown_as_recorded_that_is_not(
    service: Station, phone: Phone, film: Callable[..., Path], points: list[str], today: date
) -> None:
    page = enrolled(service, phone, film(points[4]))
    page.add_init_script(BREAKS)
    page.reload()
    page.evaluate("window.broken = true")
    at_the_camera(page, service, today)
    expect(page.get_by_test_id("card")).to_have_attribute("data-state", "failed")
    expect(page.get_by_test_id("not-recorded")).to_be_visible()
    page.evaluate("window.broken = false")
    page.get_by_test_id("retry-all").click()
    card_is(page, "recorded")
    expect(page.get_by_test_id("not-recorded")).to_have_count(0)
    all_sent(page, service)
    assert [row.undone for row in service.rows(SCANS, point=points[4])] == [0]


def test_two_tabs_send_each_event_once(
    service: Station, phone: Phone, film: Callable[..., Path], points: list[str], today: date
) -> None:
    page = enrolled(service, phone, film(points[5]))
    assert phone.context is not None
    other = phone.context.new_page()
    phone.listen(other)
    other.goto(f"{service.app}#/queue")
    offline(phone)
    page.bring_to_front()
    at_the_camera(page, service, today)
    card_is(page, "recorded")
    expect(other.get_by_test_id("queue-count")).to_have_class("count")
    offline(phone, False)
    for each in (page, other):
        all_sent(each, service)
    assert [row.undone for row in service.rows(SCANS, point=points[5])] == [0]
    assert phone.said == []


def test_a_revoked_phone_keeps_its_scans_until_it_is_enrolled_again(
    service: Station, phone: Phone, film: Callable[..., Path], points: list[str], today: date
) -> None:
    page = enrolled(service, phone, film(points[6]))
    service.execute(
        "UPDATE installations SET revoked_at = :now WHERE id = (SELECT max(id) FROM installations)",
        now=int(datetime.now(UTC).timestamp() * 1000),
    )
    at_the_camera(page, service, today)
    card_is(page, "recorded")
    expect(page.get_by_test_id("enrol-again")).to_be_visible()
    page.goto(f"{service.app}#/queue")
    expect(page.get_by_test_id("queue-count")).to_have_class("count")
    assert service.rows(SCANS, point=points[6]) == []
    page.goto(service.enrolment(COURIER))
    page.get_by_test_id("go").click()
    all_sent(page, service)
    assert [row.undone for row in service.rows(SCANS, point=points[6])] == [0]


def test_the_language_can_be_changed_and_stays(
    service: Station, phone: Phone, film: Callable[..., Path], points: list[str]
) -> None:
    page = phone.open(service.app)
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("enrol-scan")).to_have_text("Open the camera")
    page.reload()
    expect(page.get_by_test_id("enrol-scan")).to_have_text("Open the camera")
    assert page.evaluate("document.documentElement.lang") == "en"
