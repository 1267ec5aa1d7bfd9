"""Figures as a page shows them: a rate or a bare count, a bar of causes, words for both."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from service.queries.answers import CAUSES
from service.wording import FEWEST_COPIES, MainCause, cause_word, main_cause, number, percent_whole
from service.wording import rate_or_count as shown
from service.wording import translated as _

# From the plan to the door: the order of segments and of the legend.
ORDER = ("schedule", "upstream", "missed_visit", "left_behind", "slow_round")
assert set(ORDER) == set(CAUSES)  # noqa: S101


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, in percent of the bar's full width."""

    cause: str
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: its text, the counts behind it, and where it has causes, bar and main cause."""

    text: str
    counts: str
    is_rate: bool = True
    segments: tuple[Segment, ...] = ()
    causes: str = ""
    main: MainCause | None = None


def measure(copies: int, of: int) -> Measure:
    """Return a share of copies, without causes."""
    return Measure(shown(copies, of), _counts(copies, of), is_rate=of >= FEWEST_COPIES)


def caused(copies: int, of: int, causes: Mapping[str, int], full: float) -> Measure:
    """Return a share of copies with its causes; `full` is the rate that fills the bar.

    The bar is as long as the rate and divided as the causes are. Too few copies get no bar.
    """
    segments = _segments(copies / of / full, causes) if of >= FEWEST_COPIES and full else ()
    words = _(", ").join(
        f"{cause_word(cause)} {number(causes[cause])}" for cause in ORDER if causes.get(cause)
    )
    return replace(measure(copies, of), segments=segments, causes=words, main=main_cause(causes))


def full_width(rows: list[dict[str, Any]], rate: str, of: str) -> float:
    """Return the rate that fills a column's bars: the least of 5, 10, 20 … 100 % for all rows."""
    rates = [row[rate] for row in rows if row[of] >= FEWEST_COPIES]
    highest = max(rates, default=0.0)
    return next((full for full in (0.05, 0.1, 0.2, 0.4, 0.6, 0.8) if highest <= full), 1.0)


def scale(full: float) -> str:
    """Return what a full bar stands for."""
    return _("bar up to %(rate)s", rate=percent_whole(full))


def _counts(copies: int, of: int) -> str:
    return _("%(copies)s of %(of)s", copies=number(copies), of=number(of))


def _segments(length: float, causes: Mapping[str, int]) -> tuple[Segment, ...]:
    total = sum(causes.values())
    found = []
    start = 0.0
    for cause in ORDER:
        if causes.get(cause):
            part = min(length, 1.0) * 100 * causes[cause] / total
            found.append(Segment(cause, round(start, 3), round(part, 3)))
            start += part
    return tuple(found)
