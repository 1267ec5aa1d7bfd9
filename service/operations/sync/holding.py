"""Held events: listed, read again, decided."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from service.domain import held
from service.domain.clock import UNKNOWN, Clock, Moment, Shown
from service.domain.events import FIRST_MS, LAST_MS, read_event
from service.domain.held import Why
from service.operations.sync.admitting import Admitting, Author
from service.operations.sync.statements import hex_of, insert, rows, run_all

HELD_EVENTS = "event, branch_id, installation_id, code, detail, held_at"
LONGEST_DETAIL = 200
HELD = (
    "SELECT event, code, detail, event_id, digest, sequence, raw, received_at, happened_at,"
    " earliest_at, latest_at, clock"
    " FROM held_events JOIN phone_events ON phone_events.id = held_events.event"
    " WHERE decided_at IS NULL AND "
)
AUDIT = "branch_id, at, user_id, installation_id, action, subject, detail"
REOPEN = (
    "UPDATE held_events SET decision = NULL, decided_at = NULL, decided_by = NULL, reason = NULL"
    " WHERE event = ?"
)
DECIDE = (
    "UPDATE held_events SET decision = ?, decided_at = ?, decided_by = ?, reason = ?"
    " WHERE event = ? AND decided_at IS NULL"
)


class Held(NamedTuple):
    """A held event that is not decided, as it stands in the database; `key` as 32 digits."""

    row: int
    code: str
    detail: str | None
    key: str
    digest: str
    sequence: int | None
    raw: str
    received_ms: int
    moment: Moment | None


def hold(connection: Connection, author: Author, refused: Mapping[int, Why], now_ms: int) -> None:
    """List stored events as held, by their rows."""
    written = [
        (row, author.branch_id, author.id, why.code, _short(why.detail), now_ms)
        for row, why in refused.items()
    ]
    insert(connection, "held_events", HELD_EVENTS, written)


def hold_otherwise(connection: Connection, refused: Mapping[int, Why]) -> None:
    """Say of held events, by their rows, why they are held now."""
    changed = [(why.code, _short(why.detail), row) for row, why in refused.items()]
    run_all(connection, "UPDATE held_events SET code = ?, detail = ? WHERE event = ?", changed)


def decide(
    connection: Connection,
    author: Author,
    events: Iterable[tuple[int, str]],
    decision: str,
    now_ms: int,
    user_id: int | None = None,
    **detail: object,
) -> None:
    """Note what was decided about held events (row, id), and who did: None for a rule.

    The audit log says so too: an event whose decision is lost would otherwise never be missed.
    """
    decided = list(events)
    reason = detail.get("reason")
    run_all(
        connection,
        DECIDE,
        [(decision, now_ms, user_id, reason, row) for row, _ in decided],
    )
    told = {name: value for name, value in detail.items() if value is not None}
    line = (author.branch_id, now_ms, user_id, author.id, f"held_{decision}")
    text = json.dumps(told, ensure_ascii=False) if told else None
    insert(connection, "audit_log", AUDIT, [(*line, key, text) for _, key in decided])


def reopen(
    connection: Connection, author: Author, events: Sequence[tuple[int, str]], now_ms: int
) -> None:
    """Take decisions on events (row, id) back, because the phone itself has brought them now.

    They were set aside for their doubtful origin. The audit log keeps what was decided.
    """
    run_all(connection, REOPEN, [(row,) for row, _ in events])
    line = (author.branch_id, now_ms, None, author.id, "held_reopened")
    insert(connection, "audit_log", AUDIT, [(*line, key, None) for _, key in events])


def undecided(connection: Connection, event: int) -> Held | None:
    """Return a held event by its row; None where there is none, or it is decided."""
    found = [_held(row) for row in rows(connection, f"{HELD} event = ?", (event,))]
    return found[0] if found else None


def undecided_of(connection: Connection, author: Author, after: int, most: int) -> list[Held]:
    """Return an installation's undecided events in the order of their rows, from after a row on."""
    sql = f"{HELD} held_events.installation_id = ? AND event > ? ORDER BY event LIMIT ?"
    return [_held(row) for row in rows(connection, sql, (author.id, after, most))]


def read_again(event: Held, point_id: int | None = None) -> Admitting[Any] | Why:
    """Return a held event as one to be admitted, or why it cannot be.

    What could not be read when it came may be readable now; then its time is guessed.
    """
    read = read_event(json.loads(event.raw))
    if read.body is None or read.shown is None or read.sequence is None:
        return Why(read.code or held.MALFORMED, read.detail)
    moment = event.moment
    if moment is None:
        moment = Clock((), None, event.received_ms).moment(read.sequence, read.shown)
    impossible = why_impossible(read.shown, moment)
    if impossible is not None:
        return impossible
    return Admitting(
        event.row,
        event.key,
        event.digest,
        read.body,
        moment.estimate_ms,
        moment.mark,
        event.received_ms,
        conflict=event.code == held.ID_CONFLICT,
        point_id=point_id,
    )


def why_impossible(shown: Shown | None, moment: Moment | None) -> Why | None:
    """Return why an event's time cannot be; None where it can.

    A device that wakes up in 1969 is no obstacle where its clock has been measured.
    """
    if shown is None or moment is None:
        return Why(held.MALFORMED, "at")
    unmeasured = moment.mark == UNKNOWN and not FIRST_MS <= shown.at_ms <= LAST_MS
    if unmeasured or not FIRST_MS <= moment.estimate_ms <= LAST_MS:
        return Why(held.IMPOSSIBLE_TIME)
    return None


def _held(row: Any) -> Held:
    id_, code, detail, key, digest, sequence, raw, received, at, earliest, latest, mark = row
    moment = None if at is None else Moment(earliest, latest, at, mark)
    return Held(id_, code, detail, hex_of(key), digest, sequence, raw, received, moment)


def _short(detail: str | None) -> str | None:
    return None if detail is None else detail[:LONGEST_DETAIL]
