"""Facts derived from records: the one pipeline behind every published figure."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from service.domain.calendars import SEARCH_DAYS
from service.domain.instants import local_day, offset_spans
from service.measures import records
from service.measures.context import Context
from service.measures.engine import derive, give
from service.measures.marking import doubt
from service.measures.plan import Plan

STEPS = (
    "spots",
    "visits",
    "seen",
    "planned",
    "next_planned",
    "expected",
    "promised",
    "owed",
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
    give(duck, read_tables(connection, plan, stretch, context))
    doubt(duck)
    derive(duck, STEPS, keep=("facts",))


def read_tables(
    connection: Connection, plan: Plan, stretch: Stretch, context: Context
) -> dict[str, pa.Table]:
    """Return every table that the pipeline starts from, by name."""
    branch = plan.branch_id
    scans = records.read_scans(connection, branch, context, stretch.as_of_ms)
    items = records.read_items(connection, branch, context)
    handed_until = _last_local_day(scans, plan, stretch.as_of_ms)
    besides = items.group_by(["title_id", "day"]).aggregate([])
    issues = plan.issue_table(
        stretch.since,
        stretch.until,
        handed_until,
        set(zip(besides["title_id"].to_pylist(), besides["day"].to_pylist(), strict=True)),
    )
    first, last = records.day_range(issues) or (stretch.since, stretch.since)
    planned_until = max(stretch.until + SEARCH_DAYS, handed_until)
    return {
        "scans": scans,
        "items": items,
        "issues": issues,
        "points": records.read_points(connection, branch),
        "subscriptions": records.read_subscriptions(connection, branch),
        "holds": records.read_holds(connection, branch),
        "arrivals": records.read_arrivals(connection, branch, first, last),
        "confirmations": records.read_confirmations(
            connection, branch, stretch.since, stretch.until
        ),
        "spans": plan.span_table(),
        "dues": plan.due_table(stretch.since, stretch.until),
        "visit_standards": plan.visit_standard_table(),
        "times": plan.local_time_table(stretch.since, stretch.until),
        "runs": plan.run_table(first, planned_until),
        "stops": plan.stop_table(),
        "numbers": numbers(planned_until - first),
        **clock_tables(scans, plan, stretch.as_of_ms),
    }


def clock_tables(scans: pa.Table, plan: Plan, as_of_ms: int) -> dict[str, pa.Table]:
    """Return `offsets` of the zone over the scans' time, and `asked`, the question's own row."""
    spans = []
    if scans.num_rows:
        bounds = pc.min_max(scans["ms"]).as_py()
        spans = offset_spans(bounds["min"], bounds["max"], plan.zone)
    return {
        "offsets": pa.table(
            {
                "from_ms": pa.array([span[0] for span in spans], pa.int64()),
                "until_ms": pa.array([span[1] for span in spans], pa.int64()),
                "offset_ms": pa.array([span[2] for span in spans], pa.int64()),
            }
        ),
        "asked": pa.table({"as_of_ms": [as_of_ms], "gap_ms": [plan.visit_gap_minutes * 60_000]}),
    }


def numbers(last: int) -> pa.Table:
    """Return the table n = 0 … last, three rows at least."""
    return pa.table({"n": pa.array(range(max(last, 2) + 1), pa.int64())})


def _last_local_day(scans: pa.Table, plan: Plan, as_of_ms: int) -> int:
    """Return the local date of the last scan that can exist at as_of; -1 where there is none."""
    newest = pc.max(pc.if_else(pc.less_equal(scans["ms"], as_of_ms), scans["ms"], None)).as_py()
    return -1 if newest is None else local_day(newest, plan.zone)
