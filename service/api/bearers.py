"""How a request says who asks, as the OpenAPI document tells it: bearer tokens of two kinds."""

from typing import Any, Final

from apispec import APISpec

# Which of the schemes an operation wants; an empty one: none is needed.
PHONE: Final[list[dict[str, Any]]] = [{"phone": []}]
PERSON: Final[list[dict[str, Any]]] = [{"person": []}, {}]

SCHEMES: Final = {
    "phone": "The token that a phone made when it enrolled",
    "person": "A token of `jianbao token`, or a session; nothing while nobody has a log-in",
}


def describe(spec: APISpec) -> None:
    """Add the schemes to the document."""
    for name, text in SCHEMES.items():
        spec.components.security_scheme(
            name, {"type": "http", "scheme": "bearer", "description": text}
        )
