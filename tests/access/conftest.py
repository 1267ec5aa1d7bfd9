"""Two branches with everyone who may come: people of every role, phones, and someone unknown."""

import html
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert, select

from service.domain.roles import Role
from service.domain.tokens import new_token, token_hash
from service.extensions import db
from service.models import (
    Branch,
    Courier,
    HeldEvent,
    Installation,
    Office,
    PhoneEvent,
    Point,
    User,
    UserSession,
)
from service.models.engine import writing
from service.operations.people.keep_users import NewUser, add_user
from tests.served import HARD_MONTH, ONE_WEEK, serve

NOW = datetime.now(UTC)
PASSWORD = "correct horse battery"
HOSTILE = "\"'><script>alert(1)</script>{{7*7}}<img src=x onerror=alert(2)>"
PEOPLE = ("postmaster", "manager", "inspector", "admin")


@dataclass(frozen=True)
class Corner:
    """A branch or an office: codes and ids of what belongs there."""

    branch: str
    courier: str
    point: str
    phone: int
    phone_id: str
    event: int


class House:
    """The service with its guests; `client(who)` is a browser or a phone of someone."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.tokens: dict[str, str] = {}
        with app.app_context(), db.engine.connect() as connection:
            branches = connection.execute(select(Branch).order_by(Branch.id)).all()
            offices = connection.scalars(
                select(Office.office_code).where(Office.branch_id == branches[0].id)
            ).all()
        self.home, self.abroad = branches[0].branch_code, branches[1].branch_code
        self.office = offices[0]
        with app.app_context():
            for role in PEOPLE:
                office = self.office if role == "postmaster" else None
                user = NewUser(role, f"{HOSTILE}{role}", Role(role), self.home, office)
                add_user(db.engine, user, PASSWORD, NOW)
            with writing(db.engine) as connection:
                self.own = self._corner(connection, branches[0], own_office=True)
                self.other_office = self._corner(connection, branches[0], own_office=False)
                self.foreign = self._corner(connection, branches[1], own_office=False)

    def _corner(self, connection: Connection, branch: Any, *, own_office: bool) -> Corner:
        """Pick a courier and a point, and give them a phone with an event that is held."""
        mine = Office.office_code == self.office
        of = mine if own_office else ~mine
        courier = connection.execute(
            select(Courier).join(Office).where(Courier.branch_id == branch.id, of)
        ).first()
        point = connection.execute(
            select(Point.point_code)
            .join(Office, Point.office_id == Office.id)
            .where(Point.branch_id == branch.id, of)
        ).first()
        assert courier is not None
        assert point is not None
        token = new_token()
        phone_id = uuid.uuid4()
        phone = connection.execute(
            insert(Installation)
            .values(
                branch_id=branch.id,
                installation_id=phone_id,
                courier_id=courier.id,
                token_hash=token_hash(token),
                device=HOSTILE,
                app_version="1.0",
                enrolled_at=NOW,
                last_sync_at=NOW - timedelta(days=3),
                highest=9,
                waiting=2,
            )
            .returning(Installation.id)
        ).scalar_one()
        self.tokens.setdefault("phone", token)
        return Corner(
            branch.branch_code,
            courier.courier_code,
            point.point_code,
            phone,
            str(phone_id),
            hold(connection, branch.id, phone),
        )

    def client(self, who: str) -> FlaskClient:
        """A client with the session of a person, as after a log-in."""
        client = self.app.test_client()
        if who in PEOPLE:
            key = new_token()
            with self.app.app_context(), writing(db.engine) as connection:
                user = connection.scalar(select(User.id).where(User.login == who))
                connection.execute(
                    insert(UserSession).values(
                        user_id=user,
                        key_hash=token_hash(key),
                        created_at=NOW,
                        expires_at=NOW + timedelta(days=1),
                    )
                )
            with client.session_transaction() as session:
                session["_user_id"] = key
        return client

    def do(self, operation: Callable[..., Any], *args: Any) -> Any:
        """What an operation returns, now: outside of any request, as on the command line."""
        with self.app.app_context():
            return operation(db.engine, *args, datetime.now(UTC))

    def headers(self, who: str) -> dict[str, str]:
        """What a phone sends besides."""
        return {"Authorization": f"Bearer {self.tokens['phone']}"} if who == "phone" else {}


def hold(connection: Connection, branch_id: int, phone: int) -> int:
    """Add an event that is held for a person to decide; return its row."""
    event = connection.execute(
        insert(PhoneEvent)
        .values(
            branch_id=branch_id,
            installation_id=phone,
            event_id=uuid.uuid4(),
            digest=uuid.uuid4().hex,
            sequence=1,
            kind="scan",
            raw=json.dumps({"note": HOSTILE, "kind": "scan"}),
            received_at=NOW,
        )
        .returning(PhoneEvent.id)
    ).scalar_one()
    connection.execute(
        insert(HeldEvent).values(
            event=event,
            branch_id=branch_id,
            installation_id=phone,
            code="unknown_label",
            detail=HOSTILE,
            held_at=NOW,
        )
    )
    return int(event)


def queue_file(installation: str) -> bytes:
    """A saved queue of a phone, without events and with a signature that is not right."""
    body = json.dumps({"sent": {}, "highest": 0, "waiting": 0, "clock": [], "events": []})
    said = {"jianbao_queue": 1, "installation": installation, "ticket": HOSTILE}
    return json.dumps({**said, "body": body, "signature": "none"}).encode()


def form_token(client: FlaskClient) -> str:
    """The token of a form that this browser was shown."""
    page = client.get("/password")
    if page.status_code != 200:
        page = client.get("/login")
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


# A module's own: what one does to a phone or an account, others must not meet.
@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(serve(tmp_path_factory.mktemp("house"), HARD_MONTH, ONE_WEEK))


def other_language(page: str) -> str:
    """Where the link to the English page leads."""
    found = re.search(r'<a href="([^"]*)" lang="en"', page)
    assert found is not None
    return html.unescape(found[1])
