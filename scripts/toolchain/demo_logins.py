"""Run inside .venv by scripts/run: the log-ins of a demonstration district.

With `--make` it gives the only branch one log-in of each role, with a password that is drawn once
and kept in the data folder for the owner's eyes. Prints a line `LOGIN PASSWORD` for each that is
still good; nothing where the database holds another district.
"""

import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from service.app import create_app
from service.domain.roles import Role
from service.extensions import db
from service.models import Branch, Office
from service.operations.keep_users import NewUser, add_user
from service.operations.log_in import is_password_of

FILE = "demo_password"
PEOPLE = {
    "manager": (Role.MANAGER, "区局管理 · Manager"),
    "postmaster": (Role.POSTMASTER, "支局长 · Postmaster"),
    "inspector": (Role.INSPECTOR, "检查员 · Inspector"),
    "admin": (Role.ADMIN, "系统管理 · Admin"),
}


def main(arguments: list[str]) -> int:
    with create_app().app_context():
        path: Path = current_app.extensions["jianbao"].data / FILE
        if "--make" in arguments:
            make(path)
        if path.exists():
            for login in PEOPLE:
                if is_password_of(db.engine, login, password := path.read_text().strip()):
                    print(login, password)
    return 0


def make(path: Path) -> None:
    """Add the log-ins; the password is kept first, so that it is never lost."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(6))
    password = path.read_text().strip()
    with db.engine.connect() as connection:
        branch_id, branch = connection.execute(select(Branch.id, Branch.branch_code)).one()
        offices = select(Office.office_code).where(Office.branch_id == branch_id)
        office = connection.scalars(offices.order_by(Office.office_code)).first()
    for login, (role, name) in PEOPLE.items():
        own = office if role is Role.POSTMASTER else None
        add_user(db.engine, NewUser(login, name, role, branch, own), password, datetime.now(UTC))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
