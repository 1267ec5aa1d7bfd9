"""The audit log, page by page: every line once, and a page costs the same after years."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from service.extensions import db
from service.models import AuditEntry
from service.models.engine import writing
from service.queries.keeping import audit
from tests.access.conftest import NOW
from tests.served import ONE_WEEK, serve


def test_pages_of_the_audit_log(tmp_path_factory: pytest.TempPathFactory) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    with serve(tmp_path_factory.mktemp("audit"), ONE_WEEK).app_context():
        # Not in the order of their instants, and several of one.
        lines = [
            {"branch_id": 1, "action": "logged_in", "at": NOW + timedelta(seconds=number % 7)}
            for number in range(250)
        ]
        with writing(db.engine) as connection:
            connection.execute(insert(AuditEntry), lines)
        event.listen(
            db.engine,
            "before_cursor_execute",
            lambda _connection, _cursor, sql, values, *_: asked.append((sql, values)),
        )
        pages = [audit.entries(db.engine, 1, None)]
        while len(pages[-1]) == audit.A_PAGE:
            pages.append(audit.entries(db.engine, 1, pages[-1][-1].id))
        seen = [entry for page in pages for entry in page]
        assert len(seen) == len({entry.id for entry in seen}) >= 250
        assert seen == sorted(seen, key=lambda entry: (entry.at, entry.id), reverse=True)
        [(sql, values)] = [each for each in asked if "audit_log" in each[0]][-1:]
        with db.engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
        assert not [row for row in plan if "TEMP B-TREE" in row[3]]
