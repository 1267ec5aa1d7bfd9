"""What the codes that events name stand for: only those that are named are looked up."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy import Connection

from service.domain import held
from service.domain.events import Arrival, Attempt, Body, RoundReport, Scan
from service.domain.held import Why
from service.domain.labels import read_short_code, read_token
from service.operations.sync.statements import rows_in

# The plus keeps SQLite from looking at every label of the branch instead of those named.
BY_TOKEN: Final = (
    "SELECT token, point_id, retired_at FROM point_labels WHERE +branch_id = ? AND token IN ({})"
)
BY_SHORT_CODE: Final = (
    "SELECT short_code, point_id, retired_at FROM point_labels"
    " WHERE branch_id = ? AND short_code IN ({})"
)


class Label(NamedTuple):
    """The point that a label is of; from `retired_ms` on, if ever, it is not in force any more."""

    point_id: int
    retired_ms: int | None


@dataclass
class Named:
    """The codes that some events name; tokens and short codes by the text that was read."""

    tokens: dict[str, str] = field(default_factory=dict)
    short_codes: dict[str, str] = field(default_factory=dict)
    points: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    offices: set[str] = field(default_factory=set)
    routes: set[str] = field(default_factory=set)

    def add(self, body: Body) -> None:
        """Add what an event names."""
        if isinstance(body, Scan):
            self._add_scan(body)
        elif isinstance(body, Attempt):
            self.points.add(body.point)
        elif isinstance(body, Arrival):
            self.offices.add(body.office)
            self.titles.add(body.title)
        elif isinstance(body, RoundReport):
            self.routes.add(body.route)

    def _add_scan(self, scan: Scan) -> None:
        if scan.label and scan.label not in self.tokens:
            self.tokens[scan.label] = read_token(scan.label) or ""
        if scan.code and scan.code not in self.short_codes:
            self.short_codes[scan.code] = read_short_code(scan.code) or ""
        if scan.point:
            self.points.add(scan.point)
        self.titles.update([item.title for item in scan.items])


@dataclass(frozen=True)
class Names:
    """Row ids by code, of one branch; labels by the text that was read or typed."""

    tokens: dict[str, Label]
    short_codes: dict[str, Label]
    points: dict[str, int]
    titles: dict[str, int]
    offices: dict[str, int]
    routes: dict[str, int]

    def label_of(self, scan: Scan) -> Label | None:
        """Return the label that was read or typed."""
        label = self.tokens.get(scan.label) if scan.label else None
        if label is None and scan.code:
            label = self.short_codes.get(scan.code)
        return label

    def why_not(self, body: Body, point_id: int | None = None) -> Why | None:
        """Return which of the codes that an event names the branch does not have.

        `point_id`: the point that a person names instead of the event's own.
        """
        if isinstance(body, Scan):
            return self._why_not_scan(body, point_id)
        if isinstance(body, Attempt) and body.point not in self.points and point_id is None:
            return Why(held.UNKNOWN_POINT, body.point)
        if isinstance(body, Arrival):
            if body.office not in self.offices:
                return Why(held.UNKNOWN_OFFICE, body.office)
            if body.title not in self.titles:
                return Why(held.UNKNOWN_TITLE, body.title)
        if isinstance(body, RoundReport) and body.route not in self.routes:
            return Why(held.UNKNOWN_ROUTE, body.route)
        return None

    def _why_not_scan(self, scan: Scan, point_id: int | None) -> Why | None:
        if self.label_of(scan) is None and scan.point not in self.points and point_id is None:
            if scan.point:
                return Why(held.UNKNOWN_POINT, scan.point)
            return Why(held.UNKNOWN_LABEL, scan.label or scan.code)
        for item in scan.items:
            if item.title not in self.titles:
                return Why(held.UNKNOWN_TITLE, item.title)
        return None


def look_up(connection: Connection, branch_id: int, bodies: Iterable[Body]) -> Names:
    """Return what the codes that events name stand for in a branch."""
    named = Named()
    for body in bodies:
        named.add(body)

    def labels(sql: str, wanted: dict[str, str]) -> dict[str, Label]:
        found = rows_in(connection, sql, set(wanted.values()), branch_id)
        known = {row[0]: Label(row[1], row[2]) for row in found}
        return {text: known[code] for text, code in wanted.items() if code in known}

    def ids(table: str, column: str, wanted: set[str]) -> dict[str, int]:
        sql = f"SELECT {column}, id FROM {table} WHERE branch_id = ? AND {column} IN ({{}})"
        return {row[0]: row[1] for row in rows_in(connection, sql, wanted, branch_id)}

    return Names(
        tokens=labels(BY_TOKEN, named.tokens),
        short_codes=labels(BY_SHORT_CODE, named.short_codes),
        points=ids("points", "point_code", named.points),
        titles=ids("titles", "title_code", named.titles),
        offices=ids("offices", "office_code", named.offices),
        routes=ids("routes", "route_code", named.routes),
    )
