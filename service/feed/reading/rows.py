"""The rows of one CSV file, in chunks, each row with the line on which it starts."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from service.feed.columns import Table
from service.feed.problems import Problem, Problems, shown
from service.feed.reading.archive import ArchiveError
from service.feed.reading.source import BLOCK, LONGEST_LINE, Guarded, Member, TooLongRow
from service.wording import translated as _

# A chunk is so many rows, or bytes where rows are long; read in steps, as a list of them may take
# many times the bytes of the file.
CHUNK = 20_000
CHUNK_BYTES = 8 << 20
STEP = 100
LONGEST_VALUE = 131_072  # what the csv module takes by default

_LINE_BREAK = re.compile("\r\n|\r|\n")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass
class Chunk:
    """Rows of equal length with their lines, and what was wrong with the rows left out."""

    lines: list[int] | range
    rows: list[list[str]]


@dataclass
class Sheet:
    """One file being read: its header's known columns, then its rows."""

    table: Table
    positions: dict[str, int]
    width: int
    chunks: Iterator[Chunk] = field(repr=False)


def read_sheet(
    table: Table, member: Member, problems: Problems, progress: Callable[[int], None]
) -> Sheet | None:
    """Return the file's header and rows; None, with the problem noted, when it has no header.

    UTF-8 is checked value by value (fields.py): bytes that are none come as lone surrogates.
    """
    try:
        raw = Guarded(member.open(), progress)
        buffered = io.BufferedReader(raw, BLOCK)
        if buffered.peek(2)[:2] in _WIDE:
            problems.add_broken(table.file, 0, _("is UTF-16, not UTF-8"))
            return None
    except (ArchiveError, OSError, TooLongRow) as error:
        problems.add_broken(table.file, 0, _reason(error))
        return None
    text = io.TextIOWrapper(buffered, "utf-8-sig", errors="surrogateescape", newline="")
    reader = _Reader(table, text, problems, raw)
    header = reader.header()
    if header is None:
        return None
    positions = _positions(table, header, problems)
    return Sheet(table, positions, len(header), reader.chunks(len(header), _others(table, header)))


class _Reader:
    def __init__(
        self, table: Table, text: io.TextIOWrapper, problems: Problems, raw: Guarded
    ) -> None:
        self.raw = raw
        self.table = table
        self.text = text
        self.problems = problems
        self.csv = csv.reader(text, strict=True)

    def header(self) -> list[str] | None:
        rows: list[list[str]] = []
        if not self._fill(rows, 1):
            if self.table.file in self.problems.broken:
                return None
            if not rows:
                self.problems.add_broken(self.table.file, 0, _("has no header row"))
                return None
        if not rows or not rows[0]:
            self.problems.add_broken(self.table.file, 1, _("the header row cannot be read"))
            return None
        return rows[0]

    def chunks(self, width: int, others: list[int]) -> Iterator[Chunk]:
        more = True
        while more:
            rows: list[list[str]] = []
            before = self.csv.line_num
            more = self._fill(rows, CHUNK)
            chunk = self._with_lines(rows, before)
            if others:
                self._check_others(chunk, others)
            if any(map(width.__ne__, map(len, rows))):
                chunk = self._of_width(chunk, width)
            if chunk.rows:
                yield chunk
        self.text.close()

    def _fill(self, rows: list[list[str]], size: int) -> bool:
        """Read up to so many rows; False at the end of the file, or where it breaks off.

        A row that is no CSV ends the call early: the rows before it keep their lines.
        """
        start = self.csv.line_num
        enough = self.raw.total + CHUNK_BYTES
        try:
            while len(rows) < size and self.raw.total < enough:
                before = len(rows)
                rows.extend(islice(self.csv, min(STEP, size)))
                if len(rows) == before:
                    return False
        except csv.Error as error:
            return self._csv_problem(error, start, rows)
        except TooLongRow as error:
            self.problems.add_broken(self.table.file, self.csv.line_num + 1, _reason(error))
            return False
        except (ArchiveError, OSError) as error:
            self.problems.add_broken(self.table.file, 0, _reason(error))
            return False
        return True

    def _csv_problem(self, error: csv.Error, start: int, rows: list[list[str]]) -> bool:
        line = _next_line(start, rows)
        if "field limit" in str(error):
            message = _(
                "a value of more than %(most)s characters, or a quote never closed",
                most=LONGEST_VALUE,
            )
            self.problems.add_broken(self.table.file, line, message)
            return False
        if "unexpected end" in str(error):
            self.problems.add_broken(self.table.file, line, _("a quote is never closed"))
            return False
        message = _("is not CSV: %(reason)s", reason=error)
        self.problems.add(self.table.file, line, "", message)
        return True

    def _with_lines(self, rows: list[list[str]], before: int) -> Chunk:
        if self.csv.line_num - before == len(rows):
            return Chunk(range(before + 1, before + 1 + len(rows)), rows)
        lines = []
        line = before + 1
        for row in rows:
            lines.append(line)
            line += 1 + sum(map(_breaks, row))
        return Chunk(lines, rows)

    def _of_width(self, chunk: Chunk, width: int) -> Chunk:
        kept = []
        found = []
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            if len(row) == width:
                kept.append((line, row))
            elif not row:
                found.append(Problem(line, "", _("is empty")))
            else:
                message = _(
                    "has %(count)s values where the header has %(width)s",
                    count=len(row),
                    width=width,
                )
                found.append(Problem(line, "", message))
        self.problems.add_all(self.table.file, found)
        return Chunk([line for line, _ in kept], [row for _, row in kept])

    def _check_others(self, chunk: Chunk, others: list[int]) -> None:
        """Columns left out must still be text."""
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            for position in others:
                if position < len(row) and not _is_text(row[position]):
                    message = _("is not UTF-8, or holds a NUL")
                    self.problems.add(self.table.file, line, "", message)


def _positions(table: Table, header: list[str], problems: Problems) -> dict[str, int]:
    positions: dict[str, int] = {}
    seen: set[str] = set()
    for position, name in enumerate(header):
        if name in seen:
            message = _("column %(column)s is named twice", column=shown(name))
            problems.add(table.file, 1, "", message)
            problems.broken.add(table.file)
        elif name in table.by_name:
            positions[name] = position
        elif not _is_text(name):
            problems.add_broken(table.file, 1, _("the header is not UTF-8, or holds a NUL"))
        else:
            message = _("column %(column)s is not known, left out", column=shown(name))
            problems.warn(f"{table.file}: {message}")
        seen.add(name)
    for column in table.columns:
        if not column.optional and column.name not in positions:
            message = _("column %(column)s is missing", column=column.name)
            problems.add_broken(table.file, 0, message)
    return positions


def _others(table: Table, header: list[str]) -> list[int]:
    return [position for position, name in enumerate(header) if name not in table.by_name]


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def _breaks(value: str) -> int:
    return len(_LINE_BREAK.findall(value)) if "\n" in value or "\r" in value else 0


def _next_line(start: int, rows: list[list[str]]) -> int:
    return start + 1 + len(rows) + sum(_breaks(value) for row in rows for value in row)


def _reason(error: Exception) -> str:
    if isinstance(error, TooLongRow):
        return _("a line of more than %(most)s KiB", most=LONGEST_LINE >> 10)
    if isinstance(error, OSError):
        return _("cannot be read: %(reason)s", reason=error.strerror or error)
    return str(error)
