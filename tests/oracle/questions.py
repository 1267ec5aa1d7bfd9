"""Questions as command lines, as `questions.json` of an example has them, put to the oracle."""

import shlex
from datetime import date, datetime
from typing import Any

from tests.oracle.oracle import marks, rates, rounds
from tests.oracle.records import Records

TOLERANCE = 1.000001e-6


def parse_command(command: str) -> tuple[str, dict[str, Any]]:
    """`jianbao rates --by all …` → ("rates", {"by": "all", …})."""
    program, name, *words = shlex.split(command)
    assert program == "jianbao"
    options: dict[str, Any] = {}
    for flag, value in zip(words[::2], words[1::2], strict=True):
        option = flag.removeprefix("--").replace("-", "_")
        if option in ("since", "until"):
            options[option] = date.fromisoformat(value)
        elif option == "as_of":
            options[option] = datetime.fromisoformat(value)
        elif option != "format":
            options[option] = value
    return name, options


def answer(records: Records, command: str) -> list[dict[str, Any]]:
    """What the oracle says to a command line."""
    name, options = parse_command(command)
    return {"rates": rates, "rounds": rounds, "marks": marks}[name](records, **options)


def differences(got: Any, wanted: Any, path: str = "") -> list[str]:
    """Where two answers differ, by more than the tolerance for numbers with decimals."""
    if isinstance(got, dict) and isinstance(wanted, dict):
        found = []
        for key in sorted(got.keys() | wanted.keys()):
            if key not in got or key not in wanted:
                found.append(f"{path}.{key}: only in {'wanted' if key in wanted else 'got'}")
            else:
                found += differences(got[key], wanted[key], f"{path}.{key}")
        return found
    if isinstance(got, list) and isinstance(wanted, list):
        found = [] if len(got) == len(wanted) else [f"{path}: {len(got)} != {len(wanted)} long"]
        for number, (one, other) in enumerate(zip(got, wanted, strict=False)):
            found += differences(one, other, f"{path}[{number}]")
        return found
    if isinstance(got, float) and isinstance(wanted, float | int):
        return [] if abs(got - wanted) <= TOLERANCE else [f"{path}: {got} != {wanted}"]
    return [] if got == wanted else [f"{path}: {got!r} != {wanted!r}"]
