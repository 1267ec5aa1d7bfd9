"""What a day plan costs does not grow with the history behind it, nor with the branch around it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text

from service.demo.scale import write_district_year
from service.models import Courier, RouteVersion, Scan
from service.models.engine import writing
from service.operations.import_feed import import_feed
from service.queries.phone.day_plan import day_plan
from tests.models.rows import opened
from tests.phones.test_day_plan import HOSTS, phone_of

NOW = datetime(2026, 7, 6, 1, tzinfo=UTC)
HISTORY = ("scans", "scan_items", "scan_voids", "phone_events", "arrivals")


@pytest.fixture
def engine(migrated_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A year of 60 points, all of them on the rounds of a few couriers."""
    engine = opened(migrated_url)
    write_district_year(tmp_path / "year", seed=1, points=60, until=date(2026, 7, 5))
    import_feed(engine, tmp_path / "year")
    with engine.connect() as connection:
        # So that the planner knows how much there is, as it does in a database in use.
        connection.execute(text("ANALYZE"))
        connection.commit()
    yield engine
    engine.dispose()


def plans_of(engine: Engine, asked: list[tuple[str, Any]]) -> list[str]:
    """How the database goes about each statement, a line a step."""
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        return [
            str(row[-1])
            for statement, parameters in asked
            for row in connection.exec_driver_sql(explain + statement, parameters)
        ]


def test_no_history_is_read_through(engine: Engine) -> None:
    with writing(engine) as connection:
        courier = connection.scalar(
            select(Courier.courier_code).join(RouteVersion, RouteVersion.courier_id == Courier.id)
        )
        assert connection.scalar(select(func.count()).select_from(Scan)) > 5_000
    assert courier is not None
    phone = phone_of(engine, courier)
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    plan = day_plan(engine, phone, HOSTS, 4, NOW)
    event.remove(engine, "before_cursor_execute", note)
    assert len(plan["points"]) == 20
    assert len(plan["owed"]) > 100
    # A statement a table, however many points there are.
    assert len(asked) < 25
    steps = plans_of(engine, asked)
    whole = {f"SCAN {table}" for table in HISTORY}
    if engine.dialect.name == "postgresql":
        # In a database as small as this one it rightly reads the smaller tables as they stand.
        whole = {f"Seq Scan on {table} " for table in ("scans", "arrivals")}
    read_through = [step for step in steps for start in whole if start in step]
    assert read_through == []
