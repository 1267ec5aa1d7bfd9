"""A publication rule: the RFC 5545 recurrence that a title may have, checked part by part.

feed.md: no `RRULE:` prefix, RFC 5545 parts only, by day or longer, UNTIL a date, not COUNT and
UNTIL together. calendars.py expands what has passed here.
"""

import re
from collections.abc import Callable
from datetime import date

from service.domain.problems import Words

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


PREFIX = Words("前面不要写 RRULE:", "the prefix RRULE: does not belong here")
TIME_OF_DAY = Words("出版日期不能用 {name}", "{name} is not for publication dates")
NO_PART = Words("{part} 不是 RFC 5545 规则中的一项", "{part} is not a part of an RFC 5545 rule")
TWICE = Words("{name} 写了两次", "{name} is given twice")
NO_FREQUENCY = Words("缺少 FREQ", "FREQ is missing")
COUNT_AND_UNTIL = Words("COUNT 和 UNTIL 不能同时使用", "COUNT and UNTIL may not be given together")
NOT_WITH = Words(
    "{name} 不能和 FREQ={frequency} 同用", "{name} may not be given with FREQ={frequency}"
)
NUMBERED_DAYS = Words(
    "FREQ={frequency} 时 BYDAY 不能带序号", "BYDAY may not have numbers with FREQ={frequency}"
)
NUMBERED_DAYS_OF_WEEKS = Words(
    "与 BYWEEKNO 同用时 BYDAY 不能带序号", "BYDAY may not have numbers beside BYWEEKNO"
)
NO_SET = Words("BYSETPOS 要与另一个 BY 项同用", "BYSETPOS needs another BY part")
NOT_ONE_OF = Words("{name}={value} 不在 {choices} 之中", "{name}={value} is not one of {choices}")
NO_DATE = Words("{name}={value} 不是日期（YYYYMMDD）", "{name}={value} is not a date (YYYYMMDD)")
NO_SUCH_DATE = Words("{name}={value}：没有这一天", "{name}={value}: there is no such date")
OUT_OF_YEARS = Words(
    "{name}={value} 不在 {first} 年到 {last} 年之间",
    "{name}={value} is not between {first} and {last}",
)
NO_COUNT = Words(
    "{name}={value} 不是 1 到 999999999 的整数",
    "{name}={value} is not a whole number from 1 to 999999999",
)
NO_WEEKDAY = Words("{name}={value}：{day} 不是星期几", "{name}={value}: {day} is not a weekday")
NO_NUMBER = Words(
    "{name}={value}：{number} 不是 {low} 到 {high} 的数",
    "{name}={value}: {number} is not a number from {low} to {high}",
)
NO_NUMBER_BUT_0 = Words(
    "{name}={value}：{number} 不是 {low} 到 {high} 的数（0 除外）",
    "{name}={value}: {number} is not a number from {low} to {high}, without 0",
)


class RuleError(ValueError):
    """A text that is no publication rule; as a string it says why in English."""

    def __init__(self, words: Words, **values: object) -> None:
        super().__init__(words.in_language("en", **values))
        self._words, self._values = words, values

    def text(self, language: str) -> str:
        """Return why, in `zh` or `en`."""
        return self._words.in_language(language, **self._values)


def publication_rule(text: str) -> str:
    """Return the rule in upper case, its parts in the order given.

    RuleError, with what is wrong in both languages, for anything that is not such a rule.
    """
    rule = text.upper() if text.isascii() else text
    parts = _parts(rule)
    for name, value in parts.items():
        PARTS[name](name, value)
    _check_together(parts)
    return rule


def _parts(rule: str) -> dict[str, str]:
    if rule.startswith("RRULE:"):
        raise RuleError(PREFIX)
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, equals, value = part.partition("=")
        if name in TIMES:
            raise RuleError(TIME_OF_DAY, name=name)
        if not equals or name not in PARTS:
            raise RuleError(NO_PART, part=repr(part))
        if name in parts:
            raise RuleError(TWICE, name=name)
        parts[name] = value
    return parts


def _check_together(parts: dict[str, str]) -> None:
    frequency = parts.get("FREQ")
    if frequency is None:
        raise RuleError(NO_FREQUENCY)
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleError(COUNT_AND_UNTIL)
    for name in parts:
        if frequency in FORBIDDEN.get(name, ()):
            raise RuleError(NOT_WITH, name=name, frequency=frequency)
    if any(not day.startswith(WEEKDAYS) for day in parts.get("BYDAY", "MO").split(",")):
        if frequency not in ("MONTHLY", "YEARLY"):
            raise RuleError(NUMBERED_DAYS, frequency=frequency)
        if "BYWEEKNO" in parts:
            raise RuleError(NUMBERED_DAYS_OF_WEEKS)
    others = [name for name in parts if name.startswith("BY") and name != "BYSETPOS"]
    if "BYSETPOS" in parts and not others:
        raise RuleError(NO_SET)


def _check_frequency(name: str, value: str) -> None:
    if value not in FREQUENCIES:
        raise RuleError(NOT_ONE_OF, name=name, value=value, choices=", ".join(FREQUENCIES))


def _check_until(name: str, value: str) -> None:
    if not re.fullmatch("[0-9]{8}", value):
        raise RuleError(NO_DATE, name=name, value=value)
    try:
        year = date.fromisoformat(f"{value[:4]}-{value[4:6]}-{value[6:]}").year
    except ValueError:
        raise RuleError(NO_SUCH_DATE, name=name, value=value) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RuleError(OUT_OF_YEARS, name=name, value=value, first=FIRST_YEAR, last=LAST_YEAR)


def _check_count(name: str, value: str) -> None:
    if not re.fullmatch("[0-9]{1,9}", value) or int(value) < 1:
        raise RuleError(NO_COUNT, name=name, value=value)


def _check_weekday(name: str, value: str) -> None:
    if value not in WEEKDAYS:
        raise RuleError(NOT_ONE_OF, name=name, value=value, choices=", ".join(WEEKDAYS))


def _check_weekdays(name: str, value: str) -> None:
    for day in value.split(","):
        match = _NTH_DAY.fullmatch(day)
        if match is None or (match[1] and not 1 <= abs(int(match[1])) <= 53):
            raise RuleError(NO_WEEKDAY, name=name, value=value, day=repr(day))


def _check_numbers(name: str, value: str) -> None:
    highest, signed = NUMBERS[name]
    for number in value.split(","):
        legal = _NUMBER.fullmatch(number) and 1 <= abs(int(number)) <= highest
        if not legal or (not signed and not number.isdigit()):
            words, low = (NO_NUMBER_BUT_0, -highest) if signed else (NO_NUMBER, 1)
            said = {"number": repr(number), "low": low, "high": highest}
            raise RuleError(words, name=name, value=value, **said)


PARTS: dict[str, Callable[[str, str], None]] = {
    "FREQ": _check_frequency,
    "UNTIL": _check_until,
    "COUNT": _check_count,
    "INTERVAL": _check_count,
    "BYDAY": _check_weekdays,
    "WKST": _check_weekday,
    **dict.fromkeys(NUMBERS, _check_numbers),
}
