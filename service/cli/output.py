"""How commands speak: UTF-8, the language of the environment, one line for an error."""

import io
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from service.domain.failures import Failure
from service.domain.problems import UNAVAILABLE
from service.wording import language

WRONG_USAGE = 2
REFUSED_DATA = 1


def speak_utf8() -> None:
    """Write UTF-8 whatever the locale's encoding is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


class Refusal(click.ClickException):
    """An error that ends the command: one line on stderr, and its exit status."""

    def __init__(self, message: str, exit_code: int = WRONG_USAGE) -> None:
        super().__init__(" ".join(message.split()))
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: Any = None) -> None:
        speak_utf8()
        click.echo(f"jianbao: {self.format_message()}", file=file or sys.stderr)


def refusal(failure: Failure) -> Refusal:
    """Return the error of the catalogue as a command says it, parameters as they are typed."""
    words = language()
    lines = [f"{_typed(name)}: {fault.text(words)}" for name, fault in failure.faults.items()]
    if not lines:
        problem = failure.problem
        lines = [f"{problem.title.in_language(words)}: {problem.hint.in_language(words)}"]
    return Refusal("; ".join(lines))


def _typed(name: str) -> str:
    """A parameter as the command that runs has it: --option or ARGUMENT; else its bare name."""
    context = click.get_current_context(silent=True)
    option = f"--{name.replace('_', '-')}"
    for param in context.command.params if context else ():
        if option in param.opts:
            return option
        if name == param.name and isinstance(param, click.Argument):
            return param.human_readable_name
    return name


def unavailable(error: OperationalError) -> Refusal:
    """Return that the database does not answer, in its own words, without the statement."""
    title = UNAVAILABLE.title.in_language(language())
    return Refusal(f"{title}: {error.orig}", REFUSED_DATA)


class Command(click.Command):
    """A command whose wrong usage is told in one line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise Refusal(error.format_message()) from error


def width(text: str) -> int:
    """Return the columns that a text takes on a terminal: CJK two, combining marks none."""
    return sum(
        0 if unicodedata.combining(mark) else 2 if unicodedata.east_asian_width(mark) in "WF" else 1
        for mark in text
    )


def printable(text: str) -> str:
    """Return the text without what would steer a terminal."""
    return "".join(mark if mark.isprintable() else "�" for mark in text)


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> str:
    """Return a table as text; the first `left` columns are aligned left, the others right."""
    lines = [list(headings), *([printable(cell) for cell in row] for row in rows)]
    widths = [max(width(line[place]) for line in lines) for place in range(len(headings))]
    lines.insert(1, ["─" * columns for columns in widths])
    return "\n".join(
        "  ".join(
            cell + " " * (columns - width(cell))
            if place < left
            else " " * (columns - width(cell)) + cell
            for place, (cell, columns) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
