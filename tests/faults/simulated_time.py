"""The service's clock, told by each request: schedules live days in seconds.

Only `datetime.now` of the modules that read the clock is replaced, and only while a request says
what time it is in its schedule; nothing of the service knows of it.
"""

import sys
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo
from typing import Any

HEADER = "HTTP_X_SCHEDULE_NOW"
_now: ContextVar[datetime | None] = ContextVar("now", default=None)


class _AnyDatetime(type(datetime)):  # type: ignore[misc]
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class ToldDatetime(datetime, metaclass=_AnyDatetime):
    """`datetime`, but that it is now when the request says so."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        told = _now.get()
        return datetime.now(tz) if told is None else told.astimezone(tz)


def install() -> None:
    """Replace the clock in every module of the service that is loaded."""
    for name, module in list(sys.modules.items()):
        if name.startswith("service.") and getattr(module, "datetime", None) is datetime:
            module.datetime = ToldDatetime  # type: ignore[attr-defined]


def told(wsgi: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Return the WSGI application that takes the time from the header (milliseconds since 1970)."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        given = environ.get(HEADER)
        token = _now.set(datetime.fromtimestamp(int(given) / 1000, UTC) if given else None)
        try:
            return list(wsgi(environ, start_response))
        finally:
            _now.reset(token)

    return answer
