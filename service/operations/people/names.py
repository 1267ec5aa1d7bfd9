"""Names of people and of their scripts' tokens: what is kept of one that was typed."""

from service.domain.failures import WrongQuestion
from service.domain.problems import EMPTY, NOT_A_TEXT, fault
from service.queries.fields import LONGEST_TEXT, UNWRITABLE


def kept_name(text: str) -> str:
    """Return a name without the blanks around it; WrongQuestion for an empty or too long one."""
    name = text.strip()
    if not name:
        raise WrongQuestion({"name": fault(EMPTY)})
    if len(name) > LONGEST_TEXT or UNWRITABLE.search(name):
        raise WrongQuestion({"name": fault(NOT_A_TEXT)})
    return name
