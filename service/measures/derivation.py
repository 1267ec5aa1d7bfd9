"""Facts derived from records: the one pipeline behind every published figure."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from service.domain.calendars import SEARCH_DAYS
from service.domain.instants import local_day, offset_spans
from service.measures import bounds, marking, records
from service.measures.context import Context
from service.measures.engine import derive, give
from service.measures.plan import Plan

STEPS = (
    "planned",
    "next_planned",
    "expected",
    "promised",
    "owed",
    *marking.STEPS,
    "spots",
    "visits",
    "seen",
    "handed",
    "repeated",
    "counted",
    "bundles",
    "older",
    "unmet",
    "why_unmet",
    "why_bundled",
    "by_schedule",
    "clean",
    "words",
    "told",
    "facts",
)


@dataclass(frozen=True)
class Stretch:
    """Issue days [since, until] whose facts are wanted, as the records stand at `as_of_ms`."""

    since: int
    until: int
    as_of_ms: int


def derive_facts(
    duck: duckdb.DuckDBPyConnection,
    connection: Connection,
    plan: Plan,
    stretch: Stretch,
    context: Context,
) -> None:
    """Leave the table `facts` in `duck`: the facts of the stretch's issues (sql/facts.sql).

    `context` names the records to read; it holds at least those that can move the facts of the
    stretch. metrics.md, "What happened to each copy" and "Why".
    """
    issues, handed_until = _issues(connection, plan, stretch, context)
    # The records are read while DuckDB works on what is there already.
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = _coming(reader, connection, plan, stretch, context, issues)
        give(duck, _plan_tables(plan, stretch, issues, handed_until))
        derive(duck, STEPS, keep=("facts",), coming={**coming, **marking.geodesics(duck)})


def _issues(
    connection: Connection, plan: Plan, stretch: Stretch, context: Context
) -> tuple[pa.Table, int]:
    """Return Plan.issue_table, and a local date after which nothing was handed over."""
    branch = plan.branch_id
    newest = bounds.newest_scan(connection, branch, min(stretch.as_of_ms, context.scans_until))
    handed_until = -1 if newest is None else local_day(newest, plan.zone)
    days = context.issue_days
    besides = records.item_days(connection, branch) if days is None else days
    ahead = records.items_ahead(connection, branch, max(stretch.until, handed_until))
    issues = plan.issue_table(
        stretch.since,
        stretch.until,
        handed_until,
        besides,
        (issue for issue in ahead if issue[1] in besides),
    )
    return issues, handed_until


def _coming(
    reader: ThreadPoolExecutor,
    connection: Connection,
    plan: Plan,
    stretch: Stretch,
    context: Context,
    issues: pa.Table,
) -> dict[str, Callable[[], pa.Table]]:
    """Return the tables of records by name, being read one after another in the order of use.

    Nobody else may use the connection until the last of them is there.
    """
    branch = plan.branch_id
    since, until = stretch.since, stretch.until
    first, last = _day_range(issues, stretch)
    readings: dict[str, Callable[[], pa.Table]] = {
        "subscriptions": lambda: records.read_subscriptions(connection, branch),
        "holds": lambda: records.read_holds(connection, branch),
        "arrivals": lambda: records.read_arrivals(connection, branch, first, last),
        "points": lambda: records.read_points(connection, branch),
        "scans": lambda: records.read_scans(connection, branch, context, stretch.as_of_ms),
        "items": lambda: records.read_items(connection, branch, context),
        "confirmations": lambda: records.read_confirmations(connection, branch, since, until),
    }
    coming = {name: reader.submit(reading).result for name, reading in readings.items()}
    return {**coming, "offsets": lambda: offset_table(coming["scans"](), plan)}


def _plan_tables(
    plan: Plan, stretch: Stretch, issues: pa.Table, handed_until: int
) -> dict[str, pa.Table]:
    first, last = _day_range(issues, stretch)
    # Somebody may ask up to 2100 of titles that have ceased.
    until = min(stretch.until, last)
    planned_until = max(until + SEARCH_DAYS, handed_until)
    return {
        "issues": issues,
        "spans": plan.span_table(),
        "dues": plan.due_table(stretch.since, until),
        "visit_standards": plan.visit_standard_table(),
        "times": plan.local_time_table(stretch.since, until),
        "runs": plan.run_table(first, planned_until),
        "stops": plan.stop_table(),
        "numbers": numbers(planned_until - first),
        "asked": asked_table(plan, stretch.as_of_ms),
    }


def _day_range(issues: pa.Table, stretch: Stretch) -> tuple[int, int]:
    """Return the first and the last of the issues' days."""
    if not issues.num_rows:
        return stretch.since, stretch.since
    days = pc.min_max(issues["day"]).as_py()
    return days["min"], days["max"]


def offset_table(scans: pa.Table, plan: Plan) -> pa.Table:
    """Return `offsets`: those of the zone over the scans' time."""
    spans = []
    if scans.num_rows:
        ends = pc.min_max(scans["ms"]).as_py()
        spans = offset_spans(ends["min"], ends["max"], plan.zone)
    return pa.table(
        {
            "from_ms": pa.array([span[0] for span in spans], pa.int64()),
            "until_ms": pa.array([span[1] for span in spans], pa.int64()),
            "offset_ms": pa.array([span[2] for span in spans], pa.int64()),
        }
    )


def asked_table(plan: Plan, as_of_ms: int) -> pa.Table:
    """Return `asked`, the question's own row."""
    return pa.table({"as_of_ms": [as_of_ms], "gap_ms": [plan.visit_gap_minutes * 60_000]})


def numbers(last: int) -> pa.Table:
    """Return the table n = 0 … last, three rows at least."""
    return pa.table({"n": pa.array(range(max(last, 2) + 1), pa.int64())})
