"""Phones are enrolled once, told the same again, and known again after a restore."""

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, func, select, update

from service.domain.failures import (
    InstallationTaken,
    RevokedToken,
    UnknownEnrolment,
    UnknownToken,
    UsedEnrolment,
)
from service.domain.tokens import new_token, token_hash
from service.models import AuditEntry, Courier, Enrolment, Installation, PhoneEvent
from service.models.engine import writing
from service.operations.enrol_phone import Enrolled, NewPhone, enrol, new_enrolment, restore_phone
from service.operations.phone_tickets import read_ticket
from tests.phones.conftest import NOW, SECRET
from tests.served import ONE_WEEK, serve

HOUR = timedelta(hours=1)
INSTANT = timedelta(milliseconds=1)


def a_code(engine: Engine, courier: str = "C1") -> str:
    with engine.connect() as connection:
        query = select(Courier.id, Courier.branch_id).where(Courier.courier_code == courier)
        courier_id, branch_id = connection.execute(query).one()
    return new_enrolment(engine, branch_id, courier_id, None, NOW)


def a_phone() -> NewPhone:
    return NewPhone(uuid.uuid4(), new_token(), "1.0.0", "Android 10; Redmi 9A")


def installations(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(Installation.__table__)))


def audit(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_code_binds_a_phone_to_its_courier(engine: Engine) -> None:
    code, phone = a_code(engine), a_phone()
    enrolled = enrol(engine, code, phone, SECRET, NOW)
    assert enrolled.is_new
    assert (enrolled.courier_code, enrolled.courier_name) == ("C1", "投递员一")
    assert (enrolled.branch_code, enrolled.branch_name) == ("JLP", "九龙坡区")
    assert enrolled.timezone == "Asia/Shanghai"
    [row] = installations(engine)
    assert row.installation_id == phone.installation_id
    assert (row.device, row.app_version) == ("Android 10; Redmi 9A", "1.0.0")
    assert (row.enrolled_at, row.have, row.highest) == (NOW, "[]", 0)
    assert audit(engine) == ["enrolment_made", "phone_enrolled"]


def test_neither_code_nor_token_is_kept(engine: Engine) -> None:
    code, phone = a_code(engine), a_phone()
    enrol(engine, code, phone, SECRET, NOW)
    with engine.connect() as connection:
        kept = [
            str(row)
            for table in (Enrolment, Installation, AuditEntry)
            for row in connection.execute(select(table.__table__))
        ]
    assert not [row for row in kept if code in row or phone.token in row]
    assert token_hash(phone.token) in str(installations(engine))


def test_a_code_has_100_bits_and_is_read_in_any_case(engine: Engine) -> None:
    code = a_code(engine)
    assert len(code) == 20
    assert enrol(engine, f" {code.lower()} ", a_phone(), SECRET, NOW).is_new


def test_the_same_request_again_is_told_the_same_however_late(engine: Engine) -> None:
    code, phone = a_code(engine), a_phone()
    first = enrol(engine, code, phone, SECRET, NOW)
    again = enrol(engine, code, phone, SECRET, NOW + 30 * HOUR)
    assert again == replace(first, is_new=False)
    assert len(installations(engine)) == 1


@pytest.mark.parametrize("changed", ["token", "installation_id"])
def test_another_phone_cannot_use_a_used_code(engine: Engine, changed: str) -> None:
    code, phone = a_code(engine), a_phone()
    enrol(engine, code, phone, SECRET, NOW)
    other = replace(phone, **{changed: getattr(a_phone(), changed)})
    with pytest.raises(UsedEnrolment):
        enrol(engine, code, other, SECRET, NOW)
    assert len(installations(engine)) == 1


def test_a_code_is_good_for_an_hour(engine: Engine) -> None:
    code = a_code(engine)
    with pytest.raises(UnknownEnrolment):
        enrol(engine, code, a_phone(), SECRET, NOW + HOUR)
    assert enrol(engine, code, a_phone(), SECRET, NOW + HOUR - INSTANT).is_new


@pytest.mark.parametrize("code", ["", "7Q4M0ZK2T9XW3C5V8B1N", "no code at all", "🀄" * 20])
def test_an_unknown_code_is_refused(engine: Engine, code: str) -> None:
    with pytest.raises(UnknownEnrolment):
        enrol(engine, code, a_phone(), SECRET, NOW)


@pytest.mark.parametrize("taken", ["token", "installation_id"])
def test_an_id_or_token_that_exists_is_refused(engine: Engine, taken: str) -> None:
    phone = a_phone()
    enrol(engine, a_code(engine), phone, SECRET, NOW)
    other, code = replace(a_phone(), **{taken: getattr(phone, taken)}), a_code(engine)
    with pytest.raises(InstallationTaken):
        enrol(engine, code, other, SECRET, NOW)
    # The code is not spent by it.
    assert enrol(engine, code, a_phone(), SECRET, NOW).is_new


def test_of_two_phones_at_once_one_is_enrolled(engine: Engine) -> None:
    code, outcomes = a_code(engine), []
    together = threading.Barrier(4)

    def try_it() -> None:
        together.wait()
        try:
            outcomes.append(enrol(engine, code, a_phone(), SECRET, NOW).is_new)
        except UsedEnrolment as refused:
            outcomes.append(type(refused))

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [UsedEnrolment] * 3 + [True]
    assert len(installations(engine)) == 1


def test_one_phone_twice_at_once_is_enrolled_once(engine: Engine) -> None:
    code, phone, outcomes = a_code(engine), a_phone(), []
    together = threading.Barrier(3)

    def try_it() -> None:
        together.wait()
        outcomes.append(enrol(engine, code, phone, SECRET, NOW))

    threads = [threading.Thread(target=try_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.is_new for each in outcomes) == [False, False, True]
    assert len({each.ticket for each in outcomes}) == 1


def forget(engine: Engine) -> None:
    """What a backup from before the enrolment does."""
    with writing(engine) as connection:
        connection.execute(delete(PhoneEvent))
        connection.execute(delete(AuditEntry))
        connection.execute(delete(Enrolment))
        connection.execute(delete(Installation))


def test_a_forgotten_phone_is_known_again_by_its_ticket(engine: Engine) -> None:
    phone = a_phone()
    first = enrol(engine, a_code(engine), phone, SECRET, NOW)
    forget(engine)
    again = restore_phone(engine, first.ticket, phone.token, SECRET, NOW + 9 * HOUR)
    assert again == replace(first, is_new=False)
    [row] = installations(engine)
    assert row.token_hash == token_hash(phone.token)
    assert row.enrolled_at == NOW
    assert audit(engine) == ["phone_restored"]
    # And once more, as after a lost answer.
    assert restore_phone(engine, first.ticket, phone.token, SECRET, NOW) == again
    assert len(installations(engine)) == 1


def test_a_revoked_phone_stays_revoked(engine: Engine) -> None:
    phone = a_phone()
    first = enrol(engine, a_code(engine), phone, SECRET, NOW)
    with writing(engine) as connection:
        connection.execute(update(Installation).values(revoked_at=NOW))
    with pytest.raises(RevokedToken):
        restore_phone(engine, first.ticket, phone.token, SECRET, NOW)
    assert installations(engine)[0].revoked_at == NOW


def test_a_ticket_is_worth_nothing_without_its_token_or_signature(engine: Engine) -> None:
    phone = a_phone()
    ticket = enrol(engine, a_code(engine), phone, SECRET, NOW).ticket
    forget(engine)
    changed = ticket[:10] + ("A" if ticket[10] != "A" else "B") + ticket[11:]
    for text, token, secret in (
        (ticket, new_token(), SECRET),
        (changed, phone.token, SECRET),
        (ticket, phone.token, "another service's key"),
        ("", phone.token, SECRET),
        ("eyJ.x.y", phone.token, SECRET),
    ):
        with pytest.raises(UnknownToken):
            restore_phone(engine, text, token, secret, NOW)
    assert installations(engine) == []


def test_a_ticket_of_a_courier_who_is_not_there_is_refused(engine: Engine) -> None:
    phone = a_phone()
    ticket = enrol(engine, a_code(engine), phone, SECRET, NOW).ticket
    forget(engine)
    with writing(engine) as connection:
        connection.execute(update(Courier).values(courier_code="C9"))
    with pytest.raises(UnknownToken):
        restore_phone(engine, ticket, phone.token, SECRET, NOW)


def test_a_ticket_says_what_was_agreed_and_no_secret(engine: Engine) -> None:
    phone = a_phone()
    ticket = enrol(engine, a_code(engine), phone, SECRET, NOW).ticket
    said = read_ticket(ticket, SECRET)
    assert said is not None
    assert (said.installation_id, said.token_hash) == (
        phone.installation_id,
        token_hash(phone.token),
    )
    assert (said.courier_code, said.branch_code, said.enrolled_at) == ("C1", "JLP", NOW)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return serve(tmp_path_factory.mktemp("enrolment"), ONE_WEEK)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.app_context():
        yield app.test_client()


@pytest.fixture
def ask(app: Flask, client: FlaskClient) -> Callable[..., dict[str, Any]]:
    """A whole request of a phone with a new code, some of it changed."""

    def body(**changes: Any) -> dict[str, Any]:
        from datetime import UTC, datetime

        from service.extensions import db

        with db.engine.connect() as connection:
            courier_id, branch_id = connection.execute(select(Courier.id, Courier.branch_id)).one()
        code = new_enrolment(db.engine, branch_id, courier_id, None, datetime.now(UTC))
        phone = {"installation": str(uuid.uuid4()), "token": new_token(), "app_version": "1.0.0"}
        return {"code": code, **phone, "device": "Android 10", "later": {"a": 1}, **changes}

    return body


def test_over_http_as_the_protocol_says(
    client: FlaskClient, ask: Callable[..., dict[str, Any]]
) -> None:
    body = ask()
    first = client.post("/api/v1/phones", json=body)
    assert first.status_code == 201
    assert first.json is not None
    assert set(first.json) == {"installation", "ticket", "courier", "branch"}
    assert first.json["installation"] == body["installation"]
    assert first.json["courier"] == {"code": "C1", "name": "投递员一"}
    assert first.json["branch"] == {
        "code": "JLP",
        "name": "九龙坡区",
        "timezone": "Asia/Shanghai",
    }
    assert first.headers["Cache-Control"] == "no-store"
    again = client.post("/api/v1/phones", json=body)
    assert (again.status_code, again.json) == (200, first.json)
    ticket = {"ticket": first.json["ticket"], "token": body["token"]}
    restored = client.post("/api/v1/phones/restored", json=ticket)
    assert (restored.status_code, restored.json) == (200, first.json)


def test_errors_over_http_have_the_codes_of_the_protocol(
    client: FlaskClient, ask: Callable[..., dict[str, Any]]
) -> None:
    used = ask()
    client.post("/api/v1/phones", json=used)
    for body, status, code in (
        (ask(code="0" * 20), 404, "unknown_enrolment"),
        (ask(code=used["code"]), 409, "used_enrolment"),
        (ask(token=used["token"]), 409, "installation_taken"),
        (ask(installation=used["installation"]), 409, "installation_taken"),
    ):
        response = client.post("/api/v1/phones", json=body)
        assert response.status_code == status
        assert response.json is not None
        assert response.json["code"] == code
    refused = client.post("/api/v1/phones/restored", json={"ticket": "x.y", "token": new_token()})
    assert refused.status_code == 401
    assert refused.json is not None
    assert refused.json["code"] == "unknown_token"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("token", "short", "not_a_secret"),
        ("token", "A" * 42, "not_a_secret"),
        ("token", "A" * 42 + "+", "not_a_secret"),
        ("token", None, "missing"),
        ("token", 7, "not_a_secret"),
        ("installation", "no uuid", "not_a_uuid"),
        ("installation", 5, "not_a_uuid"),
        ("code", "", "empty"),
        ("code", ["a"], "not_a_text"),
        ("device", "\0", "not_a_text"),
        ("device", "\ud800", "not_a_text"),
        ("device", "x" * 201, "not_a_text"),
    ],
)
def test_what_a_phone_says_is_held_to_its_bounds(
    client: FlaskClient, ask: Callable[..., dict[str, Any]], field: str, value: Any, code: str
) -> None:
    response = client.post("/api/v1/phones", json=ask(**{field: value}))
    assert response.status_code == 422
    assert response.json is not None
    assert [(each["field"], each["code"]) for each in response.json["errors"]] == [(field, code)]


