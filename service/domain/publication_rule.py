"""A publication rule: the RFC 5545 recurrence that a title may have, checked part by part.

feed.md: no `RRULE:` prefix, RFC 5545 parts only, by day or longer, UNTIL a date, not COUNT and
UNTIL together. calendars.py expands what has passed here.
"""

import re
from collections.abc import Callable
from datetime import date

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
FIRST_YEAR, LAST_YEAR = 1970, 2100

# RFC 5545, 3.3.10: each BY part, the largest number it may hold, and whether it may be negative.
NUMBERS = {
    "BYMONTH": (12, False),
    "BYMONTHDAY": (31, True),
    "BYYEARDAY": (366, True),
    "BYWEEKNO": (53, True),
    "BYSETPOS": (366, True),
}
# The frequencies that a BY part may not go with (the table on page 44 and the text before it).
FORBIDDEN = {
    "BYMONTHDAY": ("WEEKLY",),
    "BYYEARDAY": ("DAILY", "WEEKLY", "MONTHLY"),
    "BYWEEKNO": ("DAILY", "WEEKLY", "MONTHLY"),
}

_NUMBER = re.compile(r"[+-]?[0-9]{1,3}")
_NTH_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


def publication_rule(text: str) -> str:
    """Return the rule in upper case, its parts in the order given.

    ValueError, with what is wrong in the message, for anything that is not such a rule.
    """
    rule = text.upper() if text.isascii() else text
    parts = _parts(rule)
    for name, value in parts.items():
        PARTS[name](name, value)
    _check_together(parts)
    return rule


def _parts(rule: str) -> dict[str, str]:
    if rule.startswith("RRULE:"):
        raise ValueError("the prefix RRULE: does not belong here")
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, equals, value = part.partition("=")
        if name in TIMES:
            raise ValueError(f"{name} is not for publication dates")
        if not equals or name not in PARTS:
            raise ValueError(f"{part!r} is not a part of an RFC 5545 rule")
        if name in parts:
            raise ValueError(f"{name} is given twice")
        parts[name] = value
    return parts


def _check_together(parts: dict[str, str]) -> None:
    frequency = parts.get("FREQ")
    if frequency is None:
        raise ValueError("FREQ is missing")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("COUNT and UNTIL may not be given together")
    for name in parts:
        if frequency in FORBIDDEN.get(name, ()):
            raise ValueError(f"{name} may not be given with FREQ={frequency}")
    if any(not day.startswith(WEEKDAYS) for day in parts.get("BYDAY", "MO").split(",")):
        if frequency not in ("MONTHLY", "YEARLY"):
            raise ValueError(f"BYDAY may not have numbers with FREQ={frequency}")
        if "BYWEEKNO" in parts:
            raise ValueError("BYDAY may not have numbers beside BYWEEKNO")
    others = [name for name in parts if name.startswith("BY") and name != "BYSETPOS"]
    if "BYSETPOS" in parts and not others:
        raise ValueError("BYSETPOS needs another BY part")


def _check_frequency(_name: str, value: str) -> None:
    if value not in FREQUENCIES:
        raise ValueError(f"FREQ={value} is not one of {', '.join(FREQUENCIES)}")


def _check_until(name: str, value: str) -> None:
    if not re.fullmatch("[0-9]{8}", value):
        raise ValueError(f"{name}={value} is not a date (YYYYMMDD)")
    try:
        year = date.fromisoformat(f"{value[:4]}-{value[4:6]}-{value[6:]}").year
    except ValueError:
        raise ValueError(f"{name}={value}: there is no such date") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{name}={value} is not between {FIRST_YEAR} and {LAST_YEAR}")


def _check_count(name: str, value: str) -> None:
    if not re.fullmatch("[0-9]{1,9}", value) or int(value) < 1:
        raise ValueError(f"{name}={value} is not a whole number from 1 to 999999999")


def _check_weekday(name: str, value: str) -> None:
    if value not in WEEKDAYS:
        raise ValueError(f"{name}={value} is not one of {', '.join(WEEKDAYS)}")


def _check_weekdays(name: str, value: str) -> None:
    for day in value.split(","):
        match = _NTH_DAY.fullmatch(day)
        if match is None or (match[1] and not 1 <= abs(int(match[1])) <= 53):
            raise ValueError(f"{name}={value}: {day!r} is not a weekday")


def _check_numbers(name: str, value: str) -> None:
    highest, signed = NUMBERS[name]
    for number in value.split(","):
        legal = _NUMBER.fullmatch(number) and 1 <= abs(int(number)) <= highest
        if not legal or (not signed and not number.isdigit()):
            low = f"-{highest}" if signed else "1"
            raise ValueError(
                f"{name}={value}: {number!r} is not a number from {low} to {highest}"
                + (", without 0" if signed else "")
            )


PARTS: dict[str, Callable[[str, str], None]] = {
    "FREQ": _check_frequency,
    "UNTIL": _check_until,
    "COUNT": _check_count,
    "INTERVAL": _check_count,
    "BYDAY": _check_weekdays,
    "WKST": _check_weekday,
    **dict.fromkeys(NUMBERS, _check_numbers),
}
