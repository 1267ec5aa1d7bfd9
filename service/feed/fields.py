"""The kinds of value in a feed, each a marshmallow field: import and API share its one rule.

`read` turns a non-empty text into what the database keeps (dates as day numbers, instants as
milliseconds, times of day as minutes); `_deserialize` gives the API the same value as Python has
it. The fields that hold a time are in moments.py.
"""

import functools
import math
import re
import uuid
import zoneinfo
from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, fields
from sqlalchemy import Double, Integer, String, Uuid
from sqlalchemy.types import TypeEngine

from service.domain.publication_rule import WEEKDAYS, RuleError, publication_rule
from service.feed.problems import shown
from service.wording import language, listed
from service.wording import translated as _

LONGEST_TEXT = 200

Stored = int | float | str

_WHOLE = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Many at once, a line each; what these do not match may still be good.
_DECIMALS = re.compile(r"(?:-?[0-9]{1,9}(?:\.[0-9]{1,20})?\n)*+")
_UUIDS = re.compile(f"(?:{_UUID.pattern}\n)*+")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Refused(ValueError):  # noqa: N818 - the name says it
    """A value that its field does not take; the message says why, in the language in force."""


class FeedField(fields.Field[Any]):
    """A value of a feed. `when_empty` is what an empty cell means, where it may be empty."""

    sql_type: ClassVar[TypeEngine[Any]] = String(LONGEST_TEXT)
    when_empty: Stored | None = None

    def read(self, text: str) -> Stored:
        """Return the value to keep; Refused when the text is none of this kind.

        Called for millions of values, so nothing is asked here that the pattern already answers.
        """
        raise NotImplementedError

    def read_all(self, texts: list[str]) -> list[Any] | None:
        """Return what `read` returns for each of many texts, or None when they must be read singly.

        For kinds whose values hardly repeat: one look at all of them is quicker than one at each.
        """
        return None

    def write(self, value: Any) -> str:
        """Return the text that reads as the kept value."""
        return str(value)

    def take(self, value: Any) -> Stored:
        """Return the value to keep for one that JSON gave as something other than text."""
        raise Refused(_("%(value)s is not a text", value=shown(repr(value))))

    def as_python(self, value: Any) -> Any:
        """Return the kept value as the API's code has it."""
        return value

    def why_not(self, text: str, refused: Refused) -> str:
        """Return why a text was refused: first of all because it is no text at all."""
        if "\0" in text:
            return _("holds a NUL character")
        if _SURROGATE.search(text):
            return _("holds bytes that are not UTF-8")
        return str(refused)

    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        """Return the error for a value that is not there in the import's words."""
        said = {"required": _("is missing"), "null": _("is empty")}
        return ValidationError(said[key]) if key in said else super().make_error(key, **kwargs)

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Take an empty text for null, and null for what an empty cell means."""
        if value is None or value == "":
            value = None
            if self.allow_none and self.when_empty is not None:
                return self.as_python(self.when_empty)
        return super().deserialize(value, attr, data, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        try:
            kept = self.read(value) if isinstance(value, str) else self.take(value)
        except Refused as refused:
            text = value if isinstance(value, str) else ""
            raise ValidationError(self.why_not(text, refused)) from None
        return self.as_python(kept)


class Text(FeedField):
    """Any text of at most 200 characters."""

    def read(self, text: str) -> str:
        if len(text) > LONGEST_TEXT:
            count, most = len(text), LONGEST_TEXT
            raise Refused(_("has %(count)s characters, more than %(most)s", count=count, most=most))
        if "\0" in text or not (text.isascii() or _SURROGATE.search(text) is None):
            raise Refused(_("is not a text"))
        return text


class Code(Text):
    """A text that others refer to: nothing in it or at its ends that nobody sees."""

    def read(self, text: str) -> str:
        if text != text.strip():
            raise Refused(_("%(value)s has blanks at an end", value=shown(repr(text))))
        if _CONTROL.search(text):
            raise Refused(_("%(value)s has control characters", value=shown(text)))
        return super().read(text)


class Choice(FeedField):
    """One of a few words."""

    def __init__(self, *choices: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices

    def read(self, text: str) -> str:
        if text not in self.choices:
            choices = _one_of(self.choices)
            raise Refused(_("%(value)s is not %(choices)s", value=shown(text), choices=choices))
        return text


class Whole(FeedField):
    """A whole number in a range, in plain ASCII digits."""

    sql_type = Integer()

    def __init__(self, lowest: int, highest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lowest, self.highest = lowest, highest

    def read(self, text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise Refused(_("%(value)s is not a whole number", value=shown(text)))
        # int() itself refuses thousands of digits; so many are out of every range.
        if len(text) > 20 or not self.lowest <= int(text) <= self.highest:
            raise _not_between(text, self.lowest, self.highest)
        return int(text)

    def take(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refused(_("%(value)s is not a whole number", value=shown(repr(value))))
        if not self.lowest <= value <= self.highest:
            raise _not_between(str(value), self.lowest, self.highest)
        return value


class Decimal(FeedField):
    """A finite number in a range, written with digits and a point."""

    sql_type = Double()

    def __init__(self, lowest: int, highest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lowest, self.highest = lowest, highest

    def read(self, text: str) -> float:
        if not _DECIMAL.fullmatch(text) or len(text) > LONGEST_TEXT:
            if _NOT_FINITE.fullmatch(text):
                raise Refused(_("%(value)s is not a finite number", value=shown(text)))
            raise Refused(_("%(value)s is not a decimal number", value=shown(text)))
        return self._within(float(text), text)

    def read_all(self, texts: list[str]) -> list[float] | None:
        if not _DECIMALS.fullmatch("\n".join([*texts, ""])):
            return None
        values = [float(text) + 0.0 for text in texts]
        return values if self.lowest <= min(values) and max(values) <= self.highest else None

    def take(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(_("%(value)s is not a decimal number", value=shown(repr(value))))
        if not math.isfinite(value):
            raise Refused(_("%(value)s is not a finite number", value=value))
        return self._within(value, str(value))

    def _within(self, value: float, text: str) -> float:
        if not self.lowest <= value <= self.highest:
            raise _not_between(text, self.lowest, self.highest)
        return float(value) + 0.0  # no negative zero

    def write(self, value: float) -> str:
        """Return the shortest digits that read as the same number, never with an exponent."""
        text = repr(float(value))
        if "e" in text:
            text = f"{value:.340f}".rstrip("0")
        return text.removesuffix(".0")


class UuidField(FeedField):
    """A UUID as RFC 9562 writes it, in either case; kept as 32 lower-case digits."""

    sql_type = Uuid(as_uuid=False)

    def read(self, text: str) -> str:
        if not _UUID.fullmatch(text):
            raise Refused(_("%(value)s is not a UUID", value=shown(text)))
        return text.replace("-", "").lower()

    def read_all(self, texts: list[str]) -> list[str] | None:
        lines = "\n".join([*texts, ""])
        return lines.replace("-", "").lower().split() if _UUIDS.fullmatch(lines) else None

    def write(self, value: Any) -> str:
        digits = value.replace("-", "") if isinstance(value, str) else value.hex
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def take(self, value: Any) -> str:
        if isinstance(value, uuid.UUID):
            return value.hex
        return str(super().take(value))

    def as_python(self, value: str) -> uuid.UUID:
        return uuid.UUID(value)


class Weekdays(FeedField):
    """Weekdays as in `MO,WE,FR`; kept as bits, Monday the lowest."""

    sql_type = Integer()

    def read(self, text: str) -> int:
        bits = 0
        for day in text.split(","):
            if day not in WEEKDAYS:
                message = _("%(value)s is not a list of weekdays like MO,WE,FR", value=shown(text))
                raise Refused(message)
            if bits & 1 << WEEKDAYS.index(day):
                raise Refused(_("%(value)s names %(day)s twice", value=shown(text), day=day))
            bits |= 1 << WEEKDAYS.index(day)
        return bits

    def write(self, value: int) -> str:
        return ",".join(day for bit, day in enumerate(WEEKDAYS) if value & 1 << bit)


class PublicationRule(Text):
    """An RFC 5545 recurrence rule of days."""

    def read(self, text: str) -> str:
        try:
            return publication_rule(super().read(text))
        except RuleError as error:
            raise Refused(shown(error.text(language()), longest=150)) from None


class TimeZoneName(FeedField):
    """The IANA name of a time zone."""

    def read(self, text: str) -> str:
        if text not in _time_zones():
            message = _("%(value)s is not the name of an IANA time zone", value=shown(text))
            raise Refused(message)
        return text


@functools.cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones()) - {"localtime", "Factory"}


def _one_of(choices: tuple[str, ...]) -> str:
    if len(choices) == 1:
        return choices[0]
    return _("%(others)s or %(last)s", others=listed(choices[:-1]), last=choices[-1])


def _not_between(text: str, lowest: int, highest: int) -> Refused:
    return Refused(
        _(
            "%(value)s is not between %(lowest)s and %(highest)s",
            value=shown(text),
            lowest=lowest,
            highest=highest,
        )
    )
