"""How often an address may try what can be guessed: log-ins, enrolments."""

import ipaddress
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from math import ceil
from typing import Any, TypeVar, cast

from flask import request
from werkzeug.exceptions import TooManyRequests

from service.extensions import db
from service.operations.count_requests import count_request

View = TypeVar("View", bound=Callable[..., Any])
IPV6_NETWORK = 64

log = logging.getLogger(__name__)


def limited(what: str, most: int, within: timedelta) -> Callable[[View], View]:
    """Let an address use a view `most` times in a window; 429 with Retry-After from then on."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            count(what, most, within, address())
            return view(*args, **kwargs)

        return cast(View, counted)

    return decorate


def count(what: str, most: int, within: timedelta, whose: str) -> None:
    """Count one more request of a kind, and refuse it (429) where there were `most` already."""
    wait = count_request(db.engine, f"{what} {whose}", most, within, datetime.now(UTC))
    if wait is not None:
        log.warning("too many requests: %s", what)
        raise TooManyRequests(retry_after=ceil(wait.total_seconds()))


def address() -> str:
    """Return the address that asks; of IPv6 the network, since a household has all of one.

    Behind a proxy this is the proxy, unless JIANBAO_PROXIES says how many to look through.
    """
    try:
        given = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if given.version == 6 and given.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(given), IPV6_NETWORK), strict=False))
    return str(given)
