"""What the managers' pages show and do: with hostile texts in every field (attack A6)."""

import html
import io
import re
import uuid
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select, update

from service.domain.roles import Role
from service.extensions import db
from service.models import (
    AuditEntry,
    Branch,
    Courier,
    HeldEvent,
    Installation,
    Office,
    PhoneEvent,
    Point,
    Route,
    RouteStop,
    RouteVersion,
    Scan,
    Town,
    User,
)
from service.models.engine import writing
from service.operations.people.keep_users import NewUser, add_user
from tests.access.conftest import HOSTILE, PASSWORD, House, form_token, hold, other_language
from tests.access.routes import ROUTES
from tests.served import HARD_MONTH, ONE_WEEK, serve

PAGES = [name for name, route in ROUTES.items() if name.startswith("GET") and route.aimed]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with a hostile text in every field that a page may show."""
    house = House(serve(tmp_path_factory.mktemp("hostile"), HARD_MONTH, ONE_WEEK))
    with house.app.app_context(), writing(db.engine) as connection:
        for table in (Branch.branch_name, Courier.name, Office.name, Point.name, Town.name):
            connection.execute(update(table.class_).values({table.key: HOSTILE}))
        connection.execute(update(RouteVersion).values(name=HOSTILE))
        connection.execute(update(Point).values(village=HOSTILE))
        connection.execute(update(User).values(name=HOSTILE))
        connection.execute(
            update(AuditEntry).values(subject=HOSTILE[:200], detail='{"<b>": "<i>"}')
        )
        connection.execute(
            update(HeldEvent)
            .where(HeldEvent.event == house.other_office.event)
            .values(decided_at=datetime.now(UTC), decision="set_aside", reason=HOSTILE)
        )
    return house


@pytest.mark.parametrize(
    "name", [name for name, r in ROUTES.items() if name[:3] == "GET" and r.aimed]
)
def test_hostile_texts_are_shown_as_they_are(planted: House, name: str) -> None:
    route = ROUTES[name]
    page = planted.client("manager").get(route.to(planted.own))
    assert page.status_code == 200
    if page.mimetype != "text/html":
        return
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    # No attribute of an element has been left by a quote.
    assert not re.search(r"<[^>]*\"'><", page.text)
    assert HOSTILE[:8] not in page.text
    assert html.escape("<script>alert(1)</script>") in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/?since=2026-03-12&until=2026-04-12&branch={branch}",
        "/couriers",
        "/couriers/{courier}/enrolment",
        "/phones",
        "/phones/{phone}/revocation",
        "/held",
        "/labels",
    ],
)
def test_a_text_from_right_to_left_turns_nothing_around_beside_it(
    planted: House, path: str
) -> None:
    page = planted.client("manager").get(path.format(**vars(planted.own))).text
    assert f"<bdi>{escape(HOSTILE)}</bdi>" in page


def test_what_is_said_of_a_name_is_not_turned_around_by_it(planted: House) -> None:
    client = planted.client("manager")
    path = f"/phones/{planted.other_office.phone}/revocation"
    form = {"csrf_token": form_token(client)}
    page = client.post(path, data=form, follow_redirects=True).text
    assert f"\u2068{escape(HOSTILE)}\u2069" in page


def test_the_menu_has_no_page_with_nothing_to_do_on_it(house: House) -> None:
    assert '"/queue-files"' in house.client("postmaster").get("/phones").text
    assert '"/queue-files"' not in house.client("inspector").get("/phones").text


def test_the_language_link_keeps_where_a_log_in_leads_and_no_secret(house: House) -> None:
    client = house.app.test_client()
    form = {"login": "nobody", "password": "a wrong one", "next": "/phones?branch=x"}
    page = client.post("/login", data={**form, "csrf_token": form_token(client)})
    assert page.status_code == 422
    assert other_language(page.text) == "?next=%2Fphones%3Fbranch%3Dx&lang=en"


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/labels/sheet", "/labels"),
        ("/labels/replacement", "/labels"),
        ("/logout", "/"),
        ("/phones/1/revocation", ""),
        ("/nothing", ""),
    ],
)
def test_the_language_link_of_an_error_leads_to_a_page(
    house: House, path: str, leads_to: str
) -> None:
    client = house.client("manager")
    form = {"csrf_token": form_token(client), "point": "none", "branch": house.home, "x": "\0"}
    page = client.post(path, data=form)
    assert page.status_code in (400, 404)
    link = other_language(page.text)
    assert link.split("?")[0] == leads_to
    assert "lang=en" in link
    if leads_to:
        assert client.get(link).status_code == 200


def test_an_error_page_reads_no_body_that_is_too_large(house: House) -> None:
    client = house.client("manager")
    form = {"csrf_token": form_token(client), "branch": "x" * 2 * 1024 * 1024}
    assert client.post("/labels/sheet", data=form).status_code == 413


def test_the_figures_are_open_until_there_is_a_log_in_and_nothing_else_is(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    app: Flask = serve(tmp_path_factory.mktemp("first"), ONE_WEEK)
    client = app.test_client()
    api = "/api/v1/rates?by=all"
    assert client.get("/").status_code == 200
    assert client.get(api).status_code == 200
    for path in ("/couriers", "/phones", "/held", "/labels", "/audit", "/password"):
        assert client.get(path).status_code == 303, path
    with app.app_context():
        code = None
        with db.engine.connect() as connection:
            code = connection.scalar(select(Branch.branch_code))
        assert code is not None
        user = NewUser("first", "First", Role.MANAGER, code)
        add_user(db.engine, user, PASSWORD, datetime.now(UTC))
    assert client.get("/").headers["Location"] == "/login?next=/"
    closed = client.get(api)
    assert closed.status_code == 401
    assert closed.json is not None
    assert closed.json["code"] == "login_needed"
    assert closed.headers["WWW-Authenticate"] == "Bearer"


def test_a_phone_is_enrolled_by_what_the_page_shows(house: House) -> None:
    client = house.client("manager")
    page = client.post(
        f"/couriers/{house.own.courier}/enrolment", data={"csrf_token": form_token(client)}
    )
    assert "no-store" in page.headers["Cache-Control"]
    shown = re.search(r'class="secret">([^<]+)<', page.text)
    assert shown is not None
    body = {
        "code": shown[1],
        "installation": "019f3a51-7c1e-7d5a-9a51-3f1f7a0c2b11",
        "token": "q" * 43,
    }
    enrolled = house.app.test_client().post("/api/v1/phones", json=body)
    assert enrolled.status_code == 201
    assert enrolled.json is not None
    assert enrolled.json["courier"]["code"] == house.own.courier


def test_a_revoked_phone_is_refused_and_listed_as_revoked(house: House) -> None:
    client = house.client("manager")
    phone = {"Authorization": f"Bearer {'q' * 43}"}
    with house.app.app_context(), db.engine.connect() as connection:
        newest = connection.scalar(
            select(Installation.id).order_by(Installation.id.desc()).limit(1)
        )
    assert client.get("/api/v1/day-plan", headers=phone).status_code == 200
    client.post(f"/phones/{newest}/revocation", data={"csrf_token": form_token(client)})
    refused = client.get("/api/v1/day-plan", headers=phone)
    assert refused.status_code == 401
    assert refused.json is not None
    assert refused.json["code"] == "revoked_token"
    assert "已停用" in client.get("/phones").text


def test_a_phone_that_is_already_revoked_is_said_to_be(house: House) -> None:
    client = house.client("manager")
    path = f"/phones/{house.own.phone}/revocation"
    token = form_token(client)
    assert "停用时间" not in client.get(path).text
    for said in ("的手机已停用。", "的手机此前已停用。"):
        answer = client.post(path, data={"csrf_token": token}, follow_redirects=True)
        assert answer.request.path == "/phones"
        assert said in answer.text
    page = client.get(path).text
    assert "的手机此前已停用。" in page
    assert "停用时间" in page
    assert f'action="{path}"' not in page


def test_silent_phones_with_events_waiting_come_first(house: House) -> None:
    with house.app.app_context(), writing(db.engine) as connection:
        mine = Installation.id == house.own.phone
        connection.execute(update(Installation).where(mine).values(revoked_at=None))
    page = house.client("manager").get("/phones").text
    rows = re.findall(r'<tr role="row"( class="[a-z]+")?>', page)
    marks = ["alarm" in row for row in rows[1:]]
    assert any(marks)
    assert marks == sorted(marks, reverse=True)


def form(client: FlaskClient, **given: object) -> dict[str, object]:
    return {"csrf_token": form_token(client), "decision": "set_aside", **given}


def test_events_are_set_aside_with_a_reason_only_one_by_one_and_all_of_a_kind(
    house: House,
) -> None:
    with house.app.app_context(), writing(db.engine) as connection:
        branch = connection.scalar(select(Branch.id).where(Branch.branch_code == house.home))
        assert branch is not None
        events = [hold(connection, branch, house.own.phone) for _ in range(3)]
    client = house.client("manager")

    def decide(**given: object) -> int:
        return client.post("/held", data=form(client, **given)).status_code

    def decisions(of: list[int] = events) -> list[tuple[str | None, str | None]]:
        query = select(HeldEvent.decision, HeldEvent.reason)
        with house.app.app_context(), db.engine.connect() as connection:
            return [
                (row.decision, row.reason)
                for event in of
                for row in connection.execute(query.where(HeldEvent.event == event))
            ]

    assert decide(event=events[0]) == 422
    assert decide(event=events[0], reason=" " * 5) == 422
    assert decide(event=events[0], reason="x" * 201) == 422
    assert decide(event=events[0], reason="ok", decision="lose") == 400
    assert decide(event="1 OR 1=1", reason="ok") == 400
    assert decisions() == [(None, None)] * 3
    assert decide(event=events[0], reason="扫错了") == 303
    assert decisions() == [("set_aside", "扫错了"), (None, None), (None, None)]
    page = client.get("/held").text
    with house.app.app_context(), writing(db.engine) as connection:
        unseen = hold(connection, branch, house.own.phone)
    [listed] = re.findall(r'name="all" value="([^"]+)"', page)
    assert {str(event) for event in events[1:]} <= set(listed.split(","))
    # The Enter key in the field decides nothing, and loses nothing that was chosen.
    again = client.post("/held", data=form(client, all=listed, reason="旧标签", decision="none"))
    assert again.status_code == 422
    assert re.findall(r'name="event" value="(\d+)" checked', again.text) == listed.split(",")
    assert decisions()[1:] == [(None, None)] * 2
    assert decide(all=listed, reason="旧标签") == 303
    assert decisions([unseen]) == [(None, None)]
    assert decisions() == [
        ("set_aside", "扫错了"),
        ("set_aside", "旧标签"),
        ("set_aside", "旧标签"),
    ]
    assert "旧标签" in client.get("/held").text


def test_a_sheet_of_labels_gives_points_the_labels_that_they_lack(house: House) -> None:
    client = house.client("postmaster")
    with house.app.app_context(), db.engine.connect() as connection:
        of_other = (
            select(Route.route_code)
            .join(RouteStop, RouteStop.route_id == Route.id)
            .join(Point, RouteStop.point_id == Point.id)
            .where(Point.point_code == house.other_office.point)
        )
        other_route = connection.scalars(of_other).first()
    assert "不明" not in client.get("/labels").text
    form = {"csrf_token": form_token(client), "what": "chosen", "point": house.own.point}
    pdf = client.post("/labels/sheet", data=form)
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")
    nothing = client.post("/labels/sheet", data={**form, "point": []})
    assert nothing.status_code == 303
    assert "没有选择任何内容" in client.get("/labels").text
    foreign = client.post("/labels/sheet", data={**form, "what": "route", "route": other_route})
    unknown = client.post("/labels/sheet", data={**form, "what": "route", "route": "NONE"})
    assert (foreign.status_code, unknown.status_code) == (422, 422)
    every = {**form, "what": "all", "missing": "1"}
    assert client.post("/labels/sheet", data=every).mimetype == "application/pdf"
    assert client.post("/labels/sheet", data=every).status_code == 303
    assert "没有要打印的" in client.get("/labels").text


def test_a_label_that_is_not_in_force_is_neither_retired_nor_replaced(house: House) -> None:
    client = house.client("manager")
    form = {"csrf_token": form_token(client), "point": house.other_office.point}
    client.post("/labels/sheet", data={**form, "what": "chosen"})
    for path, said in (
        ("/labels/retirement", "的标签已停用"),
        ("/labels/retirement", "没有在用的标签"),
        ("/labels/replacement", "原来没有标签"),
        ("/labels/replacement", "已更换"),
    ):
        assert client.post(path, data=form).status_code == 303
        assert said in client.get("/labels").text, (path, said)


def test_a_scan_that_no_rule_can_place_counts_once_a_manager_says_where_it_was(
    house: House,
) -> None:
    """From the phone to the records: held, admitted at a point, there once."""
    event = str(uuid.uuid4())
    scan = {
        "id": event,
        "seq": 1,
        "format": 1,
        "kind": "scan",
        "method": "camera",
        "at": "2026-07-06T03:50:00.000Z",
        "mono": 1.0,
        "life": "a",
        "items": [],
        "label": "0000000000000000",
    }
    sent = {"at": "2026-07-06T04:00:00.000Z", "mono": 2.0, "life": "a"}
    with house.app.app_context(), writing(db.engine) as connection:
        mine = Installation.id == house.own.phone
        connection.execute(update(Installation).where(mine).values(revoked_at=None))
    body = {
        "installation": house.own.phone_id,
        "app_version": "1",
        "sent": sent,
        "highest": 1,
        "waiting": 1,
        "clock": [],
        "events": [scan],
    }
    phone = house.app.test_client()
    answer = phone.post("/api/v1/sync", json=body, headers=house.headers("phone"))
    assert answer.json is not None
    assert [each["status"] for each in answer.json["results"]] == ["held"]
    with house.app.app_context(), db.engine.connect() as connection:
        row = connection.scalar(
            select(PhoneEvent.id).where(PhoneEvent.event_id == uuid.UUID(event))
        )
    client = house.client("postmaster")

    def admit(point: str) -> int:
        form = {"csrf_token": form_token(client), "event": row, "decision": "admit"}
        return client.post("/held", data={**form, "point": point}).status_code

    def scans() -> list[str]:
        of = select(Point.point_code).join(Scan, Scan.point_id == Point.id)
        with house.app.app_context(), db.engine.connect() as connection:
            return list(connection.scalars(of.where(Scan.scan_id == uuid.UUID(event))))

    def rename(point: str, code: str) -> None:
        named = Point.point_code == point
        with house.app.app_context(), writing(db.engine) as connection:
            connection.execute(update(Point).where(named).values(point_code=code))

    spaced = f"{house.own.point} 1"
    rename(house.own.point, spaced)
    for wrong in ("nowhere", house.other_office.point, house.own.point):
        assert admit(wrong) == 422
    assert scans() == []
    for _ in range(2):
        assert admit(f" {spaced} ") == 303
        assert scans() == [spaced]
    log = house.client("manager").get("/audit").text
    assert event in log
    assert spaced in log
    rename(spaced, house.own.point)


def test_only_who_may_import_a_queue_may_send_much(house: House) -> None:
    much = 2 * 1024 * 1024

    def send(who: str, path: str, field: str) -> int:
        client = house.client(who)
        file = (io.BytesIO(b"x" * much), "queue.json")
        form: dict[str, object] = {"csrf_token": form_token(client), field: file}
        return client.post(path, data=form).status_code

    assert send("manager", "/queue-files", "file") == 422
    assert send("inspector", "/queue-files", "file") == 403
    assert send("manager", "/held", "event") == 413
