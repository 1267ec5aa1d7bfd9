"""Passwords: what is kept of one, and whether one fits.

argon2id with 19 MiB and two passes, OWASP's first choice: all workers' threads at once, comparing
passwords, stay within the memory of a small machine.
"""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.domain.failures import WrongQuestion
from service.domain.problems import WEAK_PASSWORD, fault

SHORTEST: Final = 10
LONGEST: Final = 200
DIFFERENT: Final = 4

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobodys() -> str:
    """What is compared where there is no such login, which then takes as long as a wrong one."""
    return _hasher.hash("nobody's password")


def password_hash(login: str, password: str) -> str:
    """Return what is kept of a new password; WrongQuestion where it is too short or too plain."""
    besides = password.lower().replace(login.lower(), "")
    plain = len(set(password)) < DIFFERENT or len(besides) < SHORTEST
    if plain or len(password) > LONGEST:
        weak = fault(WEAK_PASSWORD, shortest=SHORTEST, different=DIFFERENT)
        raise WrongQuestion({"password": weak})
    return _hasher.hash(password)


def password_fits(password: str, kept: str | None) -> bool:
    """Tell whether the password is the one that was kept; takes as long where none was."""
    try:
        _hasher.verify(kept or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
