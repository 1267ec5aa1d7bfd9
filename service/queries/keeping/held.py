"""Held events: what a phone sent, why it does not count yet, and what was decided."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Select, func, select

from service.domain.held import message
from service.models import Courier, HeldEvent, Installation, PhoneEvent, User
from service.queries.identities import Scope

MOST_WAITING: Final = 200
MOST_DECIDED: Final = 100
# An event may have two megabytes, and a page three hundred events.
MOST_SHOWN: Final = 4_000


@dataclass(frozen=True, slots=True)
class Held:
    """An event that is kept but not counted, or was until somebody or a rule decided on it.

    `raw` is what came, indented, or the beginning of it; `decided_by` is None where a rule or an
    import admitted it.
    """

    event: int
    kind: str | None
    code: str
    why: dict[str, str]
    courier_code: str
    courier_name: str
    happened_at: datetime | None
    received_at: datetime
    raw: str
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


def waiting(engine: Engine, scope: Scope, branch_id: int) -> dict[str, list[Held]]:
    """Return the events that wait for a decision by their code, oldest first: 200 at most."""
    undecided = [*_of(scope, branch_id), HeldEvent.decided_at.is_(None)]
    query = _query().where(*undecided).order_by(HeldEvent.event).limit(MOST_WAITING)
    found: dict[str, list[Held]] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            found.setdefault(row.code, []).append(_held(row))
    return found


def decided(engine: Engine, scope: Scope, branch_id: int) -> list[Held]:
    """Return the last 100 events that were decided on, newest decision first."""
    query = (
        _query()
        .where(*_of(scope, branch_id), HeldEvent.decided_at.is_not(None))
        .order_by(HeldEvent.decided_at.desc(), HeldEvent.event.desc())
        .limit(MOST_DECIDED)
    )
    with engine.connect() as connection:
        return [_held(row) for row in connection.execute(query)]


def count_waiting(engine: Engine, scope: Scope, branch_id: int) -> int:
    """Return how many events of the branch wait for a decision."""
    query = (
        select(func.count())
        .select_from(HeldEvent)
        .join(Installation, HeldEvent.installation_id == Installation.id)
        .join(Courier, Installation.courier_id == Courier.id)
        .where(*_of(scope, branch_id), HeldEvent.decided_at.is_(None))
    )
    with engine.connect() as connection:
        return connection.scalar(query) or 0


def those_in_scope(
    engine: Engine, scope: Scope, branch_id: int, events: list[int]
) -> list[int] | None:
    """Return the undecided events among these; None where one of them may not be seen."""
    query = _query().where(*_of(scope, branch_id), HeldEvent.event.in_(events))
    with engine.connect() as connection:
        found = {row.event: row for row in connection.execute(query)}
    if set(events) - set(found):
        return None
    return [event for event in events if found[event].decided_at is None]


def _of(scope: Scope, branch_id: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [HeldEvent.branch_id == branch_id]
    if scope.office_id is not None:
        conditions.append(Courier.office_id == scope.office_id)
    return conditions


def _query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *HeldEvent.__table__.columns,
            PhoneEvent.kind,
            PhoneEvent.happened_at,
            PhoneEvent.received_at,
            func.substr(PhoneEvent.raw, 1, MOST_SHOWN + 1).label("raw"),
            Courier.courier_code,
            Courier.name.label("courier_name"),
            User.name.label("decider"),
        )
        .join(PhoneEvent, HeldEvent.event == PhoneEvent.id)
        .join(Installation, HeldEvent.installation_id == Installation.id)
        .join(Courier, Installation.courier_id == Courier.id)
        .outerjoin(User, HeldEvent.decided_by == User.id)
    )


def _held(row: Any) -> Held:
    return Held(
        event=row.event,
        kind=row.kind,
        code=row.code,
        why=message(row.code, row.detail),
        courier_code=row.courier_code,
        courier_name=row.courier_name,
        happened_at=row.happened_at,
        received_at=row.received_at,
        raw=_readable(row.raw),
        decision=row.decision,
        decided_at=row.decided_at,
        decided_by=row.decider,
        reason=row.reason,
    )


def _readable(raw: str) -> str:
    """Return JSON indented; of what is too long the beginning, as it is.

    Half a surrogate, which no page can carry, is shown as it was escaped.
    """
    if len(raw) > MOST_SHOWN:
        return f"{raw[:MOST_SHOWN]}…"
    try:
        indented = json.dumps(json.loads(raw), ensure_ascii=False, indent=1)
    except ValueError:
        return raw
    return indented.encode("utf-8", "backslashreplace").decode()
