"""JSON as phones send it, read and written again: nothing of an event is lost on the way."""

import json
from math import isinf
from typing import Any, Final

import orjson

# As many as the quick encoder writes. An honest event has five.
MOST_LEVELS: Final = 254
LONGEST_WHOLE: Final = 20

_escaped = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def read_json(body: bytes) -> Any:
    """Return what a body says; ValueError where it is no JSON, or nested deeper than 254 levels.

    Half surrogates are no obstacle. Numbers that no computer has (NaN, 1e400, whole ones of
    thousands of digits) come as text: that is right nowhere, and stays as it was sent.
    """
    try:
        said = orjson.loads(body)
    except ValueError:
        said = _read_slowly(body)
    if _is_deep(said):
        raise ValueError("nested too deep")
    return said


def canonical(said: Any) -> str:
    """Return JSON that is the same for the same content, and a text that every database keeps.

    What the quick encoder refuses (half surrogates, numbers of many digits) is written by the
    standard library's, with everything escaped.
    """
    try:
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()
    except (TypeError, ValueError):
        return _escaped(said)


def _read_slowly(body: bytes) -> Any:
    try:
        return json.loads(body, parse_int=_whole, parse_float=_real, parse_constant=str)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _whole(digits: str) -> int | str:
    return digits if len(digits) > LONGEST_WHOLE else int(digits)


def _real(digits: str) -> float | str:
    number = float(digits)
    return digits if isinf(number) else number


def _is_deep(said: Any) -> bool:
    """Tell whether there are too many levels: more than can be read again anywhere."""
    try:
        orjson.dumps(said)
    except (TypeError, ValueError):
        return _has_levels(said, MOST_LEVELS)
    return False


def _has_levels(said: Any, most: int) -> bool:
    level = [said]
    for _ in range(most):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return True


def _inside(said: Any) -> list[Any]:
    if isinstance(said, dict):
        return list(said.values())
    return said if isinstance(said, list) else []
