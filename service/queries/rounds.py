"""Planned visits and rounds, and how many were kept. metrics.md, "Rounds kept"."""

from typing import Any

from sqlalchemy import Engine

from service.domain.instants import local_instant
from service.measures import records
from service.measures.context import Context
from service.measures.derivation import clock_tables
from service.measures.engine import connect, derive, give
from service.measures.plan import read_plan
from service.models.engine import reading
from service.queries.branches import branch_id_of
from service.queries.groups import grouping
from service.queries.period import period_of
from service.queries.questions import RoundsQuestion
from service.queries.rates import ratio


def rounds(engine: Engine, question: RoundsQuestion) -> list[dict[str, Any]]:
    """Return the rounds of a question that leaves nothing open, one row a group, sorted by key."""
    since, until, as_of_ms = period_of(question)
    with reading(engine) as connection, connect() as duck:
        branch_id = branch_id_of(connection, question.branch)
        plan = read_plan(connection, branch_id)
        groups = grouping(connection, branch_id, question.by, since, until)
        period = Context(
            frozenset(),
            local_instant(since, 0, plan.zone),
            local_instant(until + 1, 0, plan.zone),
        )
        scans = records.read_scans(connection, branch_id, period, as_of_ms)
        give(
            duck,
            {
                "scans": scans,
                "runs": plan.run_table(since, until),
                "stops": plan.stop_table(),
                **clock_tables(scans, plan, as_of_ms),
            },
        )
        derive(duck, ("alive", "rounds"))
        column = {"office": "office_id", "route": "route_id"}.get(question.by, groups.column)
        duck.register("places", groups.places)
        own = "0" if column == "all" else f"rounds.{column}"
        rows = duck.execute(
            "SELECT places.key_no, SUM(due_visits), SUM(made_visits),"
            " SUM(CASE WHEN visits = due_visits THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN visits = due_visits AND visits = made_visits THEN 1 ELSE 0 END)"
            f" FROM rounds JOIN places ON places.id = {own} WHERE due_visits > 0"
            " GROUP BY places.key_no ORDER BY places.key_no"
        ).fetchall()
    return [
        {
            "key": groups.keys[key_no],
            "planned_visits": int(planned),
            "made_visits": int(made),
            "visits_kept": ratio(int(made), int(planned)),
            "planned_rounds": int(due),
            "complete_rounds": int(complete),
            "rounds_kept": ratio(int(complete), int(due)),
        }
        for key_no, planned, made, due, complete in rows
    ]
