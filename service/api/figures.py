"""The three questions over HTTP: the same parameters and the same JSON as the command line."""

from datetime import UTC, datetime

import orjson
from flask import Response, current_app, request

from service.access import figures, scope
from service.api.bearers import PERSON
from service.api.parsing import StrictBlueprint
from service.extensions import db
from service.queries.answers import RateGroup, RoundGroup, ScanMarks
from service.queries.ask import ask
from service.queries.questions import (
    AnyQuestion,
    MarksQuestion,
    MarksQuestionSchema,
    RatesQuestion,
    RatesQuestionSchema,
    RoundsQuestion,
    RoundsQuestionSchema,
)

blueprint = StrictBlueprint(
    "figures",
    __name__,
    url_prefix="/api/v1",
    description="The figures of metrics.md, as `jianbao rates`, `rounds` and `marks` print them.",
)


@blueprint.route("/rates")
@figures
@blueprint.doc(security=PERSON)
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
@blueprint.doc(security=PERSON)
@blueprint.arguments(RoundsQuestionSchema, location="query")
@blueprint.response(200, RoundGroup(many=True))
def rounds(question: RoundsQuestion) -> Response:
    """Planned visits made and planned rounds complete"""
    return _answer(question)


@blueprint.route("/marks")
@figures
@blueprint.doc(security=PERSON)
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
