"""What is printed at a point: a token in a QR code, a short code for typing, and the address.

A label carries `HTTPS://HOST/P/TOKEN`, which a QR code holds in its alphanumeric mode, so that it
stays small at high error correction. architecture.md, "Labels".
"""

import re
from typing import Final

from service.domain.crockford import ALPHABET, random_code, read_code

TOKEN_LENGTH: Final = 16
SHORT_CODE_LENGTH: Final = 7
# GF(32): polynomials over GF(2) modulo x^5 + x^2 + 1, whose root 2 has the order 31.
_MODULUS: Final = 0b100101
_CARRY: Final = 0b100000

LONGEST_ADDRESS: Final = 100
_NAME: Final = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ADDRESS: Final = re.compile(rf"https?://{_NAME}(?:\.{_NAME})*(?::[0-9]{{1,5}})?", re.ASCII)
_URL: Final = re.compile(
    r"https?://(?P<host>[^/?#\s]+)/p/(?P<token>[0-9a-z]+)/?", re.ASCII | re.IGNORECASE
)


def new_token() -> str:
    """Return the token of a new label: 80 random bits as 16 characters."""
    return random_code(TOKEN_LENGTH)


def read_token(text: str) -> str | None:
    """Return a label's token from the characters read; None where they are none."""
    return read_code(text, TOKEN_LENGTH)


def new_short_code() -> str:
    """Return 6 random characters and their check character; the caller sees to it being unique."""
    free = random_code(SHORT_CODE_LENGTH - 1)
    return free + check_character(free)


def check_character(characters: str) -> str:
    """Return the character that completes a short code.

    Characters are elements of GF(32). The code is a polynomial, the check character its constant
    term, chosen so that 2 is a root: the sum of c(i) × 2^i is 0. An error of one character adds
    e × 2^i, never 0. Swapping two, next to each other or not, adds (a + b) × (2^i + 2^j), 0 only
    where they are equal. A sum modulo 32 could not do both: it misses errors by multiples of 2.
    """
    total = 0
    for character in characters:
        total = _doubled(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def _doubled(element: int) -> int:
    element <<= 1
    return element ^ _MODULUS if element & _CARRY else element


def read_short_code(text: str) -> str | None:
    """Return the short code that was typed; None where it has a wrong length, character or check.

    Any case, with or without spaces and hyphens, O for 0, I or L for 1.
    """
    code = read_code(text, SHORT_CODE_LENGTH)
    if code is None or check_character(code[:-1]) != code[-1]:
        return None
    return code


def grouped(short_code: str) -> str:
    """Return a short code as it is printed, in two groups."""
    return f"{short_code[:3]} {short_code[3:]}"


def public_address(text: str) -> str:
    """Return the service's public address as labels can carry it, without a slash at its end.

    ValueError for anything but http(s)://host or http(s)://host:port of at most 100 characters.
    """
    address = text.strip().rstrip("/").lower()
    if not _ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS:
        raise ValueError(text)
    return address


def label_url(public_url: str, token: str) -> str:
    """Return the address on a label, all in capitals: `HTTPS://HOST/P/TOKEN`."""
    return f"{public_url.rstrip('/')}/p/{token}".upper()


def host_of(public_url: str) -> str:
    """Return the host, with its port where it has one, as labels carry it: in capitals."""
    return public_url.partition("://")[2].rstrip("/").upper()


def read_label(text: str) -> tuple[str, str] | None:
    """Return (host in capitals, token) of a QR code's text in any case; None: not a label's."""
    found = _URL.fullmatch(text.strip())
    token = found and read_token(found["token"])
    return (found["host"].upper(), token) if found and token else None
