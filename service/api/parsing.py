"""How parameters and bodies are read: every one that is wrong is named, in our shape of errors."""

from typing import Any, NoReturn

from flask import abort
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from service.domain import problems
from service.domain.failures import WrongQuestion
from service.domain.problems import fault
from service.queries.fields import faults


class StrictParser(FlaskParser):
    """Parameters that a question does not have, or that come twice, are wrong.

    What a body has besides is ignored: a newer phone may say more.
    """

    # None: the schema says, and it says RAISE.
    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": None}  # noqa: RUF012

    def load_querystring(self, req: Any, schema: Schema) -> MultiDictProxy:
        repeated = [name for name, values in req.args.lists() if len(values) > 1]
        if repeated:
            raise WrongQuestion({name: fault(problems.REPEATED) for name in repeated})
        values: MultiDictProxy = super().load_querystring(req, schema)
        return values

    def handle_error(self, error: ValidationError, req: Any, schema: Schema, **_: Any) -> NoReturn:
        [messages] = error.messages_dict.values()
        if "_schema" in messages:
            abort(400)  # a body that is no object
        raise WrongQuestion(faults(messages)) from error


class StrictBlueprint(Blueprint):
    """A blueprint whose parameters are parsed strictly."""

    ARGUMENTS_PARSER = StrictParser()
