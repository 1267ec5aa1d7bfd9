"""Labels of points in the database: one in force at most, short codes unique, nothing lost."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from service.domain.failures import UnknownCode
from service.domain.labels import read_short_code, read_token
from service.models import AuditEntry, Branch, Point, PointLabel
from service.models.engine import writing
from service.operations.import_feed import import_feed
from service.operations.labels import make_labels, replace_label, retire_label
from service.queries.labels import Chosen, chosen_points, labels_to_print
from tests.feed.complete import changed, write_feed
from tests.models.rows import opened

NOW = datetime(2026, 7, 6, 0, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
DAY = date(2026, 7, 6)


@pytest.fixture
def engine(migrated_url: str, tmp_path: Path) -> Iterator[Engine]:
    engine = opened(migrated_url)
    import_feed(engine, write_feed(tmp_path / "feed"))
    yield engine
    engine.dispose()


@pytest.fixture
def branch(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(Branch.id)).scalar_one())


def labels(engine: Engine) -> list[Any]:
    query = (
        select(Point.point_code, PointLabel.__table__)
        .join(PointLabel, PointLabel.point_id == Point.id)
        .order_by(PointLabel.id)
    )
    with engine.connect() as connection:
        return list(connection.execute(query))


def audit(engine: Engine) -> list[tuple[str, str | None]]:
    with engine.connect() as connection:
        rows = connection.execute(select(AuditEntry.action, AuditEntry.subject))
        return [(action, subject) for action, subject in rows]


def test_each_point_gets_one_label_and_keeps_it(engine: Engine, branch: int) -> None:
    assert make_labels(engine, branch, None, None, NOW) == 2
    first = labels(engine)
    assert [row.point_code for row in first] == ["P1", "P2"]
    for row in first:
        assert read_token(row.token) == row.token
        assert read_short_code(row.short_code) == row.short_code
        assert (row.made_at, row.retired_at) == (NOW, None)
    assert make_labels(engine, branch, None, None, LATER) == 0
    assert labels(engine) == first
    assert audit(engine) == [("label_made", "P1"), ("label_made", "P2")]


def test_only_the_points_asked_for(engine: Engine, branch: int) -> None:
    points = chosen_points(engine, branch, Chosen(("P2",)), DAY)
    assert make_labels(engine, branch, points, None, NOW) == 1
    assert [row.point_code for row in labels(engine)] == ["P2"]
    assert make_labels(engine, branch, [], None, NOW) == 0


def test_points_of_another_branch_are_out_of_reach(
    engine: Engine, branch: int, tmp_path: Path
) -> None:
    other = changed(feed_info=["1,OTHER,别处,Asia/Shanghai,30"], scans=[], scan_items=[])
    other |= {
        name: rows[:1]
        for name, rows in other.items()
        if name in ("scan_voids", "attempts", "confirmations", "confirmation_voids")
    }
    import_feed(engine, write_feed(tmp_path / "other", other))
    with engine.connect() as connection:
        points = list(connection.scalars(select(Point.id).where(Point.branch_id != branch)))
    assert points
    assert make_labels(engine, branch, points, None, NOW) == 0


def test_a_short_code_that_is_taken_is_drawn_again(engine: Engine, branch: int) -> None:
    drawn = iter(["0000000", "0000000", "0000000", "1000006"])
    assert make_labels(engine, branch, None, None, NOW, draw=lambda: next(drawn)) == 2
    assert [row.short_code for row in labels(engine)] == ["0000000", "1000006"]
    assert list(drawn) == []


def test_a_short_code_taken_meanwhile_is_drawn_again(engine: Engine, branch: int) -> None:
    """Another process takes the code between the look and the insert (PostgreSQL; SQLite waits)."""
    p1, p2 = (chosen_points(engine, branch, Chosen((code,)), DAY) for code in ("P1", "P2"))
    waiting = ["0000000", "1000006"]

    def drawing() -> str:
        code = waiting.pop(0)
        if code == "0000000" and engine.dialect.name == "postgresql":
            make_labels(engine, branch, p2, None, NOW, draw=lambda: "0000000")
        return code

    assert make_labels(engine, branch, p1, None, NOW, draw=drawing) == 1
    by_point = {row.point_code: row.short_code for row in labels(engine)}
    if engine.dialect.name == "postgresql":
        assert by_point == {"P1": "1000006", "P2": "0000000"}
    else:
        assert by_point == {"P1": "0000000"}


def test_made_at_once_each_point_has_one(engine: Engine, branch: int) -> None:
    together, made = threading.Barrier(4), []

    def make() -> None:
        together.wait()
        made.append(make_labels(engine, branch, None, None, NOW))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 0, 0, 2]
    assert len(labels(engine)) == 2


def test_a_replaced_label_is_retired_and_still_names_its_point(engine: Engine, branch: int) -> None:
    make_labels(engine, branch, None, None, NOW)
    replace_label(engine, branch, "P1", None, LATER)
    old, _, new = labels(engine)
    assert (old.point_code, old.retired_at) == ("P1", LATER)
    assert (new.point_code, new.retired_at, new.made_at) == ("P1", None, LATER)
    assert new.token != old.token
    assert new.short_code != old.short_code
    assert audit(engine)[-1] == ("label_replaced", "P1")


def test_a_point_without_a_label_may_be_given_one_by_replacing(engine: Engine, branch: int) -> None:
    replace_label(engine, branch, "P1", None, NOW)
    [row] = labels(engine)
    assert (row.point_code, row.retired_at) == ("P1", None)


def test_a_label_is_retired_once(engine: Engine, branch: int) -> None:
    make_labels(engine, branch, None, None, NOW)
    assert retire_label(engine, branch, "P1", None, LATER)
    assert not retire_label(engine, branch, "P1", None, LATER)
    assert audit(engine).count(("label_retired", "P1")) == 1
    # It may have another one afterwards.
    assert make_labels(engine, branch, None, None, LATER) == 1


@pytest.mark.parametrize("change", [replace_label, retire_label])
def test_an_unknown_point_is_refused(engine: Engine, branch: int, change: Any) -> None:
    with pytest.raises(UnknownCode):
        change(engine, branch, "P9", None, NOW)


def test_points_are_chosen_by_code_route_and_label(engine: Engine, branch: int) -> None:
    def codes(chosen: Chosen, day: date = DAY) -> set[str]:
        ids = chosen_points(engine, branch, chosen, day)
        with engine.connect() as connection:
            query = select(Point.point_code).where(Point.id.in_(ids))
            return set(connection.scalars(query))

    assert codes(Chosen()) == {"P1", "P2"}
    assert codes(Chosen(("P1",))) == {"P1"}
    assert codes(Chosen(route="R1")) == {"P1", "P2"}
    make_labels(engine, branch, chosen_points(engine, branch, Chosen(("P1",)), DAY), None, NOW)
    assert codes(Chosen(without_label=True)) == {"P2"}
    assert codes(Chosen(("P1",), without_label=True)) == set()
    for unknown in (Chosen(("P1", "P9")), Chosen(route="R9")):
        with pytest.raises(UnknownCode):
            codes(unknown)


def test_labels_are_printed_in_the_order_of_routes_and_stops(engine: Engine, branch: int) -> None:
    make_labels(engine, branch, None, None, NOW)
    points = chosen_points(engine, branch, Chosen(), DAY)
    # Since June P2 is the first stop of R1, P1 the second.
    sheet = labels_to_print(engine, points, DAY)
    assert [(label.name, label.place) for label in sheet] == [
        ("村邮站", "白市驿镇 三多桥村 · 镇区"),
        ("镇政府", "白市驿镇 · 镇区"),
    ]
    earlier = labels_to_print(engine, points, date(2026, 5, 1))
    assert [label.place for label in earlier] == ["白市驿镇 · 镇区", "白市驿镇 三多桥村"]
    retire_label(engine, branch, "P2", None, LATER)
    assert [label.name for label in labels_to_print(engine, points, DAY)] == ["镇政府"]


def test_the_database_itself_keeps_one_in_force(engine: Engine, branch: int) -> None:
    make_labels(engine, branch, None, None, NOW)
    with engine.connect() as connection:
        point = connection.scalar(select(PointLabel.point_id))
    row = {"branch_id": branch, "point_id": point, "token": "0" * 16, "short_code": "0" * 7}
    with pytest.raises(Exception, match=r"(?i)unique"), writing(engine) as connection:
        connection.execute(insert(PointLabel).values(made_at=NOW, **row))
