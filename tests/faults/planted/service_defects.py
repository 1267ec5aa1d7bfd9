"""Defects planted into the service, one a process: the schedules must catch each of them.

Nothing of this is reachable from the service; host.py plants one before it forks.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from service.models import engine
from service.operations import record_sync
from service.operations.sync import accounting, batch, storing, voids


def plant(name: str) -> None:
    """Change the service as the defect wants it."""
    SERVICE_DEFECTS[name]()


def relaxed_disk() -> None:
    """SQLite does not wait for the disk."""
    strict = engine._set_pragmas

    def relaxed(connection: Any, record: Any) -> None:
        strict(connection, record)
        connection.cursor().execute("PRAGMA synchronous = OFF")

    engine._set_pragmas = relaxed


def answer_before_commit() -> None:
    """The answer leaves first, the commit follows a moment later."""
    from service.api import sync

    whole = record_sync.record_sync

    def hasty(engine: Any, installation: Any, delivery: Any, now: Any, **more: Any) -> Any:
        # What it would come to, without a trace in the database.
        foretold = _undone(whole, engine, installation, delivery, now, **more)

        def later() -> None:
            time.sleep(0.1)
            whole(engine, installation, delivery, now, **more)

        threading.Thread(target=later, daemon=True).start()
        return foretold

    sync.record_sync = hasty


class _UndoneError(Exception):
    pass


def _undone(whole: Callable[..., Any], engine: Any, *given: Any, **more: Any) -> Any:
    """Return what an operation returns, its transaction rolled back."""
    from contextlib import contextmanager, suppress

    kept: list[Any] = []
    writing = record_sync.writing
    here = threading.get_ident()

    @contextmanager
    def never_committed(engine: Any) -> Any:
        if threading.get_ident() != here:
            with writing(engine) as connection:
                yield connection
            return
        with suppress(_UndoneError), writing(engine) as connection:
            yield connection
            raise _UndoneError

    record_sync.writing = never_committed
    try:
        kept.append(whole(engine, *given, **more))
    finally:
        record_sync.writing = writing
    return kept[0]


def checkpoint_ahead() -> None:
    """It says that it has every number up to the highest, whether the events have come or not."""
    honest = accounting.settle

    def boastful(
        connection: Any, account: Any, numbers: Any, delivery: Any, now: Any, **more: Any
    ) -> Any:
        up_to = range(1, delivery.highest + 1)
        return honest(connection, account, [*numbers, *up_to], delivery, now, **more)

    accounting.settle = boastful


def batch_dropped_for_one() -> None:
    """Where one event of a batch is held, the others are not counted either."""
    whole = record_sync._Taking._admit

    def all_or_none(self: Any, connection: Any, author: Any, fresh: Any, proven: Any) -> Any:
        refused = whole(self, connection, author, fresh, proven)
        if refused:
            for each in fresh:
                if each.row not in refused:
                    _forget(connection, each.row)
        return refused

    record_sync._Taking._admit = all_or_none


def _forget(connection: Any, event: int) -> None:
    for statement in (
        "DELETE FROM scan_items WHERE scan_id IN (SELECT id FROM scans WHERE event = :event)",
        "DELETE FROM scan_voids WHERE scan_id IN (SELECT id FROM scans WHERE event = :event)",
        "DELETE FROM untraced_scans WHERE scan_id IN (SELECT id FROM scans WHERE event = :event)",
        "DELETE FROM scans WHERE event = :event",
        "DELETE FROM attempts WHERE event = :event",
        "DELETE FROM round_reports WHERE event = :event",
    ):
        connection.execute(_text(statement), {"event": event})


def _text(statement: str) -> Any:
    from sqlalchemy import text

    return text(statement)


def shared_ids() -> None:
    """An id that any installation has used is taken for a duplicate."""
    storing.KNOWN = storing.KNOWN.replace(
        "phone_events.installation_id = ? AND", "(? IS NOT NULL) AND"
    )
    mine = storing.known

    def anybodys(connection: Any, author: Any, incoming: Any) -> Any:
        found = mine(connection, author, incoming)
        by_id = {key: each for (key, _), each in found.items()}
        return found | {
            (each.key, each.digest): by_id[each.key] for each in incoming if each.key in by_id
        }

    storing.known = anybodys


def clock_of_receipt() -> None:
    """An event happened when it was received."""
    from service.domain.clock import Moment

    def received(self: Any, sequence: int, shown: Any) -> Moment:
        at = self._received_ms
        return Moment(at, at, at, None)

    batch.Clock.moment = received


def voids_in_order() -> None:
    """A void that comes before its scan is forgotten."""
    voids.waiting_for = lambda connection, author, made: []


def no_word_of_gaps() -> None:
    """It never asks for what it has lost."""
    honest = accounting.settle

    def silent(
        connection: Any, account: Any, numbers: Any, delivery: Any, now: Any, **more: Any
    ) -> Any:
        known = honest(connection, account, numbers, delivery, now, **more)
        return known._replace(have=[(1, known.highest)] if known.highest else [])

    accounting.settle = silent


def first_courier() -> None:
    """A delivered older queue is credited to whoever delivers it."""
    whole = accounting.lock

    def carried(connection: Any, installation: int) -> Any:
        account = whole(connection, installation)
        carrier = _carrier.get(threading.get_ident())
        if carrier is None or carrier == installation:
            return account
        author = whole(connection, carrier).author._replace(id=account.author.id)
        return account._replace(author=author)

    run = record_sync._Taking.run

    def noted(self: Any, engine: Any, installation: int) -> Any:
        _carrier[threading.get_ident()] = self.carried_by
        return run(self, engine, installation)

    accounting.lock = carried
    record_sync._Taking.run = noted


_carrier: dict[int, int | None] = {}

SERVICE_DEFECTS: dict[str, Callable[[], None]] = {
    "relaxed disk": relaxed_disk,
    "answer before commit": answer_before_commit,
    "checkpoint ahead of its data": checkpoint_ahead,
    "batch dropped for one event": batch_dropped_for_one,
    "ids shared by installations": shared_ids,
    "clock of receipt": clock_of_receipt,
    "voids only in order": voids_in_order,
    "no word of gaps": no_word_of_gaps,
    "credited to who delivers": first_courier,
}
