"""Texts of a chunk become values to keep; each distinct text of a column is read once.

In a feed of millions of rows most cells repeat (codes, dates, counts), so the fields' rules, which
the API shares, cost little here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.feed.columns import Column, Rule, Table
from service.feed.fields import Refused, Stored
from service.feed.problems import Problem
from service.feed.reading.rows import Chunk
from service.wording import translated as _

# A memo that outgrows this starts anew: UUIDs and instants do not repeat.
LONGEST_MEMO = 25_000


Columns = list[Sequence[Any]]


@dataclass(frozen=True)
class Bad:
    """What stands in for a value that its field refused."""

    message: str


class Converter:
    """Reads the rows of one file."""

    def __init__(self, table: Table, positions: dict[str, int]) -> None:
        self.table = table
        self.columns = [_ColumnReader(column, positions) for column in table.columns]
        names = [column.name for column in table.columns]
        self.rules = [(rule, [names.index(name) for name in rule.over]) for rule in table.rules]
        self.names = names

    def convert(self, chunk: Chunk) -> "Converted":
        """Return the rows as values, those with a problem apart."""
        texts = list(zip(*chunk.rows, strict=True))
        values = [column.values(texts, len(chunk.rows)) for column in self.columns]
        found = {}
        for column, read in zip(self.columns, values, strict=True):
            if column.has_bad:
                for row, value in enumerate(read):
                    if value.__class__ is Bad:
                        found[row, column.name] = value.message
        for rule, places in self.rules:
            whole = not any(self.columns[place].has_bad for place in places)
            found.update(_broken_rows(rule, [values[place] for place in places], whole))
        columns: Columns = [chunk.lines, *values]
        if not found:
            return Converted(columns, [], [])
        return self._apart([*zip(*columns, strict=True)], found)

    def _apart(self, rows: list[tuple[Any, ...]], found: dict[tuple[int, str], str]) -> "Converted":
        problems = [
            Problem(rows[row][0], column, message)
            for (row, column), message in sorted(found.items(), key=self._place)
        ]
        numbers = {row for row, _ in found}
        good = [row for number, row in enumerate(rows) if number not in numbers]
        bad = [
            tuple(None if value.__class__ is Bad else value for value in rows[number])
            for number in sorted(numbers)
        ]
        return Converted([*zip(*good, strict=True)], [*zip(*bad, strict=True)], problems)

    def _place(self, item: tuple[tuple[int, str], str]) -> tuple[int, int]:
        (row, column), _ = item
        return row, self.names.index(column)


@dataclass(frozen=True)
class Converted:
    """Rows as columns: their lines, then their values; in `bad` rows a refused value is None.

    No columns at all where there are no rows.
    """

    good: Columns
    bad: Columns
    problems: list[Problem]


class _ColumnReader:
    def __init__(self, column: Column, positions: dict[str, int]) -> None:
        self.name = column.name
        self.position = positions.get(column.name)
        self.field = column.field
        # A column that is missing though it may not be is a problem of the file, not of each row.
        absent = column.optional or self.position is None
        self.empty: Stored | Bad | None = column.when_empty if absent else Bad(_("is empty"))
        self.memo: dict[str, Stored | Bad | None] = {}
        self.has_bad = False
        self.repeats = True

    def values(self, texts: list[tuple[str, ...]], count: int) -> list[Any]:
        if self.position is None:
            return [self.empty] * count
        column = texts[self.position]
        if not self.repeats:
            read = self._read_all(column)
            if read is not None:
                return read
        return self._read_distinct(column)

    def _read_all(self, column: tuple[str, ...]) -> list[Any] | None:
        """Read a column whose values hardly repeat; None when it is not as usual."""
        given = [text for text in column if text]
        read = self.field.read_all(given) if given else None
        if read is None or len(given) == len(column):
            return read
        if self.empty.__class__ is Bad:
            return None
        values = iter(read)
        return [next(values) if text else self.empty for text in column]

    def _read_distinct(self, column: tuple[str, ...]) -> list[Any]:
        memo = self.memo
        if len(memo) > LONGEST_MEMO:
            memo.clear()
            self.has_bad = False
        read = self.field.read
        new = set(column).difference(memo)
        self.repeats = len(new) < len(column) // 4
        for text in new:
            try:
                memo[text] = read(text) if text else self._read_nothing()
            except Refused as refused:
                memo[text] = Bad(self.field.why_not(text, refused))
                self.has_bad = True
        return list(map(memo.__getitem__, column))

    def _read_nothing(self) -> Stored | Bad | None:
        if self.empty.__class__ is Bad:
            self.has_bad = True
        return self.empty


def _broken_rows(rule: Rule, values: list[list[Any]], whole: bool) -> dict[tuple[int, str], str]:
    """Return the rows that break the rule; unless `whole`, some of the values may be bad."""
    if whole and not any(map(rule.broken, *values)):
        return {}
    message = rule.message()
    return {
        (row, rule.column): message
        for row, given in enumerate(zip(*values, strict=True))
        if not any(value.__class__ is Bad for value in given) and rule.broken(*given)
    }
