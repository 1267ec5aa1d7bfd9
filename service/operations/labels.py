"""Labels of points: made where there is none, replaced, retired. Each with a line in the audit log.

A label is never given out again; a retired one still names its point.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, exists, insert, select, update

from service.domain.failures import UnknownCode
from service.domain.labels import new_short_code, new_token
from service.models import Point, PointLabel
from service.models.engine import writing
from service.operations.audit import note, note_each
from service.operations.contention import written

# Whoever is faster or draws the same code comes first.
TRIES: Final = 10


def make_labels(
    engine: Engine,
    branch_id: int,
    points: Collection[int] | None,
    user_id: int | None,
    now: datetime,
    draw: Callable[[], str] = new_short_code,
) -> int:
    """Give a label to each of the branch's points that has none in force; return how many.

    `points` are ids, None for all of the branch. `draw` gives short codes; taken ones are drawn
    again.
    """

    def make(connection: Connection) -> int:
        has_one = exists().where(PointLabel.point_id == Point.id, PointLabel.retired_at.is_(None))
        query = select(Point.id, Point.point_code).where(Point.branch_id == branch_id, ~has_one)
        bare = list(connection.execute(query.order_by(Point.point_code)))
        if points is not None:
            wanted = set(points)
            bare = [row for row in bare if row.id in wanted]
        _add(connection, branch_id, [row.id for row in bare], now, draw)
        codes = [row.point_code for row in bare]
        note_each(connection, branch_id, "label_made", now, codes, user_id)
        return len(bare)

    return written(engine, make, TRIES)


def replace_label(
    engine: Engine, branch_id: int, point_code: str, user_id: int | None, now: datetime
) -> None:
    """Retire the point's label, if it has one in force, and make a new one. UnknownCode."""

    def replace(connection: Connection) -> None:
        point_id = _point(connection, branch_id, point_code)
        _retire(connection, point_id, now)
        _add(connection, branch_id, [point_id], now, new_short_code)
        note(connection, branch_id, "label_replaced", now, subject=point_code, user_id=user_id)

    written(engine, replace, TRIES)


def retire_label(
    engine: Engine, branch_id: int, point_code: str, user_id: int | None, now: datetime
) -> bool:
    """Retire the point's label and tell whether it had one in force. UnknownCode."""
    with writing(engine) as connection:
        retired = _retire(connection, _point(connection, branch_id, point_code), now)
        if retired:
            note(connection, branch_id, "label_retired", now, subject=point_code, user_id=user_id)
    return retired


def _point(connection: Connection, branch_id: int, point_code: str) -> int:
    query = select(Point.id).where(Point.branch_id == branch_id, Point.point_code == point_code)
    found = connection.scalar(query)
    if found is None:
        raise UnknownCode("point", point_code)
    return found


def _retire(connection: Connection, point_id: int, now: datetime) -> bool:
    in_force = (PointLabel.point_id == point_id, PointLabel.retired_at.is_(None))
    return (
        connection.execute(update(PointLabel).where(*in_force).values(retired_at=now)).rowcount > 0
    )


def _add(
    connection: Connection,
    branch_id: int,
    points: Iterable[int],
    now: datetime,
    draw: Callable[[], str],
) -> None:
    taken = set(
        connection.scalars(select(PointLabel.short_code).where(PointLabel.branch_id == branch_id))
    )
    rows = []
    for point_id in points:
        short_code = next(code for code in iter(draw, None) if code not in taken)
        taken.add(short_code)
        rows.append(
            {
                "branch_id": branch_id,
                "point_id": point_id,
                "token": new_token(),
                "short_code": short_code,
                "made_at": now,
            }
        )
    if rows:
        connection.execute(insert(PointLabel), rows)
