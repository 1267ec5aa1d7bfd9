"""Figures and causes in words, in the language in force: for the command line and the pages."""

import functools
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import flask_babel

# The languages of the service, and the first of them.
LOCALES: Final = {"zh": "zh_Hans_CN", "en": "en"}

NOTHING = "–"
# On pages, a figure from fewer copies is shown as a count, not as a rate. metrics.md, "Audits".
FEWEST_COPIES = 20


@dataclass(frozen=True, slots=True)
class MainCause:
    """The cause of most copies, and its share of all that failed."""

    cause: str
    copies: int
    share: float


def translated(text: str, **values: object) -> str:
    """Return the text in the language in force, filled in; modules call it `_`."""
    return str(flask_babel.gettext(text, **values))


def locale_of_environment(environ: Mapping[str, str] = os.environ) -> str:
    """Return the locale that LC_ALL, LC_MESSAGES or LANG asks for; English where none does."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return LOCALES["zh" if environ[name].lower().startswith("zh") else "en"]
    return LOCALES["en"]


def language() -> str:
    """Return `zh` or `en`, the language in force; English, as the texts are, without an app."""
    locale = flask_babel.get_locale()
    return "en" if locale is None or locale.language == "en" else "zh"


def percent(rate: float | None) -> str:
    """Return a rate with one decimal; a null one as a dash."""
    return NOTHING if rate is None else f"{rate * 100:.1f}%"


def percent_whole(share: float) -> str:
    """Return a share without decimals."""
    return f"{share * 100:.0f}%"


def number(value: int) -> str:
    """Return a count with the language's grouping."""
    return str(flask_babel.format_decimal(value))


def duration(hours: float | None) -> str:
    """Return hours with one decimal; null as a dash."""
    return NOTHING if hours is None else f"{hours:.1f}"


def rate_or_count(copies: int, of: int) -> str:
    """Return a rate of copies, or the bare count where there are too few for a rate."""
    if of == 0:
        return NOTHING
    if of < FEWEST_COPIES:
        return f"{copies} / {of}"
    return percent(copies / of)


def main_cause(causes: Mapping[str, int]) -> MainCause | None:
    """Return the cause of most copies (of equal ones the first in the table); None without any."""
    total = sum(causes.values())
    if total == 0:
        return None
    cause = max(causes, key=lambda name: causes[name])
    return MainCause(cause, causes[cause], causes[cause] / total)


_ = translated


def listed(names: Iterable[str]) -> str:
    """Return some names, at least one, as a list of the language in force."""
    return functools.reduce(
        lambda list_, name: _("%(list)s, %(name)s", list=list_, name=name), names
    )


def cause_word(cause: str) -> str:
    """Return a cause's name. metrics.md, "Why"."""
    words = {
        "schedule": _("schedule"),
        "upstream": _("upstream"),
        "slow_round": _("slow round"),
        "left_behind": _("left behind"),
        "missed_visit": _("missed visit"),
    }
    return words[cause]


def cause_meaning(cause: str) -> str:
    """Return what a cause means, in one sentence."""
    words = {
        "schedule": _("No round was planned in time"),
        "upstream": _("The paper reached the office after the last round in time"),
        "slow_round": _("Delivered on the day, but after the promised hour"),
        "left_behind": _("The point was visited, but the paper was not handed over"),
        "missed_visit": _("A round was planned, but the point was not visited"),
    }
    return words[cause]
