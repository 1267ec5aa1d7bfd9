"""What is wrong with a feed: kept in file order, up to a limit, and counted beyond it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

LIMIT = 1_000
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong; line 0 is the file as a whole, column "" the row as a whole.

    The message is in the language that was in force when it was found; place and column never are.
    """

    line: int
    column: str
    message: str

    def text(self, file: str) -> str:
        """Return the line that a person reads: `points.csv:17: lat: …`."""
        place = f"{file}:{self.line}" if self.line else file
        column = f"{self.column}: " if self.column else ""
        return f"{place}: {column}{self.message}"


class FeedRefused(Exception):  # noqa: N818 - the name says it
    """A feed that is not imported; `lines` says why, `more` how many problems are not listed."""

    def __init__(self, lines: list[str], more: int = 0) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.more = more


@dataclass
class Problems:
    """The problems and warnings of one feed, in constant memory however bad it is.

    `broken` names the files that could not be read to their end: what refers to them is not
    checked, as every row would be a problem.
    """

    limit: int = LIMIT
    warnings: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    _kept: dict[str, list[Problem]] = field(default_factory=dict)
    _total: int = 0

    def __bool__(self) -> bool:
        return self._total > 0

    def add(self, file: str, line: int, column: str, message: str) -> None:
        """Take in one problem."""
        self.add_all(file, [Problem(line, column, message)])

    def add_all(self, file: str, found: Iterable[Problem], total: int | None = None) -> None:
        """Take in problems of a file; `total` counts also those that were not fetched."""
        found = list(found)
        self._total += len(found) if total is None else total
        kept = self._kept.setdefault(file, [])
        kept.extend(found)
        if len(kept) > 2 * self.limit:
            kept.sort(key=lambda problem: problem.line)
            del kept[self.limit :]

    def add_broken(self, file: str, line: int, message: str) -> None:
        """Take in a problem that ends the reading of a file."""
        self.broken.add(file)
        self.add(file, line, "", message)

    def warn(self, message: str) -> None:
        """Take in something that is kept out of the import, which goes on."""
        if len(self.warnings) < self.limit:
            self.warnings.append(message)

    def refusal(self, order: Iterable[str]) -> FeedRefused:
        """Return the problems as an exception: in the given order of files, then by line."""
        files = [*order]
        files = [*(name for name in self._kept if name not in files), *files]
        lines = [
            problem.text(file)
            for file in files
            for problem in sorted(self._kept.get(file, []), key=lambda problem: problem.line)
        ][: self.limit]
        return FeedRefused(lines, self._total - len(lines))


def shown(text: str, longest: int = 60) -> str:
    """Return a value as a message may show it: cut, nothing in it that moves a cursor."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", cut)
