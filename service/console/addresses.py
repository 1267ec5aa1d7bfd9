"""Where the links and forms lead that stand on every page: another language, another branch."""

from typing import Any, Final
from urllib.parse import urlencode

from flask import current_app, request, url_for

# What pages are addressed by and their forms repeat. Whatever else a form sends is in no address.
REPEATED: Final = ("branch", "next")


def in_language(code: str) -> str:
    """Return the address of this page in a language; of a form that has no page, its section's."""
    methods = _methods(request.path)
    address = section() if methods and "GET" not in methods else ""
    sent = _sent()
    given: dict[str, Any] = {name: sent[name] for name in REPEATED if name in sent}
    given.update(request.args.to_dict(), lang=code)
    return f"{address}?{urlencode(given)}"


def section() -> str:
    """Return the address of the page that this one belongs to: /labels for /labels/change."""
    path = "/" + request.path.split("/")[1]
    return request.root_path + path if "GET" in _methods(path) else url_for("console.first_page")


def _methods(path: str) -> set[str]:
    """The methods that the address takes; none where there is nothing."""
    return set(current_app.url_map.bind("localhost").allowed_methods(path))


def _sent() -> dict[str, Any]:
    """The form that was sent, where it was read: of too large a one no error page tries again."""
    form = vars(request).get("form")
    return {} if form is None else form.to_dict()
