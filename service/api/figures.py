"""The three questions over HTTP: the same parameters and the same JSON as the command line."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import orjson
from flask import Response, current_app, request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from service.access import figures, scope
from service.domain import problems
from service.domain.problems import WrongQuestion, fault
from service.extensions import db
from service.queries.answers import RateGroup, RoundGroup, ScanMarks
from service.queries.ask import ask
from service.queries.fields import faults
from service.queries.questions import (
    AnyQuestion,
    MarksQuestion,
    MarksQuestionSchema,
    RatesQuestion,
    RatesQuestionSchema,
    RoundsQuestion,
    RoundsQuestionSchema,
)


class StrictParser(FlaskParser):
    """Parameters that a question does not have, or that come twice, are wrong."""

    # None: the schema says, and it says RAISE.
    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": None}  # noqa: RUF012

    def load_querystring(self, req: Any, schema: Schema) -> MultiDictProxy:
        repeated = [name for name, values in req.args.lists() if len(values) > 1]
        if repeated:
            raise WrongQuestion({name: fault(problems.REPEATED) for name in repeated})
        values: MultiDictProxy = super().load_querystring(req, schema)
        return values

    def handle_error(self, error: ValidationError, req: Any, schema: Schema, **_: Any) -> NoReturn:
        messages: Mapping[str, Any] = error.messages_dict["query"]
        raise WrongQuestion(faults(messages)) from error


class StrictBlueprint(Blueprint):
    """A blueprint whose parameters are parsed strictly."""

    ARGUMENTS_PARSER = StrictParser()


blueprint = StrictBlueprint(
    "figures",
    __name__,
    url_prefix="/api/v1",
    description="The figures of metrics.md, as `jianbao rates`, `rounds` and `marks` print them.",
)


@blueprint.route("/rates")
@figures
@blueprint.arguments(RatesQuestionSchema, location="query")
@blueprint.response(200, RateGroup(many=True))
def rates(question: RatesQuestion) -> Response:
    """Late, bundled, stale and effective rates, with their causes

    One object a group, sorted by key in code-point order, null last; a group without copies owed
    is not listed.
    """
    return _answer(question)


@blueprint.route("/rounds")
@figures
@blueprint.arguments(RoundsQuestionSchema, location="query")
@blueprint.response(200, RoundGroup(many=True))
def rounds(question: RoundsQuestion) -> Response:
    """Planned visits made and planned rounds complete"""
    return _answer(question)


@blueprint.route("/marks")
@figures
@blueprint.arguments(MarksQuestionSchema, location="query")
@blueprint.response(200, ScanMarks(many=True))
def marks(question: MarksQuestion) -> Response:
    """Doubtful scans and why they are doubtful

    Sorted by scan_id; by local date of the scan; only scans that have a mark.
    """
    return _answer(question)


def _answer(question: AnyQuestion) -> Response:
    facts = current_app.extensions["jianbao"].facts
    answer = ask(db.engine, facts, question, datetime.now(UTC), scope().branch_ids)
    # A line a row; the standard library takes ten times as long for it.
    lines = b",\n".join(map(orjson.dumps, answer.rows))
    body = b"[\n" + lines + b"\n]\n" if lines else b"[]\n"
    response = Response(body, mimetype="application/json")
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response
