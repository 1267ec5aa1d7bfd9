"""Phones: whose they are, when they last spoke, what they still have, what never came."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select

from service.domain.ranges import Range, how_many, missing_up_to
from service.models import Courier, HeldEvent, Installation, Office
from service.queries.identities import Scope

SILENT_AFTER: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Phone:
    """One enrolment of one phone.

    `waiting` is how many events it still had after its last sync; `missing` are numbers that it has
    given out and the service does not hold; `is_silent`: something waits, and for a day nothing has
    been heard of it.
    """

    id: int
    courier_code: str
    courier_name: str
    office: str
    device: str | None
    app_version: str | None
    enrolled_at: datetime
    revoked_at: datetime | None
    last_sync_at: datetime | None
    waiting: int
    missing: list[Range]
    held: int
    is_silent: bool

    @property
    def missing_count(self) -> int:
        """How many numbers are missing."""
        return how_many(self.missing)


def phones(engine: Engine, scope: Scope, branch_id: int, now: datetime) -> list[Phone]:
    """Return the branch's phones: silent ones first, then those in use, then revoked ones."""
    with engine.connect() as connection:
        found = _phones(connection, _of(scope, branch_id), now)
    return sorted(found, key=_urgency)


def phone(engine: Engine, scope: Scope, phone_id: int, now: datetime) -> tuple[int, Phone] | None:
    """Return (branch, phone) of the row with the id; None where none may be seen."""
    with engine.connect() as connection:
        owner = connection.execute(
            select(Installation.branch_id, Courier.office_id)
            .join(Courier, Installation.courier_id == Courier.id)
            .where(Installation.id == phone_id)
        ).first()
        if owner is None or not scope.sees_office(owner.branch_id, owner.office_id):
            return None
        [found] = _phones(connection, [Installation.id == phone_id], now)
    return owner.branch_id, found


def silent_phones(engine: Engine, scope: Scope, branch_id: int, now: datetime) -> int:
    """Return how many phones of the branch are silent with events waiting."""
    query = (
        select(func.count())
        .select_from(Installation)
        .join(Courier, Installation.courier_id == Courier.id)
        .where(*_of(scope, branch_id), *_silent(now))
    )
    with engine.connect() as connection:
        return connection.scalar(query) or 0


def _silent(now: datetime) -> list[ColumnElement[bool]]:
    return [
        Installation.waiting > 0,
        Installation.revoked_at.is_(None),
        Installation.last_sync_at < now - SILENT_AFTER,
    ]


def _of(scope: Scope, branch_id: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Installation.branch_id == branch_id]
    if scope.office_id is not None:
        conditions.append(Courier.office_id == scope.office_id)
    return conditions


def _phones(
    connection: Connection, conditions: list[ColumnElement[bool]], now: datetime
) -> list[Phone]:
    return [_phone(row, now) for row in connection.execute(_query().where(*conditions))]


def _query() -> Select[*tuple[Any, ...]]:
    held = (
        select(func.count())
        .where(HeldEvent.installation_id == Installation.id, HeldEvent.decided_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            *Installation.__table__.columns,
            Courier.courier_code,
            Courier.name.label("courier_name"),
            Office.name.label("office_name"),
            held.label("held"),
        )
        .join(Courier, Installation.courier_id == Courier.id)
        .join(Office, Courier.office_id == Office.id)
    )


def _phone(row: Any, now: datetime) -> Phone:
    have = [(first, last) for first, last in json.loads(row.have)]
    asleep = row.last_sync_at is not None and row.last_sync_at < now - SILENT_AFTER
    return Phone(
        id=row.id,
        courier_code=row.courier_code,
        courier_name=row.courier_name,
        office=row.office_name,
        device=row.device,
        app_version=row.app_version,
        enrolled_at=row.enrolled_at,
        revoked_at=row.revoked_at,
        last_sync_at=row.last_sync_at,
        waiting=row.waiting,
        missing=missing_up_to(have, row.highest),
        held=row.held,
        is_silent=asleep and row.waiting > 0 and row.revoked_at is None,
    )


def _urgency(phone: Phone) -> tuple[bool, bool, float, str, int]:
    last = phone.last_sync_at or phone.enrolled_at
    return (
        phone.revoked_at is not None,
        not phone.is_silent,
        last.timestamp() if phone.is_silent else -last.timestamp(),
        phone.courier_code,
        phone.id,
    )
