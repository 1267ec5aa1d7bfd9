"""Couriers by office, each with what is known of their phones."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, select

from service.models import Courier, Office
from service.queries.identities import Scope
from service.queries.keeping.phones import Phone, phones


@dataclass(frozen=True, slots=True)
class CourierRow:
    """A courier with the phones in use."""

    id: int
    code: str
    name: str
    phones: list[Phone]


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office with its couriers."""

    code: str
    name: str
    couriers: list[CourierRow] = field(default_factory=list)


def couriers(engine: Engine, scope: Scope, branch_id: int, now: datetime) -> list[OfficeRow]:
    """Return the branch's offices that have couriers, by code, each with its couriers by code."""
    in_use = defaultdict(list)
    for phone in phones(engine, scope, branch_id, now):
        if phone.revoked_at is None:
            in_use[phone.courier_code].append(phone)
    query = (
        select(
            Office.id.label("office_id"),
            Office.office_code,
            Office.name.label("office"),
            Courier.id,
            Courier.courier_code,
            Courier.name,
        )
        .join(Courier, Courier.office_id == Office.id)
        .where(Office.branch_id == branch_id)
        .order_by(Office.office_code, Courier.courier_code)
    )
    offices: dict[int, OfficeRow] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            if not scope.sees_office(branch_id, row.office_id):
                continue
            office = offices.setdefault(row.office_id, OfficeRow(row.office_code, row.office))
            found = in_use[row.courier_code]
            office.couriers.append(CourierRow(row.id, row.courier_code, row.name, found))
    return list(offices.values())


def courier(engine: Engine, scope: Scope, branch_id: int, code: str) -> CourierRow | None:
    """Return the branch's courier with the code, without phones; None where none may be seen."""
    query = select(Courier.id, Courier.name, Courier.office_id).where(
        Courier.branch_id == branch_id, Courier.courier_code == code
    )
    with engine.connect() as connection:
        found = connection.execute(query).first()
    if found is None or not scope.sees_office(branch_id, found.office_id):
        return None
    return CourierRow(found.id, code, found.name, [])
