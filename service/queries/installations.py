"""Installations by what their phones know of them."""

import uuid

from sqlalchemy import Connection, select

from service.models import Installation


def installation_of_token(
    connection: Connection, installation_id: uuid.UUID, token_hash: str
) -> int | None:
    """Return the row of the installation with that id and token, revoked or not; None for none."""
    query = select(Installation.id).where(
        Installation.installation_id == installation_id, Installation.token_hash == token_hash
    )
    found: int | None = connection.scalar(query)
    return found
