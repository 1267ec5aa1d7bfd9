"""A line a request: its route, not its address, and nothing of who asked or for what.

Addresses hold label tokens and codes of people, queries hold names: none of that is for a log.
"""

import logging
import time

from flask import Flask, Response, g, request

log = logging.getLogger("service.requests")


def keep(app: Flask) -> None:
    """Log the method, route, status and duration of every request but for files."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def write(response: Response) -> Response:
        if request.endpoint is None or not request.endpoint.endswith(("static", ".file")):
            rule = request.url_rule.rule if request.url_rule else "(no route)"
            started = g.get("started")
            took = 0.0 if started is None else (time.perf_counter() - started) * 1000
            log.info("%s %s %d %.0f ms", request.method, rule, response.status_code, took)
        return response
