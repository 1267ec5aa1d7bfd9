"""What the three questions are answered with, field by field: the OpenAPI document's and the
columns of the command line's CSV. metrics.md defines each figure.
"""

from collections.abc import Iterator
from typing import Any, Final

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import OneOf

CAUSES: Final = ("schedule", "upstream", "missed_visit", "slow_round", "left_behind")
MARKS: Final = (
    "clock",
    "clock_unknown",
    "far",
    "fast",
    "future_issue",
    "pile",
    "retired_label",
    "typed",
    "unknown_label",
)
KEY: Final = "Code of the group, `all`, a date, an ISO week (2026-W28) or a month; null: has none."


def _copies(text: str) -> fields.Integer:
    return fields.Integer(required=True, metadata={"description": text, "minimum": 0})


def _rate(formula: str) -> fields.Float:
    text = f"{formula}; null when the denominator is empty. 6 decimals."
    return fields.Float(
        required=True, allow_none=True, metadata={"description": text, "minimum": 0}
    )


def _number(text: str) -> fields.Float:
    return fields.Float(required=True, allow_none=True, metadata={"description": text})


def _key(text: str) -> fields.String:
    return fields.String(required=True, allow_none=True, metadata={"description": text})


class _Answer(Schema):
    class Meta:
        unknown = RAISE


class WithinDays(_Answer):
    """Copies delivered by due + 1, 2 and 3 × 24 hours, those on time included."""

    day_1 = fields.Integer(required=True, data_key="1", metadata={"minimum": 0})
    day_2 = fields.Integer(required=True, data_key="2", metadata={"minimum": 0})
    day_3 = fields.Integer(required=True, data_key="3", metadata={"minimum": 0})


def _cause(text: str) -> fields.Integer:
    return fields.Integer(metadata={"description": text, "minimum": 1})


class Causes(_Answer):
    """Copies by the one cause of their failure; a cause with 0 copies is left out."""

    schedule = _cause("排班: no planned visit in time")
    upstream = _cause("到报迟: the issue came after the last departure in time")
    missed_visit = _cause("未到访: planned, not visited")
    slow_round = _cause("投递慢: handed over on a day in time, after the hour (late copies only)")
    left_behind = _cause("漏投: visited, but the copies were not handed over")


class RateGroup(_Answer):
    """What happened to the copies of one group."""

    expected = _copies("Copies owed (应投) of issues of the period that were due by `as_of`")
    delivered = _copies("Of them, handed over")
    on_time = _copies("Of them, handed over by the due instant")
    late = _copies("Of them, handed over after it")
    undelivered = _copies("Of them, never handed over")
    bundled = _copies("捆捆报: in a visit with two or more issues of the same title")
    bundled_by_schedule = _copies("Bundled because the plan itself made the bundle")
    stale = _copies("过时报: handed over when a newer issue of the title was already out")
    surplus = _copies("Scanned, but not owed (扫多了、错投)")
    disputed = _copies("Counted as handed over, but missing, wrong or damaged by readers' word")
    effective = _copies("On time, not bundled, not disputed")
    unscanned = _copies("Received by readers' word, but not scanned")
    within_days = fields.Nested(WithinDays, required=True)
    key = _key(KEY)
    late_rate = _rate("(late + undelivered) / expected")
    bundled_rate = _rate("bundled / delivered")
    excess_bundled_rate = _rate("(bundled − bundled by schedule) / delivered")
    stale_rate = _rate("stale / delivered")
    effective_rate = _rate("effective / expected (有效发行率)")
    error_rate = _rate("(disputed + surplus) / expected (投递差错率)")
    undelivered_rate = _rate("undelivered / expected")
    late_hours_mean = _number("Hours past due, mean over late copies handed over")
    late_hours_p50 = _number("The same, median")
    late_hours_p90 = _number("The same, 90th percentile")
    handover_gap_hours_p50 = _number("Hours from the scan to the reader's word, median")
    age_days_mean = _number("Local date handed over − publication date, mean, in days")
    late_causes = fields.Nested(
        Causes, required=True, metadata={"description": "Late and undelivered copies by cause"}
    )
    bundle_causes = fields.Nested(
        Causes, required=True, metadata={"description": "Older issues' copies in bundles by cause"}
    )


class RoundGroup(_Answer):
    """How many planned visits and rounds were kept."""

    key = _key(KEY)
    planned_visits = _copies("Planned visits whose instant has come by `as_of`")
    made_visits = _copies("Of them, with a scan at the point on that local date")
    visits_kept = _rate("made / planned visits")
    planned_rounds = _copies("Rounds of which every visit was due by `as_of`")
    complete_rounds = _copies("Of them, with every visit made")
    rounds_kept = _rate("complete / planned rounds")


class ScanMarks(_Answer):
    """Why a scan is doubtful."""

    scan_id = fields.UUID(required=True, metadata={"description": "In lower case"})
    marks = fields.List(
        fields.String(validate=OneOf(MARKS)),
        required=True,
        metadata={"description": "One or more marks (metrics.md) in alphabetical order"},
    )


def columns(schema: type[Schema]) -> Iterator[tuple[str, ...]]:
    """Yield the path of every figure in an answer: ("key",), ("within_days", "1") …"""
    for name, field in schema().fields.items():
        if isinstance(field, fields.Nested):
            inner = field.schema.fields
            yield from ((name, part.data_key or part_name) for part_name, part in inner.items())
        else:
            yield (field.data_key or name,)


def figure(row: dict[str, Any], path: tuple[str, ...]) -> Any:
    """Return one figure of an answer's row; a cause that is left out is 0."""
    value = row[path[0]]
    return value if len(path) == 1 else value.get(path[1], 0)
