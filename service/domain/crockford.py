"""Random codes that people read, type and print: Crockford's base32, without I, L, O and U."""

import re
import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS: Final = 5

# What a reader may take a character for, and what one puts between groups.
_READ_AS: Final = str.maketrans("OIL", "011")
_BETWEEN: Final = re.compile(r"[\s\-]+")
_CODE: Final = re.compile(f"[{ALPHABET}]*")


def random_code(length: int) -> str:
    """Return as many random characters, 5 bits each, from the system's source of randomness."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def read_code(text: str, length: int) -> str | None:
    """Return a code of this length as it was given out; None for anything else.

    Lower case is read as upper, O as 0, I and L as 1; spaces and hyphens between are left out.
    """
    code = _BETWEEN.sub("", text).upper().translate(_READ_AS)
    return code if len(code) == length and _CODE.fullmatch(code) else None
