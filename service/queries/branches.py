"""Which branch a question is about."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from service.domain.failures import UnknownBranch


def branch_of(connection: Connection, code: str | None) -> tuple[int, ZoneInfo]:
    """Return the id and zone of the branch with the code; UnknownBranch where there is none."""
    found = connection.execute(
        text("SELECT id, timezone FROM branches WHERE branch_code = :code"), {"code": code}
    ).first()
    if found is None:
        raise UnknownBranch(str(code))
    return found.id, ZoneInfo(found.timezone)


def branch_id_of(connection: Connection, code: str | None) -> int:
    """Return the id of the branch with the code; UnknownBranch where there is none."""
    return branch_of(connection, code)[0]
