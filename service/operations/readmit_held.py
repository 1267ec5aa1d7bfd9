"""Held events tried again: by the rules when something has become known, or because a person says.

Rules admit what an import, a label, an update or a scan has made admissible. A person admits what
no rule can decide, naming the point where that is missing, or sets an event aside for good.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine

from service.domain import held
from service.domain.held import Why
from service.domain.instants import milliseconds
from service.models.engine import reading, writing
from service.operations.contention import written
from service.operations.sync import accounting
from service.operations.sync.admission import admit
from service.operations.sync.admitting import Admitting, Author
from service.operations.sync.holding import (
    Held,
    decide,
    hold_otherwise,
    read_again,
    undecided,
    undecided_of,
)
from service.operations.sync.names import look_up
from service.operations.sync.statements import rows

# Only a person can say whether these are to count.
FOR_A_PERSON: Final = frozenset({held.ID_CONFLICT, held.UNVERIFIED})
# Events tried in one transaction.
BATCH: Final = 500


def readmit_held(engine: Engine, now: datetime, branch_id: int | None = None) -> int:
    """Try the undecided events of a branch (of all by default) again; return how many count now."""
    sql = "SELECT DISTINCT installation_id FROM held_events WHERE decided_at IS NULL"
    values = () if branch_id is None else (branch_id,)
    if branch_id is not None:
        sql += " AND branch_id = ?"
    with reading(engine) as connection:
        installations = [row[0] for row in rows(connection, sql, values)]
    return sum(_readmit_of(engine, each, milliseconds(now)) for each in sorted(installations))


def admit_held(
    engine: Engine, event: int, user_id: int | None, now: datetime, *, point: int | None = None
) -> bool:
    """Admit a held event (its row's id) because a person says so; False where it stays held.

    `point` is the row of the point that a scan or attempt was at.
    """

    def admit_it(connection: Connection) -> bool:
        found = _locked(connection, event)
        if found is None:
            return False
        account, one = found
        refused = _try(connection, account.author, [one], milliseconds(now), user_id, point)
        if refused:
            return False
        if one.code == held.UNVERIFIED:
            accounting.add_numbers(connection, account, [one.sequence])
        return True

    return written(engine, admit_it)


def set_aside(engine: Engine, event: int, user_id: int | None, reason: str, now: datetime) -> bool:
    """Keep a held event (its row's id) for ever without counting it; False if it is decided."""
    with writing(engine) as connection:
        found = _locked(connection, event)
        if found is None:
            return False
        account, one = found
        told = {"code": one.code, "reason": reason}
        decided = [(one.row, one.key)]
        decide(connection, account.author, decided, "set_aside", milliseconds(now), user_id, **told)
    return True


def _readmit_of(engine: Engine, installation: int, now_ms: int) -> int:
    admitted, last = 0, 0

    def readmit_some(connection: Connection) -> tuple[int, int | None]:
        """Return how many count now, and the last row tried: None where none is left."""
        author = accounting.lock(connection, installation).author
        events = undecided_of(connection, author, last, BATCH)
        if not events:
            return 0, None
        tried = [each for each in events if each.code not in FOR_A_PERSON]
        refused = _try(connection, author, tried, now_ms, None, None)
        return len(tried) - len(refused), events[-1].row

    while True:
        some, tried_up_to = written(engine, readmit_some)
        if tried_up_to is None:
            return admitted
        admitted, last = admitted + some, tried_up_to


def _try(
    connection: Connection,
    author: Author,
    events: Sequence[Held],
    now_ms: int,
    user_id: int | None,
    point: int | None,
) -> Mapping[int, Why]:
    """Admit the events that can be; return why the others cannot."""
    refused: dict[int, Why] = {}
    admitting: list[Admitting[Any]] = []
    for each in events:
        again = read_again(each, point)
        if isinstance(again, Why):
            refused[each.row] = again
        else:
            admitting.append(again)
    names = look_up(connection, author.branch_id, [each.body for each in admitting])
    refused |= admit(connection, author, names, admitting, now_ms)
    counted = [(each.row, each.key) for each in events if each.row not in refused]
    told = _code_of(connection, point)
    decide(connection, author, counted, "admitted", now_ms, user_id, point=told)
    if user_id is None:
        # What was not readable may now lack a title: the list says what is in the way.
        hold_otherwise(connection, refused)
    return refused


def _code_of(connection: Connection, point: int | None) -> str | None:
    if point is None:
        return None
    [(code,)] = rows(connection, "SELECT point_code FROM points WHERE id = ?", (point,))
    return str(code)


def _locked(connection: Connection, event: int) -> tuple[accounting.Account, Held] | None:
    """Return an undecided event and its installation's account, which nobody else changes now."""
    owner = rows(connection, "SELECT installation_id FROM held_events WHERE event = ?", (event,))
    if not owner:
        return None
    account = accounting.lock(connection, owner[0][0])
    found = undecided(connection, event)
    return None if found is None else (account, found)
