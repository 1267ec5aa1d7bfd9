"""Checks of what a changed plan may not do: rewrite the past, or be in two places at once."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    union_all,
)

from service.feed.columns import table_of
from service.feed.problems import shown
from service.feed.scope import Scope, resolved
from service.feed.staging import GOOD, STAGED
from service.feed.tables import BY_NAME, FEED_INFO, OFFICE, POINT, ROUTE, STANDARD
from service.models import Branch, Point, PointChange, ServiceStandard
from service.wording import translated as _

# After every date that a feed may say.
NO_END = 99_999


def check_branch(scope: Scope) -> None:
    """A branch's zone and visit gap decide what its figures mean: they stay."""
    staged = STAGED["feed_info"]
    known = table_of(Branch)
    for name in ("timezone", "visit_gap_minutes"):
        query = select(staged.c.line, known.c[name]).where(
            known.c.id == scope.branch_id,
            staged.c.state == GOOD,
            known.c[name] != staged.c[name],
        )
        scope.report(
            FEED_INFO,
            name,
            query,
            lambda was: _("may not change: the branch has %(value)s", value=shown(str(was))),
        )


def check_standards(scope: Scope) -> None:
    """A promise that a point refers to stays as it was given."""
    table = BY_NAME["service_standards"]
    staged, known = STAGED[table.name], table_of(ServiceStandard)
    points, changes = table_of(Point), table_of(PointChange)
    referred = or_(
        exists().where(points.c.standard_id == known.c.id),
        exists().where(changes.c.standard_id == known.c.id),
    )
    for name in ("day_kind", "offset_days", "due_time"):
        column = table.by_name[name]
        was = known.c[column.kept]
        query = select(staged.c.line, was).where(
            known.c.branch_id == scope.branch_id,
            known.c.standard_code == staged.c.standard_code,
            staged.c.state == GOOD,
            was != staged.c[name],
            referred,
        )
        write = column.field.write
        scope.report(
            table,
            name,
            query,
            lambda was, write=write: _(
                "may not change while a point refers to the standard "
                "(it is %(value)s): a new promise is a new code",
                value=write(was),
            ),
        )


def check_points(scope: Scope) -> None:
    """A point's own standard and office stay; point_changes.csv has what comes after them."""
    table = BY_NAME["points"]
    rows, known = resolved(table, scope.branch_id), table_of(Point)
    for name, (_file, code, target) in (("office_code", OFFICE), ("standard_code", STANDARD)):
        kept = table.by_name[name].kept
        query = (
            select(rows.c.line, target.c[code])
            .join_from(rows, known, known.c.point_code == rows.c.point_code)
            .join(target, target.c.id == known.c[kept])
            .where(
                known.c.branch_id == scope.branch_id,
                known.c[kept].is_distinct_from(rows.c[kept]),
            )
        )
        scope.report(
            table,
            name,
            query,
            lambda was: _(
                "a point's own may not change (it is %(value)s): use point_changes.csv",
                value=shown(was),
            ),
        )


def check_routes(scope: Scope) -> None:
    """Versions of a route do not overlap."""
    _check_overlaps(scope, "routes", ("route_code",), _("overlaps another version of the route"))


def check_stops(scope: Scope) -> None:
    """A sequence number holds one point at a time, and a point is on a route once at a time."""
    place = ("route_code", "sequence")
    _check_overlaps(scope, "route_stops", place, _("holds another point at the same time"))
    point = ("route_code", "point_code")
    _check_overlaps(scope, "route_stops", point, _("is on the route twice at the same time"))


def _check_overlaps(scope: Scope, name: str, within: tuple[str, ...], message: str) -> None:
    """Report rows of the feed whose validity overlaps another's, as things stand after the import.

    In order of their start, a row overlaps an earlier one when it starts before the latest end so
    far. Of two rows of the feed the later is reported, of a row and a known one the feed's.
    """
    table = BY_NAME[name]
    if scope.is_broken(name):
        return
    merged = union_all(_staged_spans(name, within), _kept_spans(scope, name, within)).subquery()
    same = [merged.c[column] for column in within]
    order = [merged.c.starts, merged.c.line]
    latest_end = func.max(merged.c.ends).over(partition_by=same, order_by=order, rows=(None, -1))
    known_start = case((merged.c.line.is_(None), merged.c.starts))
    next_known = func.min(known_start).over(partition_by=same, order_by=order, rows=(1, None))
    spans = select(
        merged, latest_end.label("latest_end"), next_known.label("next_known")
    ).subquery()
    query = select(spans.c.line).where(
        spans.c.line.is_not(None),
        or_(spans.c.latest_end >= spans.c.starts, spans.c.next_known <= spans.c.ends),
    )
    scope.report(table, within[-1], query, message)


def _staged_spans(name: str, within: tuple[str, ...]) -> Select[Any]:
    staged = STAGED[name]
    return select(
        staged.c.line,
        staged.c.valid_from.label("starts"),
        func.coalesce(staged.c.valid_to, NO_END).label("ends"),
        *(staged.c[column] for column in within),
    ).where(staged.c.state == GOOD)


def _kept_spans(scope: Scope, name: str, within: tuple[str, ...]) -> Select[Any]:
    """Return the database's rows that the feed does not replace."""
    table = BY_NAME[name]
    staged, known = STAGED[name], table.target
    routes, points = ROUTE.target, POINT.target
    source = known.join(routes, routes.c.id == known.c.route_id)
    codes: dict[str, ColumnElement[Any]] = {"route_code": routes.c.route_code}
    if name == "route_stops":
        source = source.join(points, points.c.id == known.c.point_id)
        codes |= {"point_code": points.c.point_code, "sequence": known.c.sequence}
    same = [staged.c.route_code == routes.c.route_code, staged.c.valid_from == known.c.valid_from]
    if name == "route_stops":
        same.append(staged.c.sequence == known.c.sequence)
    return (
        select(
            cast(null(), Integer).label("line"),
            known.c.valid_from.label("starts"),
            func.coalesce(cast(known.c.valid_to, Integer), NO_END).label("ends"),
            *(codes[column].label(column) for column in within),
        )
        .select_from(source)
        .where(known.c.branch_id == scope.branch_id, ~exists().where(and_(*same)))
    )
