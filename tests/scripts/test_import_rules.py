"""House rules about imports that import-linter cannot express."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICE = Path(__file__).resolve().parents[2] / "service"
# access.py and limits.py let a request in or not, failures.py answers the ones that failed,
# request_log.py writes a line about each.
WEB_FACING = ("api", "reader", "courier", "console")
MAY_READ_REQUESTS = (*WEB_FACING, "access.py", "limits.py", "failures.py", "request_log.py")
# What a request carries or whose it is; each hides an argument that a rule should ask for.
OF_A_REQUEST = {"request", "session", "g", "current_user"}


def readers_of_requests(source: str) -> Iterator[int]:
    """Lines that import something of the current request, or reach it as flask.request."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in ("flask", "flask_login"):
            if OF_A_REQUEST & {name.name for name in node.names}:
                yield node.lineno
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "flask"
            and node.attr in OF_A_REQUEST
        ):
            yield node.lineno


def test_only_the_web_facing_parts_touch_the_request() -> None:
    found = [
        f"{path.relative_to(SERVICE.parent)}:{line}"
        for path in SERVICE.rglob("*.py")
        if path.relative_to(SERVICE).parts[0] not in MAY_READ_REQUESTS
        for line in readers_of_requests(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    ["from flask import Flask, request", "from flask import g as x", "import flask\nflask.request"],
)
def test_the_rule_notices_each_way_to_the_request(source: str) -> None:
    assert list(readers_of_requests(source))
