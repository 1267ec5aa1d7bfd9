"""Who may use which route, and who asks: denied unless the route declares a role (house rule 5).

A route declares its roles with `public`, `phone_only`, `allow` or `figures`; `guard` finds out who
asks and refuses everyone else before the view runs. What a person may see of the rows is `scope()`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar, cast

import flask_login
from flask import Flask, Response, abort, current_app, g, request
from flask_login import UserMixin

from service.domain.failures import LoginNeeded, RevokedToken, UnknownToken
from service.domain.roles import PEOPLE, Role
from service.domain.tokens import token_hash
from service.extensions import csrf, db, login_manager
from service.queries import identities
from service.queries.identities import EVERYTHING, Person, PhoneIdentity, Scope

__all__ = [
    "LoggedIn",
    "Person",
    "PhoneIdentity",
    "Role",
    "Scope",
    "allow",
    "current_person",
    "current_phone",
    "declare",
    "figures",
    "guard",
    "person_with_key",
    "phone_only",
    "public",
    "roles_of",
    "scope",
    "takes_up_to",
    "visitor",
]

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE: Final = "jianbao_roles"
LARGEST: Final = "jianbao_largest"
EXTENSION: Final = "jianbao-roles"
ACCOUNTS: Final = "jianbao-accounts"
API: Final = "/api/"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a route is for. `until_accounts`: for anyone while nobody has a log-in yet."""

    roles: frozenset[Role]
    until_accounts: bool = False


def public(view: View) -> View:
    """Declare that anyone may use the view."""
    return _declared(view, Audience(frozenset({Role.PUBLIC})))


def phone_only(view: View) -> View:
    """Declare that only an enrolled phone may use the view; it is `current_phone()`."""
    return _declared(view, Audience(frozenset({Role.PHONE})))


def allow(*roles: Role) -> Callable[[View], View]:
    """Declare that people with one of the roles may use the view; who asks is `current_person()`.

    ValueError for roles that are not a person's: a route is for people, for phones or for anyone.
    """
    if not roles or not PEOPLE.issuperset(roles):
        raise ValueError(f"not roles of people: {roles}")
    return lambda view: _declared(view, Audience(frozenset(roles)))


def figures(view: View) -> View:
    """Declare that the view shows figures: to all people with a log-in, and to anyone until then.

    A database into which nobody has brought an account yet shows its figures to whoever reaches the
    service, so that importing a feed and looking at it works. The first account ends that.
    """
    return _declared(view, Audience(PEOPLE, until_accounts=True))


def takes_up_to(size: int) -> Callable[[View], View]:
    """Declare how many bytes a request to the view may have, where the usual 1 MiB is too few."""

    def declared(view: View) -> View:
        setattr(view, LARGEST, size)
        return view

    return declared


def declare(app: Flask, endpoint: str, *roles: Role) -> None:
    """Declare the roles of an endpoint whose view is a library's."""
    app.extensions.setdefault(EXTENSION, {})[endpoint] = Audience(frozenset(roles))


