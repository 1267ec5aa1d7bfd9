"""Records of a drawn feed that come as a phone's events instead of by import."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, select

from service.domain.clock import Reading
from service.domain.instants import instant_of, milliseconds
from service.models import Courier, Installation, Point, PointLabel
from service.models.engine import writing
from service.operations.record_sync import record_sync
from service.operations.sync.batch import Delivery
from tests.oracle.feed_plans import Feed

HOUR = timedelta(hours=1)
Row = dict[str, str]


def by_phone(stage: Feed, known: Feed) -> tuple[list[Row], list[Row]]:
    """What is new in a stage and may come from a phone: scans, and voids of any scan there is."""
    new_scans = [row for row in stage.get("scans", []) if row not in known.get("scans", [])]
    plain = [row for row in new_scans if _is_plain(row)]
    sendable = {row["scan_id"].lower() for row in plain}
    voids = [
        row
        for row in stage.get("scan_voids", [])
        if row not in known.get("scan_voids", []) and row["scan_id"].lower() in sendable
    ]
    return plain, voids


def without(stage: Feed, scans: Iterable[Row]) -> Feed:
    """The stage without these scans and what belongs to them."""
    gone = {row["scan_id"].lower() for row in scans}
    left = {
        name: rows
        if name not in ("scans", "scan_items", "scan_voids")
        else [row for row in rows if row["scan_id"].lower() not in gone]
        for name, rows in stage.items()
    }
    return {name: rows for name, rows in left.items() if rows}


def send(engine: Engine, branch_id: int, stage: Feed, scans: list[Row], voids: list[Row]) -> None:
    """Have each courier's phone hand over its scans, and those of them that were taken back."""
    _label(engine, branch_id, {row["point_code"] for row in scans})
    courier_of = {row["scan_id"].lower(): row["courier_code"] for row in scans}
    items: dict[str, list[dict[str, Any]]] = {}
    for row in stage.get("scan_items", []):
        item = {"title": row["title_code"], "date": row["issue_date"], "copies": int(row["copies"])}
        items.setdefault(row["scan_id"].lower(), []).append(item)
    for courier in sorted(set(courier_of.values())):
        events = [_scan(branch_id, row, items) for row in scans if row["courier_code"] == courier]
        events += [_void(row) for row in voids if courier_of[row["scan_id"].lower()] == courier]
        _hand_over(engine, _enrolled(engine, branch_id, courier), events)


def _is_plain(row: Row) -> bool:
    """Whether a phone with a good clock could have said it."""
    return not row.get("clock") and bool(row.get("lat")) == bool(row.get("accuracy_m"))


def _scan(branch_id: int, row: Row, items: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    event = {
        "id": row["scan_id"],
        "kind": "scan",
        "method": row["method"],
        "label": _token(branch_id, row["point_code"], row.get("label")),
        "point": row["point_code"],
        "items": items.get(row["scan_id"].lower(), []),
        "at": _cut(row["scanned_at"]),
    }
    if row.get("lat"):
        names = {"lat": "lat", "lon": "lon", "accuracy_m": "accuracy_m"}
        event["position"] = {name: float(row[column]) for name, column in names.items()}
    return event


def _token(branch_id: int, point: str, label: str | None) -> str:
    """The token of a point's label, of its retired one, or one that is nobody's."""
    if label == "unknown":
        return "ZZZZZZZZZZZZZZZZ"
    return hashlib.sha256(f"{branch_id} {point} {label or ''}".encode()).hexdigest()[:16].upper()


def _label(engine: Engine, branch_id: int, points: set[str]) -> None:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    with writing(engine) as connection:
        query = select(Point.point_code, Point.id).where(
            Point.branch_id == branch_id,
            Point.point_code.in_(points),
            Point.id.not_in(select(PointLabel.point_id)),
        )
        for code, point_id in connection.execute(query).all():
            for label, retired in (("", None), ("retired", made)):
                token = _token(branch_id, code, label)
                values = {"branch_id": branch_id, "point_id": point_id, "token": token}
                values |= {"short_code": token[:7], "made_at": made, "retired_at": retired}
                connection.execute(insert(PointLabel).values(**values))


def _void(row: Row) -> dict[str, Any]:
    voided = {"scan": row["scan_id"], "at": _cut(row["voided_at"]), "reason": row.get("reason")}
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, row["scan_id"])), "kind": "void", **voided}


def _cut(text: str) -> str:
    """The instant to the millisecond, in UTC."""
    at = instant_of(milliseconds(datetime.fromisoformat(text)))
    return at.isoformat(timespec="milliseconds")


def _enrolled(engine: Engine, branch_id: int, courier: str) -> int:
    with writing(engine) as connection:
        query = select(Courier.id).where(
            Courier.branch_id == branch_id, Courier.courier_code == courier
        )
        values = {
            "branch_id": branch_id,
            "installation_id": uuid.uuid4(),
            "courier_id": connection.scalar(query),
            "token_hash": uuid.uuid4().hex,
            "enrolled_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        row = connection.execute(insert(Installation).values(**values).returning(Installation.id))
        return int(row.scalar_one())


def _hand_over(engine: Engine, installation: int, events: list[dict[str, Any]]) -> None:
    for number, event in enumerate(events, start=1):
        event |= {"seq": number, "format": 1, "mono": 0, "life": "one"}
    instants = [datetime.fromisoformat(event["at"]) for event in events]
    first, last = (milliseconds(each) for each in (min(instants) - HOUR, max(instants) + HOUR))
    readings = [Reading("zero", 0, first, 0, 0, 0), Reading("two", 0, last, 0, 0, len(events))]
    delivery = Delivery(events, readings, None, len(events), len(events))
    synced = record_sync(engine, installation, delivery, instant_of(last))
    assert {each.status for each in synced.results} == {"accepted"}, synced.results
