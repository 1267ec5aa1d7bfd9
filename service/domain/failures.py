"""What a request can fail with: an exception for each problem of the catalogue that is ours."""

# The names say what is wrong; "Error" after each would say nothing more.
# ruff: noqa: N818

from collections.abc import Iterable
from typing import ClassVar

from service.domain.problems import (
    APP_NOT_BUILT,
    BRANCH_NEEDED,
    FOREIGN_INSTALLATION,
    INSTALLATION_TAKEN,
    LOGIN_NEEDED,
    NO_BRANCH,
    NO_SUCH_CODE,
    NOT_A_PHOTO,
    NOT_A_QUEUE_FILE,
    REVOKED_TOKEN,
    SEVERAL_BRANCHES,
    TOO_LARGE,
    UNKNOWN_BRANCH,
    UNKNOWN_CODE,
    UNKNOWN_ENROLMENT,
    UNKNOWN_EVENT,
    UNKNOWN_INSTALLATION,
    UNKNOWN_TOKEN,
    USED_ENROLMENT,
    WRONG_QUESTION,
    Fault,
    Problem,
    fault,
)


class Failure(Exception):
    """An error of the catalogue, with the parameters that caused it: {name: fault}."""

    problem: ClassVar[Problem]

    def __init__(self, faults: dict[str, Fault] | None = None) -> None:
        super().__init__(self.problem.code, faults)
        self.faults = faults or {}

    def detail(self, language: str) -> str:
        """Return what is wrong in this case, in one line."""
        faults = [f"{name}: {fault.text(language)}" for name, fault in self.faults.items()]
        return "; ".join(faults) or self.problem.title.in_language(language)


class WrongQuestion(Failure, ValueError):
    """Parameters that are missing, malformed or contradict each other."""

    problem = WRONG_QUESTION


class UnknownCode(Failure, LookupError):
    """A filter's code that the branch does not have."""

    problem = UNKNOWN_CODE

    def __init__(self, field: str, value: str) -> None:
        super().__init__({field: fault(NO_SUCH_CODE, value=value)})


class UnknownBranch(Failure, LookupError):
    """A branch's code that is not in the database."""

    problem = UNKNOWN_BRANCH

    def __init__(self, value: str) -> None:
        super().__init__({"branch": fault(NO_SUCH_CODE, value=value)})


class NoBranch(Failure, LookupError):
    """Nothing has been imported yet."""

    problem = NO_BRANCH


class SeveralBranches(Failure, LookupError):
    """The branch was left out where there is more than one."""

    problem = SEVERAL_BRANCHES

    def __init__(self, codes: Iterable[str] = ()) -> None:
        choices = ", ".join(codes)
        super().__init__({"branch": fault(BRANCH_NEEDED, choices=choices)})


class LoginNeeded(Failure):
    """Someone without a log-in asks for what is not public."""

    problem = LOGIN_NEEDED


class UnknownToken(Failure):
    """A bearer token that is missing or that the service does not know."""

    problem = UNKNOWN_TOKEN


class RevokedToken(Failure):
    """A bearer token that has been taken back or has expired."""

    problem = REVOKED_TOKEN


class UnknownEnrolment(Failure):
    """An enrolment code that was never given out or has expired."""

    problem = UNKNOWN_ENROLMENT


class UsedEnrolment(Failure):
    """An enrolment code that another phone has used."""

    problem = USED_ENROLMENT


class InstallationTaken(Failure):
    """A phone's id or token that an earlier enrolment has."""

    problem = INSTALLATION_TAKEN


class UnknownEvent(Failure):
    """A photo of an event that the phone's courier has not sent."""

    problem = UNKNOWN_EVENT


class NotAPhoto(Failure):
    """Bytes that are no JPEG, or one too large to be opened."""

    problem = NOT_A_PHOTO


class NotAQueueFile(Failure, ValueError):
    """A file that is not a phone's saved queue."""

    problem = NOT_A_QUEUE_FILE


class UnknownInstallation(Failure, LookupError):
    """A saved queue of a phone that neither the service nor its ticket knows."""

    problem = UNKNOWN_INSTALLATION


class ForeignInstallation(Failure):
    """Events of an installation that is not the token's, without that installation's own token."""

    problem = FOREIGN_INSTALLATION


class TooLarge(Failure):
    """More in one request than the service takes at once."""

    problem = TOO_LARGE


class AppNotBuilt(Failure):
    """The couriers' app is asked for where only the service has been installed."""

    problem = APP_NOT_BUILT
