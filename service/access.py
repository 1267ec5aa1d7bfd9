"""Who may use which route: denied unless the route declares a role (house rule 5)."""

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, TypeVar

from flask import Flask, abort, request

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE: Final = "jianbao_role"
EXTENSION: Final = "jianbao-roles"


class Role(Enum):
    """Who a route is for. Accounts will add roles; until then everything shown is public."""

    PUBLIC = "public"


def public(view: View) -> View:
    """Declare that anyone may use the view."""
    setattr(view, ATTRIBUTE, Role.PUBLIC)
    return view


def declare(app: Flask, endpoint: str, role: Role) -> None:
    """Declare the role of an endpoint whose view is a library's."""
    app.extensions.setdefault(EXTENSION, {})[endpoint] = role


def role_of(app: Flask, endpoint: str) -> Role | None:
    """Return the role that an endpoint declares; None when it declares none."""
    view = app.view_functions[endpoint]
    declared: Role | None = app.extensions.get(EXTENSION, {}).get(endpoint)
    return declared or getattr(view, ATTRIBUTE, None)


def guard(app: Flask) -> None:
    """Refuse every request to a route that declares no role."""

    @app.before_request
    def refuse_undeclared() -> None:
        if request.endpoint is not None and role_of(app, request.endpoint) is None:
            abort(403)