@pytest.mark.parametrize("body", ["[]", '"text"', "{", "null", "7"])
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, body: str) -> None:
    for path in ("/api/v1/phones", "/api/v1/phones/restored"):
        response = client.post(path, data=body, content_type="application/json")
        assert response.status_code in (400, 422)
        assert response.json is not None
        assert response.json["code"] in ("bad_request", "wrong_question")


def test_guesses_of_an_address_are_limited(
    client: FlaskClient, ask: Callable[..., dict[str, Any]]
) -> None:
    here, elsewhere = ({"REMOTE_ADDR": address} for address in ("198.51.100.7", "198.51.100.8"))
    guess = ask(code="0" * 20)
    for path, body in (
        ("/api/v1/phones", guess),
        ("/api/v1/phones/restored", {"ticket": "x.y", "token": new_token()}),
    ):
        answers = [client.post(path, json=body, environ_base=here) for _ in range(22)]
        statuses = [answer.status_code for answer in answers]
        assert statuses == [statuses[0]] * 20 + [429] * 2
        assert answers[0].json is not None
        assert answers[0].json["code"] in ("unknown_enrolment", "unknown_token")
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 600
        assert client.post(path, json=body, environ_base=elsewhere).status_code != 429
    # Who has a code is let in all the same.
    assert client.post("/api/v1/phones", json=ask(), environ_base=here).status_code == 201


def test_every_phone_of_a_test_is_counted(
    engine: Engine, enrolled: Callable[..., Enrolled]
) -> None:
    assert len({enrolled().installation_id for _ in range(3)}) == 3
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Installation)) == 3