def roles_of(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """Return the roles that an endpoint declares; None when it declares none."""
    audience = _audience(app, endpoint)
    return None if audience is None else audience.roles


def guard(app: Flask) -> None:
    """Find out who asks, and refuse every request of whom the route is not for."""
    login_manager.init_app(app)
    csrf.init_app(app)

    @app.before_request
    def refuse_others() -> None:
        if request.endpoint is None:
            return
        audience = _audience(app, request.endpoint)
        if audience is None:
            abort(403)
        _admit(audience)
        request.max_content_length = _largest(app, request.endpoint)
        # Only now is the body read: of others not even that.
        if not request.path.startswith(API) and request.method not in SAFE_METHODS:
            csrf.protect()
        if _has_nul():
            abort(400)

    @app.after_request
    def keep_private(response: Response) -> Response:
        """What a page showed to one person, no cache and no Back button shows to another."""
        if "Cache-Control" not in response.headers and g.get("person") is not None:
            response.cache_control.no_store = True
            response.cache_control.private = True
        return response


def current_phone() -> PhoneIdentity:
    """Return the phone that asks; only in a view that is `phone_only`."""
    return cast(PhoneIdentity, g.phone)


def visitor() -> Person | None:
    """Return the person who asks; None for a phone and for someone without a log-in.

    UnknownToken, RevokedToken, but for what is public: there a wrong token is nobody's.
    """
    if "person" not in g:
        try:
            g.person = _person()
        except (UnknownToken, RevokedToken):
            if not g.get("is_public"):
                raise
            g.person = None
    return cast("Person | None", g.person)


def current_person() -> Person:
    """Return the person who asks; LoginNeeded for anyone without a log-in."""
    person = visitor()
    if person is None:
        raise LoginNeeded
    return person


def scope() -> Scope:
    """Return which rows the person who asks may see. All of them until the first account."""
    person = visitor()
    if person is not None:
        return person.scope
    if _accounts_exist():
        raise LoginNeeded
    return EVERYTHING


def _declared(view: View, audience: Audience) -> View:
    setattr(view, ATTRIBUTE, audience)
    return view


def _audience(app: Flask, endpoint: str) -> Audience | None:
    declared: Audience | None = app.extensions.get(EXTENSION, {}).get(endpoint)
    return declared or getattr(app.view_functions[endpoint], ATTRIBUTE, None)


def _largest(app: Flask, endpoint: str) -> int | None:
    usual: int | None = app.config["MAX_CONTENT_LENGTH"]
    size: int | None = getattr(app.view_functions[endpoint], LARGEST, usual)
    return size


def _has_nul() -> bool:
    """Tell whether a path, or a text of a page's form, has what no database keeps in a text.

    The API's own parsers name the parameter; where a log-in leads to is kept nowhere.
    """
    if request.path.startswith(API):
        return "\0" in request.path
    given = (*request.args.items(multi=True), *request.form.items(multi=True))
    return "\0" in request.path or any("\0" in value for name, value in given if name != "next")


def _admit(audience: Audience) -> None:
    """Return when the route is for who asks. UnknownToken, RevokedToken, LoginNeeded, 403."""
    g.is_public = Role.PUBLIC in audience.roles
    if g.is_public:
        return
    if Role.PHONE in audience.roles:
        g.phone = _phone()
        return
    person = visitor()
    if person is None:
        if not audience.until_accounts or _accounts_exist():
            raise LoginNeeded
    elif person.role not in audience.roles:
        abort(403)


def _bearer() -> str | None:
    """The token of `Authorization: Bearer`; None without one."""
    given = request.authorization
    return given.token if given is not None and given.type == "bearer" else None


def _phone() -> PhoneIdentity:
    token = _bearer()
    with db.engine.connect() as connection:
        found = identities.phone_of_token(connection, token_hash(token)) if token else None
    if found is None:
        raise UnknownToken
    phone, revoked = found
    if revoked:
        raise RevokedToken
    return phone


def _person() -> Person | None:
    """Who asks: by token or session under /api, by session elsewhere.

    A session may only ask under /api, never change: there no form's token guards it.
    """
    if request.path.startswith(API):
        token = _bearer()
        if token is not None:
            return _person_of(token)
        if request.method not in SAFE_METHODS:
            return None
    user = flask_login.current_user
    return user.person if user.is_authenticated else None


def _person_of(token: str) -> Person:
    with db.engine.connect() as connection:
        found = identities.person_of_token(connection, token_hash(token), datetime.now(UTC))
    if found is None:
        raise UnknownToken
    person, counts = found
    if not counts:
        raise RevokedToken
    return person


def _accounts_exist() -> bool:
    """Tell whether there is an account. There will be one for ever after, so yes is remembered."""
    found: bool = current_app.extensions.get(ACCOUNTS, False)
    if not found:
        found = identities.anyone_has_a_login(db.engine)
        current_app.extensions[ACCOUNTS] = found
    return found


class LoggedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps of a log-in: the person, and the session's random key as its id."""

    def __init__(self, person: Person, key: str) -> None:
        self.person = person
        self.key = key

    def get_id(self) -> str:
        """Return what stands in the session's cookie."""
        return self.key


def person_with_key(key: str) -> Person | None:
    """Return the person whose session has the key; None where it has ended."""
    with db.engine.connect() as connection:
        return identities.person_of_session(connection, token_hash(key), datetime.now(UTC))


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _logged_in(key: str) -> LoggedIn | None:
    person = person_with_key(key)
    return None if person is None else LoggedIn(person, key)
