"""Bind a phone to a courier: the code that a manager shows, the phone that uses it, a restore."""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, insert, or_, select, update

from service.domain.crockford import random_code, read_code
from service.domain.failures import (
    InstallationTaken,
    RevokedToken,
    UnknownEnrolment,
    UnknownToken,
    UsedEnrolment,
)
from service.domain.tokens import token_hash
from service.models import Branch, Courier, Enrolment, Installation
from service.models.engine import writing
from service.operations.audit import note
from service.operations.contention import written
from service.operations.phone_tickets import Ticket, read_ticket, signed

AnyRow = Row[*tuple[Any, ...]]
CODE_LENGTH: Final = 20  # 100 random bits
GOOD_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NewPhone:
    """What a phone says of itself when it enrols; it has made the id and the token itself."""

    installation_id: uuid.UUID
    token: str
    app_version: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An enrolment as the phone is told of it; `is_new` where this request has made it."""

    installation_id: uuid.UUID
    ticket: str
    courier_code: str
    courier_name: str
    branch_code: str
    branch_name: str
    timezone: str
    is_new: bool


def new_enrolment(
    engine: Engine, branch_id: int, courier_id: int, user_id: int | None, now: datetime
) -> str:
    """Return a code that binds one phone to the courier, once, within an hour from now.

    Only its hash is kept. `user_id` is who asked for it; None for the command line.
    """
    code = random_code(CODE_LENGTH)
    with writing(engine) as connection:
        connection.execute(
            insert(Enrolment).values(
                branch_id=branch_id,
                courier_id=courier_id,
                code_hash=token_hash(code),
                created_at=now,
                created_by=user_id,
                expires_at=now + GOOD_FOR,
            )
        )
        courier = select(Courier.courier_code).where(Courier.id == courier_id)
        code_of = connection.execute(courier).scalar_one()
        note(connection, branch_id, "enrolment_made", now, user_id=user_id, subject=code_of)
    return code


def enrol(engine: Engine, code: str, phone: NewPhone, secret_key: str, now: datetime) -> Enrolled:
    """Bind the phone to the code's courier and return the enrolment.

    The same phone asking again is told the same, however late. UnknownEnrolment: no such code, or
    it has expired; UsedEnrolment: another phone had it; InstallationTaken: its id or token exists.
    """
    # Of two requests at once with the same id or token the second one tries again, and finds it.
    return written(engine, lambda connection: _enrol(connection, code, phone, secret_key, now))


def _enrol(
    connection: Connection, code: str, phone: NewPhone, secret_key: str, now: datetime
) -> Enrolled:
    hashed = token_hash(phone.token)
    enrolment = _enrolment(connection, code)
    if enrolment.installation_id is not None:
        known = connection.execute(_known(Installation.id == enrolment.installation_id)).one()
        if (known.installation_id, known.token_hash) != (phone.installation_id, hashed):
            raise UsedEnrolment
        return _told(known, secret_key, is_new=False)
    if enrolment.expires_at <= now:
        raise UnknownEnrolment
    if _is_taken(connection, phone.installation_id, hashed):
        raise InstallationTaken
    pk = _add(connection, enrolment.branch_id, enrolment.courier_id, phone, hashed, now)
    connection.execute(
        update(Enrolment).where(Enrolment.id == enrolment.id).values(installation_id=pk)
    )
    known = connection.execute(_known(Installation.id == pk)).one()
    note(
        connection,
        enrolment.branch_id,
        "phone_enrolled",
        now,
        subject=known.courier_code,
        installation_id=pk,
    )
    return _told(known, secret_key, is_new=True)


def _enrolment(connection: Connection, code: str) -> AnyRow:
    read = read_code(code, CODE_LENGTH)
    query = select(Enrolment.__table__).where(Enrolment.code_hash == token_hash(read or ""))
    # Of two phones with one code the second waits here, and then finds it used.
    enrolment = connection.execute(query.with_for_update()).first()
    if enrolment is None:
        raise UnknownEnrolment
    return enrolment


def restore_phone(
    engine: Engine, ticket: str, token: str, secret_key: str, now: datetime
) -> Enrolled:
    """Know a phone again that a restored backup has forgotten, and return its enrolment.

    A phone that is known keeps its state: RevokedToken where it was revoked. UnknownToken where the
    ticket is not the service's, is another token's, or names a courier that is not there.
    """
    said = read_ticket(ticket, secret_key)
    if said is None or said.token_hash != token_hash(token):
        raise UnknownToken
    return written(engine, lambda connection: _restore(connection, said, secret_key, now))


def restore_forgotten(
    engine: Engine, installation_id: uuid.UUID, ticket: str, secret_key: str, now: datetime
) -> None:
    """Know a phone again by its ticket alone, for a queue that comes as a file.

    The queue's signature shows whether the token's owner has written it. Nothing where the ticket
    is not this phone's, or names a courier that is not there.
    """
    said = read_ticket(ticket, secret_key)
    if said is None or said.installation_id != installation_id:
        return
    with suppress(UnknownToken, RevokedToken):
        written(engine, lambda connection: _restore(connection, said, secret_key, now))


def _restore(connection: Connection, said: Ticket, secret_key: str, now: datetime) -> Enrolled:
    known = connection.execute(_known(Installation.installation_id == said.installation_id)).first()
    if known is None:
        known = _recreate(connection, said, now)
    if known.token_hash != said.token_hash:
        raise UnknownToken
    if known.revoked_at is not None:
        raise RevokedToken
    return _told(known, secret_key, is_new=False)


def _recreate(connection: Connection, said: Ticket, now: datetime) -> AnyRow:
    courier = connection.execute(
        select(Courier.id, Courier.branch_id)
        .join(Branch, Courier.branch_id == Branch.id)
        .where(Branch.branch_code == said.branch_code, Courier.courier_code == said.courier_code)
    ).first()
    if courier is None or _is_taken(connection, said.installation_id, said.token_hash):
        raise UnknownToken
    phone = NewPhone(said.installation_id, token="")
    pk = _add(connection, courier.branch_id, courier.id, phone, said.token_hash, said.enrolled_at)
    note(
        connection,
        courier.branch_id,
        "phone_restored",
        now,
        subject=said.courier_code,
        installation_id=pk,
    )
    return connection.execute(_known(Installation.id == pk)).one()


def _is_taken(connection: Connection, installation_id: uuid.UUID, hashed: str) -> bool:
    taken = or_(Installation.installation_id == installation_id, Installation.token_hash == hashed)
    return connection.execute(select(Installation.id).where(taken)).first() is not None


def _add(
    connection: Connection,
    branch_id: int,
    courier_id: int,
    phone: NewPhone,
    hashed: str,
    enrolled_at: datetime,
) -> int:
    added = connection.execute(
        insert(Installation)
        .values(
            branch_id=branch_id,
            installation_id=phone.installation_id,
            courier_id=courier_id,
            token_hash=hashed,
            device=phone.device,
            app_version=phone.app_version,
            enrolled_at=enrolled_at,
        )
        .returning(Installation.id)
    )
    return int(added.scalar_one())


def _known(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Installation.installation_id,
            Installation.token_hash,
            Installation.enrolled_at,
            Installation.revoked_at,
            Courier.courier_code,
            Courier.name,
            Branch.branch_code,
            Branch.branch_name,
            Branch.timezone,
        )
        .join(Courier, Installation.courier_id == Courier.id)
        .join(Branch, Installation.branch_id == Branch.id)
        .where(condition)
    )


def _told(known: AnyRow, secret_key: str, *, is_new: bool) -> Enrolled:
    ticket = Ticket(
        known.installation_id,
        known.token_hash,
        known.courier_code,
        known.branch_code,
        known.enrolled_at,
    )
    return Enrolled(
        installation_id=known.installation_id,
        ticket=signed(ticket, secret_key),
        courier_code=known.courier_code,
        courier_name=known.name,
        branch_code=known.branch_code,
        branch_name=known.branch_name,
        timezone=known.timezone,
        is_new=is_new,
    )
