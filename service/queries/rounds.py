"""Planned visits and rounds, and how many were kept. metrics.md, "Rounds kept"."""

from typing import Any

from sqlalchemy import Engine

from service.domain.instants import local_instant
from service.measures import records
from service.measures.context import Context
from service.measures.derivation import asked_table, offset_table
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
                "offsets": offset_table(scans, plan),
                "asked": asked_table(plan, as_of_ms),
            },
        )
        derive(duck, ("alive", "rounds"))
        groups.give(duck)
        rows = duck.execute(
            f"SELECT {groups.key} AS key_no, SUM(due_visits), SUM(made_visits),"
            " SUM(CASE WHEN visits = due_visits THEN 1 ELSE 0 END),"
            " SUM(CASE WHEN visits = due_visits AND visits = made_visits THEN 1 ELSE 0 END)"
            f" FROM rounds {groups.join} WHERE due_visits > 0 GROUP BY {groups.key}"
        ).fetchall()
    by_number = {no: tuple(map(int, counts)) for no, *counts in rows}
    return [_group(groups.keys[no], *by_number[no]) for no in groups.in_order(by_number)]


def _group(key: str | None, planned: int, made: int, due: int, complete: int) -> dict[str, Any]:
    return {
        "key": key,
        "planned_visits": planned,
        "made_visits": made,
        "visits_kept": ratio(made, planned),
        "planned_rounds": due,
        "complete_rounds": complete,
        "rounds_kept": ratio(complete, due),
    }
