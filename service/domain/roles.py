"""Who there is, and what each may do. product.md, "Roles"."""

from enum import Enum
from typing import Final


class Role(Enum):
    """Who a route is for: anyone, a phone, or a person with a log-in."""

    PUBLIC = "public"
    PHONE = "phone"
    POSTMASTER = "postmaster"
    MANAGER = "manager"
    INSPECTOR = "inspector"
    ADMIN = "admin"


# A person has exactly one of these roles.
PEOPLE: Final = frozenset({Role.POSTMASTER, Role.MANAGER, Role.INSPECTOR, Role.ADMIN})
# Who may change what concerns couriers, phones, labels and events; the inspector only reads.
KEEPERS: Final = frozenset({Role.POSTMASTER, Role.MANAGER, Role.ADMIN})
# Who sees all offices of a branch; a postmaster sees the own one.
BRANCH_WIDE: Final = frozenset({Role.MANAGER, Role.INSPECTOR, Role.ADMIN})


def may_keep(role: Role) -> bool:
    """Tell whether the role may enrol and revoke phones, decide on events, print labels."""
    return role in KEEPERS
