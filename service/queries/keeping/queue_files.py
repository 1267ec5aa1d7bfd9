"""Whose queue a file holds, and whether that may be seen."""

import uuid

from sqlalchemy import Engine, select

from service.models import Branch, Courier, Installation
from service.queries.identities import Scope


def may_be_imported(
    engine: Engine,
    scope: Scope,
    branch_id: int,
    installation: uuid.UUID,
    courier: tuple[str, str] | None,
) -> bool:
    """Tell whether the phone is the branch's and its courier of an office that may be seen.

    For a phone that is not known, `courier` is what its ticket says: (branch code, courier code).
    Where neither says whose it is, there is nothing to be seen or changed: that is left to the
    import to say.
    """
    known = select(Courier.branch_id, Courier.office_id).join(
        Installation, Installation.courier_id == Courier.id
    )
    with engine.connect() as connection:
        found = connection.execute(
            known.where(Installation.installation_id == installation)
        ).first()
        if found is None and courier is not None:
            told = select(Courier.branch_id, Courier.office_id).join(
                Branch, Courier.branch_id == Branch.id
            )
            code, courier_code = courier
            found = connection.execute(
                told.where(Branch.branch_code == code, Courier.courier_code == courier_code)
            ).first()
    if found is None:
        return True
    return found.branch_id == branch_id and scope.sees_office(found.branch_id, found.office_id)
