"""Take in what a phone hands over: every event stored as it came, then admitted or held.

One transaction, committed before the answer. Reading, timing and looking up come before it, so that
SQLite's one writer is not kept waiting.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from service.domain import held
from service.domain.held import Why
from service.domain.instants import milliseconds
from service.domain.ranges import Range
from service.models.engine import reading, writing
from service.operations.contention import done_again
from service.operations.sync import accounting, storing
from service.operations.sync.accounting import HeldEvent
from service.operations.sync.admission import admit
from service.operations.sync.admitting import Admitting, Author
from service.operations.sync.batch import Delivery, Incoming, read_events
from service.operations.sync.holding import decide, hold, hold_otherwise, reopen, why_impossible
from service.operations.sync.names import Names, look_up
from service.operations.sync.storing import Fresh, Known

ACCEPTED, DUPLICATE, HELD, SET_ASIDE = "accepted", "duplicate", "held", "set_aside"


class Result(NamedTuple):
    """What became of an event: `state` where it is a duplicate, `why` where it is held."""

    incoming: Incoming
    status: str
    state: str | None = None
    why: Why | None = None


class Synced(NamedTuple):
    """What a sync came to; `results` in the order of the request's events."""

    results: Sequence[Result]
    have: Sequence[Range]
    missing: Sequence[Range]
    held: Sequence[HeldEvent]


def record_sync(
    engine: Engine,
    installation: int,
    delivery: Delivery,
    now: datetime,
    *,
    carried_by: int | None = None,
    unverified: bool = False,
) -> Synced:
    """Store the events of an installation (its row's id), admit what can be, account for all.

    `carried_by`: the row of the installation that delivers them, None for a file. `unverified`: all
    of them are held for a person to decide.
    """
    now_ms = milliseconds(now)
    incoming = read_events(delivery, now_ms)
    bodies = [each.event.body for each in incoming if each.event.body is not None]
    with reading(engine) as connection:
        branch_id = accounting.branch_of(connection, installation)
        names = look_up(connection, branch_id, bodies)
        # What is not known may be made known meanwhile: it is looked up again, under the lock.
        complete = not any(names.why_not(body) for body in bodies)
    taking = _Taking(
        delivery, incoming, names if complete else None, now_ms, carried_by, unverified
    )
    return done_again(lambda: taking.run(engine, installation))


class _Taking(NamedTuple):
    """One delivery being taken in."""

    delivery: Delivery
    incoming: Sequence[Incoming]
    names: Names | None
    now_ms: int
    carried_by: int | None
    unverified: bool

    def run(self, engine: Engine, installation: int) -> Synced:
        with writing(engine) as connection:
            account = accounting.lock(connection, installation)
            author = account.author
            known = storing.known(connection, author, self.incoming)
            fresh = storing.store(
                connection, author, self.incoming, known, self.carried_by, self.now_ms
            )
            if self.unverified:
                refused = {each.row: Why(held.UNVERIFIED) for each in fresh}
                hold(connection, author, refused, self.now_ms)
            else:
                proven = storing.proven(connection, self.incoming, known, fresh)
                reopen(connection, author, _set_aside(proven, known), self.now_ms)
                refused = self._admit(connection, author, fresh, proven)
                # Those that came before too: an account that has lost some gets them back.
                numbers = [each.event.sequence for each in self.incoming]
                account = accounting.settle(
                    connection,
                    account,
                    numbers,
                    self.delivery,
                    self.now_ms,
                    by_phone=self.carried_by is not None,
                )
                fresh += proven
            still = accounting.still_held(connection, author)
        results = self._results(known, fresh, refused)
        return Synced(results, account.have, account.missing, still)

    def _admit(
        self,
        connection: Connection,
        author: Author,
        fresh: Sequence[Fresh],
        proven: Sequence[Fresh],
    ) -> dict[int, Why]:
        """Admit the events that can be; hold the others, and return why."""
        refused: dict[int, Why] = {}
        admitting = []
        for each in (*fresh, *proven):
            why = _why_held(each)
            if why is None:
                admitting.append(_admitting(each, self.now_ms))
            else:
                refused[each.row] = why
        names = self.names
        if names is None:
            names = look_up(connection, author.branch_id, [each.body for each in admitting])
        refused |= admit(connection, author, names, admitting, self.now_ms)
        new = {each.row: refused[each.row] for each in fresh if each.row in refused}
        hold(connection, author, new, self.now_ms)
        decided = [(each.row, each.incoming.key) for each in proven if each.row not in refused]
        decide(connection, author, decided, "admitted", self.now_ms)
        others = {each.row: refused[each.row] for each in proven if each.row in refused}
        hold_otherwise(connection, others)
        return refused

    def _results(
        self,
        known: Mapping[storing.Identity, Known],
        tried: Sequence[Fresh],
        refused: Mapping[int, Why],
    ) -> list[Result]:
        """Return what became of each event, in the request's order."""
        states = {identity: _state(each) for identity, each in known.items()}
        first = set()
        for row, incoming, _ in tried:
            identity = (incoming.key, incoming.digest)
            why = refused.get(row)
            states[identity] = (HELD if why else ACCEPTED, why)
            if identity not in known:
                first.add(incoming.place)
        results = []
        for each in self.incoming:
            state, why = states[each.key, each.digest]
            if each.place in first:
                results.append(Result(each, state, None, why))
            else:
                results.append(Result(each, DUPLICATE, state, why))
        return results


def _set_aside(
    proven: Sequence[Fresh], known: Mapping[storing.Identity, Known]
) -> list[tuple[int, str]]:
    """Return the events (row, id) that a person set aside while their origin was doubted."""
    events = [each.incoming for each in proven]
    before = [(each.key, known[each.key, each.digest]) for each in events]
    return [(each.row, key) for key, each in before if each.decision is not None]


def _why_held(fresh: Fresh) -> Why | None:
    """Return why an event cannot be admitted, whatever else is known."""
    event = fresh.incoming.event
    if fresh.conflict:
        # Before all else: no update of the service may count one event twice.
        return Why(held.ID_CONFLICT)
    if event.code is not None:
        return Why(event.code, event.detail)
    return why_impossible(event.shown, fresh.incoming.moment)


def _state(known: Known) -> tuple[str, Why | None]:
    """Return what has become of an event that came before."""
    if known.code is None or known.decision == "admitted":
        return ACCEPTED, None
    if known.decision == SET_ASIDE:
        return SET_ASIDE, None
    return HELD, Why(known.code, known.detail)


def _admitting(fresh: Fresh, now_ms: int) -> Admitting[Any]:
    """Return a new event as one that is to become a record."""
    incoming = fresh.incoming
    body, moment = incoming.event.body, incoming.moment
    if body is None or moment is None:
        raise ValueError("an event without a body is held")
    at_ms, mark = moment.estimate_ms, moment.mark
    return Admitting(fresh.row, incoming.key, incoming.digest, body, at_ms, mark, now_ms)
