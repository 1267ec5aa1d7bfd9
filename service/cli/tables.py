"""Answers as tables for a terminal, in the language in force."""

from collections.abc import Callable
from typing import Any

from flask_babel import ngettext

from service.cli.output import aligned
from service.extensions import db
from service.queries import names
from service.queries.ask import Answer
from service.queries.questions import MarksQuestion, RatesQuestion, RoundsQuestion
from service.wording import cause_word, duration, main_cause, percent
from service.wording import translated as _

NOTHING = "–"
Column = tuple[str, Callable[[dict[str, Any]], str]]


def rates(answer: Answer[RatesQuestion]) -> str:
    """Return the rates of each group, with the main cause of what came late or not at all."""
    columns: list[Column] = [
        (_("owed"), lambda row: str(row["expected"])),
        (_("delivered"), lambda row: str(row["delivered"])),
        (_("late"), lambda row: percent(row["late_rate"])),
        (_("undelivered"), lambda row: percent(row["undelivered_rate"])),
        (_("bundled"), lambda row: percent(row["bundled_rate"])),
        (_("excess"), lambda row: percent(row["excess_bundled_rate"])),
        (_("stale"), lambda row: percent(row["stale_rate"])),
        (_("effective"), lambda row: percent(row["effective_rate"])),
        (_("error"), lambda row: percent(row["error_rate"])),
        (_("hours late (median)"), lambda row: duration(row["late_hours_p50"])),
        (_("main cause"), _main_cause),
    ]
    return _table(answer, answer.question.by, columns)


def rounds(answer: Answer[RoundsQuestion]) -> str:
    """Return the visits and rounds kept of each group."""
    columns: list[Column] = [
        (_("planned visits"), lambda row: str(row["planned_visits"])),
        (_("made"), lambda row: str(row["made_visits"])),
        (_("visits kept"), lambda row: percent(row["visits_kept"])),
        (_("planned rounds"), lambda row: str(row["planned_rounds"])),
        (_("complete"), lambda row: str(row["complete_rounds"])),
        (_("rounds kept"), lambda row: percent(row["rounds_kept"])),
    ]
    return _table(answer, answer.question.by, columns)


def marks(answer: Answer[MarksQuestion]) -> str:
    """Return the doubtful scans with their marks."""
    rows = [[row["scan_id"], " ".join(row["marks"])] for row in answer.rows]
    found = str(ngettext("%(num)d scan", "%(num)d scans", len(rows)))
    return "\n".join([_caption(answer, found), aligned([_("scan"), _("marks")], rows, 2)])


def _table(answer: Answer[Any], by: str, columns: list[Column]) -> str:
    named = _names(answer, by)
    headings = [by, *([_("name")] if named else []), *(heading for heading, _cell in columns)]
    rows = []
    for row in answer.rows:
        key = row["key"]
        cells = [NOTHING if key is None else key]
        if named:
            cells.append(named.get(key, NOTHING))
        rows.append([*cells, *(cell(row) for _heading, cell in columns)])
    found = str(ngettext("%(num)d group", "%(num)d groups", len(rows)))
    text = aligned(headings, rows, 2 if named else 1)
    return "\n".join([_caption(answer, found), text])


def _caption(answer: Answer[Any], found: str) -> str:
    """The period, what was known when, and how many rows follow."""
    question = answer.question
    return _(
        "%(branch)s: %(since)s to %(until)s, as of %(as_of)s, %(found)s",
        branch=answer.branch.name,
        since=question.since,
        until=question.until,
        as_of=question.as_of.astimezone(answer.branch.zone).isoformat(sep=" ", timespec="minutes"),
        found=found,
    )


def _names(answer: Answer[Any], by: str) -> dict[str, str]:
    """The names of the groups, where they have some."""
    code = answer.branch.code
    until = answer.question.until
    match by:
        case "town":
            return names.towns(db.engine, code)
        case "title":
            return names.titles(db.engine, code)
        case "route":
            return names.routes(db.engine, code, until)
        case "point":
            found = names.points(db.engine, code, until)
            return {key: point.name for key, point in found.items()}
        case _:
            return {}


def _main_cause(row: dict[str, Any]) -> str:
    found = main_cause(row["late_causes"])
    return f"{cause_word(found.cause)} {percent(found.share)}" if found else NOTHING
