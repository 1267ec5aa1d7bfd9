"""Every route: whom it is for, and how it is asked for what belongs to a branch or an office."""

import uuid
from dataclasses import dataclass
from typing import Any

from tests.access.conftest import PEOPLE, Corner

ANYONE = ("anonymous", "phone", *PEOPLE)
KEEPERS = ("postmaster", "manager", "admin")
WIDE = ("manager", "inspector", "admin")
PHONE = ("phone",)


@dataclass(frozen=True)
class Route:
    """How a route is asked. `path` and `form` may name what a Corner has, as {courier}.

    `file` names a phone whose saved queue is sent. `ok` is the status for those it is for,
    `ok_person` for people where it is another. `aimed`: what is asked for belongs to a branch (and,
    if `of_office`, to an office), so that people of another are answered as if it did not exist.
    """

    who: tuple[str, ...]
    path: str
    form: dict[str, str] | None = None
    json: dict[str, Any] | None = None
    file: str | None = None
    ok: int = 200
    aimed: bool = False
    of_office: bool = False
    ok_person: int | None = None

    def to(self, corner: Corner) -> str:
        """The address that asks for what is in a corner."""
        return self.path.format(**vars(corner))

    def form_for(self, corner: Corner) -> dict[str, str]:
        """What is sent about a corner."""
        values = {name: text.format(**vars(corner)) for name, text in (self.form or {}).items()}
        return {"branch": corner.branch, **values} if self.aimed else values


INSTALLATION = str(uuid.uuid4())
ENROLMENT = {"code": "0" * 20, "installation": INSTALLATION, "token": "t" * 43}
ROUTES = {
    "GET /": Route(PEOPLE, "/?branch={branch}", aimed=True),
    "GET /api/v1/rates": Route(PEOPLE, "/api/v1/rates?by=all&branch={branch}", aimed=True),
    "GET /api/v1/rounds": Route(PEOPLE, "/api/v1/rounds?by=all&branch={branch}", aimed=True),
    "GET /api/v1/marks": Route(PEOPLE, "/api/v1/marks?branch={branch}", aimed=True),
    "GET /api/v1/docs": Route(ANYONE, "/api/v1/docs"),
    "GET /api/v1/problems": Route(ANYONE, "/api/v1/problems"),
    "GET /api/v1/openapi.json": Route(ANYONE, "/api/v1/openapi.json"),
    "GET /api/v1/clock": Route(ANYONE, "/api/v1/clock"),
    # An enrolment code and a ticket are their own permission; these are none.
    "POST /api/v1/phones": Route(ANYONE, "/api/v1/phones", json=ENROLMENT, ok=404),
    "POST /api/v1/phones/restored": Route(
        ANYONE, "/api/v1/phones/restored", json={"ticket": "t", "token": "t" * 43}, ok=401
    ),
    "GET /api/v1/day-plan": Route(PHONE, "/api/v1/day-plan"),
    "GET /api/v1/my-record": Route(PHONE, "/api/v1/my-record"),
    "PUT /api/v1/photos/<uuid:event_id>": Route(
        PHONE, f"/api/v1/photos/{INSTALLATION}", json={}, ok=422
    ),
    "POST /api/v1/sync": Route(PHONE, "/api/v1/sync", json={}, ok=422),
    "GET /p/<token>": Route(ANYONE, "/p/0000000000000000"),
    "GET /P/<token>": Route(ANYONE, "/P/0000000000000000"),
    "GET /static/<path:filename>": Route(ANYONE, "/static/nothing.css", ok=404),
    "GET /reader/<path:filename>": Route(ANYONE, "/reader/nothing.css", ok=404),
    "GET /app/<path:path>": Route(ANYONE, "/app/nothing.txt", ok=404),
    "GET /app/": Route(ANYONE, "/app/"),
    "GET /login": Route(ANYONE, "/login", ok_person=303),
    "POST /login": Route(ANYONE, "/login", form={"login": "nobody", "password": "x"}, ok=422),
    "POST /logout": Route(ANYONE, "/logout", form={}, ok=303),
    "GET /password": Route(PEOPLE, "/password"),
    "POST /password": Route(PEOPLE, "/password", form={"old": "a", "new": "b"}, ok=422),
    "GET /couriers": Route(PEOPLE, "/couriers?branch={branch}", aimed=True),
    "GET /couriers/<path:code>/enrolment": Route(
        KEEPERS, "/couriers/{courier}/enrolment?branch={branch}", aimed=True, of_office=True
    ),
    "POST /couriers/<path:code>/enrolment": Route(
        KEEPERS, "/couriers/{courier}/enrolment", form={}, aimed=True, of_office=True
    ),
    "GET /phones": Route(PEOPLE, "/phones?branch={branch}", aimed=True),
    "GET /phones/<int:phone_id>/revocation": Route(
        KEEPERS, "/phones/{phone}/revocation?branch={branch}", aimed=True, of_office=True
    ),
    "POST /phones/<int:phone_id>/revocation": Route(
        KEEPERS, "/phones/{phone}/revocation", form={}, ok=303, aimed=True, of_office=True
    ),
    "GET /held": Route(PEOPLE, "/held?branch={branch}", aimed=True),
    "POST /held": Route(
        KEEPERS,
        "/held",
        form={"event": "{event}", "decision": "set_aside", "reason": "no such label"},
        ok=303,
        aimed=True,
        of_office=True,
    ),
    "GET /queue-files": Route(PEOPLE, "/queue-files?branch={branch}", aimed=True),
    "POST /queue-files": Route(
        KEEPERS, "/queue-files", form={}, file="{phone_id}", aimed=True, of_office=True
    ),
    "GET /labels": Route(PEOPLE, "/labels?branch={branch}", aimed=True),
    "GET /labels/change": Route(
        KEEPERS, "/labels/change?branch={branch}&point={point}", aimed=True, of_office=True
    ),
    "POST /labels/sheet": Route(
        KEEPERS,
        "/labels/sheet",
        form={"what": "chosen", "point": "{point}"},
        aimed=True,
        of_office=True,
    ),
    "POST /labels/replacement": Route(
        KEEPERS,
        "/labels/replacement",
        form={"point": "{point}"},
        ok=303,
        aimed=True,
        of_office=True,
    ),
    "POST /labels/retirement": Route(
        KEEPERS, "/labels/retirement", form={"point": "{point}"}, ok=303, aimed=True, of_office=True
    ),
    "GET /audit": Route(WIDE, "/audit?branch={branch}", aimed=True),
}
