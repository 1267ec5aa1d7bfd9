"""The parts of which tables.py describes a feed: columns, references, rules."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from sqlalchemy import Table as SqlTable

from service import models
from service.feed.fields import (
    Choice,
    Code,
    Decimal,
    FeedField,
    Stored,
    Text,
    UuidField,
    Whole,
)
from service.feed.moments import Day, InstantField
from service.wording import translated as _


class Reference(NamedTuple):
    """What a code names: a file of the feed and its column, and the table that keeps it."""

    file: str
    column: str
    target: SqlTable


@dataclass(frozen=True)
class Column:
    """A column of a file; `kept` is the database's name for it, where that is another."""

    name: str
    field: FeedField
    optional: bool = False
    when_empty: Stored | None = None
    refers: Reference | None = None
    kept_as: str = ""

    @property
    def kept(self) -> str:
        """The column of the database that its value, or the id of what it names, is kept in."""
        return self.kept_as or self.name


class Rule(NamedTuple):
    """What must hold between columns; `column` is blamed when `broken` says that it does not.

    `message` says why, in the language in force when it is called.
    """

    column: str
    over: tuple[str, ...]
    broken: Callable[..., bool]
    message: Callable[[], str]


@dataclass(frozen=True)
class Table:
    """A file of a feed without its `.csv`."""

    name: str
    target: SqlTable
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False
    rules: tuple[Rule, ...] = ()
    # A record of fact is only ever added: the same key with other content is a problem.
    fact: bool = False
    # These columns may be given anew for a known record, without effect.
    not_compared: tuple[str, ...] = ()
    by_name: dict[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"


def table_of(model: type[models.Base]) -> SqlTable:
    """Return the model's table, for statements over many rows."""
    return cast(SqlTable, model.__table__)


def code(name: str) -> Column:
    """Return a code of this file's own."""
    return Column(name, Code())


def text(name: str, optional: bool = False) -> Column:
    """Return a text."""
    return Column(name, Text(), optional)


def names(reference: Reference, kept_as: str, optional: bool = False) -> Column:
    """Return a code or an id that names a row of another file."""
    kind = UuidField() if reference.column.endswith("_id") else Code()
    return Column(reference.column, kind, optional, refers=reference, kept_as=kept_as)


def choice(name: str, *choices: str, optional: bool = False) -> Column:
    """Return one of a few words."""
    return Column(name, Choice(*choices), optional)


def day(name: str, optional: bool = False) -> Column:
    """Return a date."""
    return Column(name, Day(), optional)


def instant(name: str, optional: bool = False) -> Column:
    """Return an instant."""
    return Column(name, InstantField(), optional)


def position(optional: bool = False) -> tuple[Column, Column]:
    """Return the two columns of a position."""
    lat = Column("lat", Decimal(-90, 90), optional)
    return lat, Column("lon", Decimal(-180, 180), optional)


def copies(when_empty: int | None = None) -> Column:
    """Return a number of copies."""
    return Column("copies", Whole(1, 100_000), when_empty is not None, when_empty)


def ends_not_before(start: str, end: str) -> Rule:
    """Return the rule that one date is not before another."""

    def broken(first: Any, last: Any) -> bool:
        return first is not None and last is not None and bool(last < first)

    return Rule(end, (start, end), broken, lambda: _("is before %(column)s", column=start))


def given_with(other: str, column: str) -> Rule:
    """Return the rule that a column is not empty where the other is given."""

    def broken(given: Any, value: Any) -> bool:
        return given is not None and value is None

    def message() -> str:
        return _("is empty although %(column)s is given", column=other)

    return Rule(column, (other, column), broken, message)
