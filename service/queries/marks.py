"""Marks of doubtful scans. metrics.md, "How far the figures can be trusted"."""

from typing import Any

from sqlalchemy import Engine

from service.domain.instants import local_instant
from service.measures import marking, records
from service.measures.context import PILE_MS, Context
from service.measures.derivation import asked_table, offset_table
from service.measures.engine import connect, derive, give
from service.measures.plan import read_plan
from service.models.engine import reading
from service.queries.branches import branch_id_of
from service.queries.period import period_of
from service.queries.questions import MarksQuestion


def marks(engine: Engine, question: MarksQuestion) -> list[dict[str, Any]]:
    """Return {scan_id, marks} of a question that leaves nothing open, sorted by scan id."""
    since, until, as_of_ms = period_of(question)
    with reading(engine) as connection, connect() as duck:
        branch_id = branch_id_of(connection, question.branch)
        plan = read_plan(connection, branch_id)
        period = Context(
            frozenset(),
            local_instant(since, 0, plan.zone) - PILE_MS,
            local_instant(until + 1, 0, plan.zone) + PILE_MS,
        )
        scans = records.read_scans(connection, branch_id, period, as_of_ms)
        asked = asked_table(plan, as_of_ms)
        asked = asked.append_column("since_day", [[since]]).append_column("until_day", [[until]])
        give(
            duck,
            {
                "scans": scans,
                "items": records.read_items_of_scans(connection, branch_id, period),
                "points": records.read_points(connection, branch_id),
                "offsets": offset_table(scans, plan),
                "asked": asked,
            },
        )
        derive(duck, (*marking.STEPS, "marks"), coming=marking.geodesics(duck))
        rows = duck.execute(
            "SELECT CAST(CAST(scans.uid AS UUID) AS VARCHAR) AS id, marks.mark"
            " FROM marks JOIN scans ON scans.scan_id = marks.scan_id ORDER BY id, mark"
        ).fetchall()
    found: dict[str, list[str]] = {}
    for scan_id, mark in rows:
        found.setdefault(scan_id, []).append(mark)
    return [{"scan_id": scan_id, "marks": named} for scan_id, named in found.items()]
