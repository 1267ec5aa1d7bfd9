"""Errors as RFC 9457 problem details: one shape for ours and the framework's."""

import json
from collections.abc import Iterable, Mapping

from flask import Response, url_for
from marshmallow import Schema, fields

from service.domain.problems import FIELD_PROBLEMS, Fault, Problem
from service.wording import language

MIMETYPE = "application/problem+json"


class FieldErrorSchema(Schema):
    """What is wrong with one parameter."""

    field = fields.String(required=True, metadata={"description": "The parameter's name"})
    code = fields.String(
        required=True,
        metadata={"description": "Never changes", "enum": [each.code for each in FIELD_PROBLEMS]},
    )
    detail = fields.String(required=True, metadata={"description": "In the asked language"})


class ProblemSchema(Schema):
    """An error (RFC 9457). Texts are in Chinese or English, as Accept-Language prefers."""

    type = fields.String(
        required=True,
        metadata={"format": "uri-reference", "description": "Where the kind of error is explained"},
    )
    title = fields.String(required=True, metadata={"description": "The kind of error in words"})
    status = fields.Integer(required=True, metadata={"description": "The HTTP status"})
    code = fields.String(
        required=True, metadata={"description": "The kind of error; never changes"}
    )
    detail = fields.String(required=True, metadata={"description": "What is wrong in this case"})
    hint = fields.String(required=True, metadata={"description": "What to do about it"})
    errors = fields.List(
        fields.Nested(FieldErrorSchema), metadata={"description": "The parameters that are wrong"}
    )


def problem_response(
    problem: Problem,
    status: int,
    detail: str,
    faults: Mapping[str, Fault],
    headers: Iterable[tuple[str, str]] = (),
) -> Response:
    """Return the error as the API answers it."""
    words = language()
    content: dict[str, object] = {
        "type": url_for("api-pages.problems", _anchor=problem.code),
        "title": problem.title.in_language(words),
        "status": status,
        "code": problem.code,
        "detail": detail,
        "hint": problem.hint.in_language(words),
    }
    if faults:
        content["errors"] = [
            {"field": name, "code": fault.problem.code, "detail": fault.text(words)}
            for name, fault in faults.items()
        ]
    # Half a character that was sent is no text to send back.
    body = json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    return Response(body, status, headers=list(headers), mimetype=MIMETYPE)
