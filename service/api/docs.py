"""Pages about the API: one to browse the OpenAPI document, one with the catalogue of errors."""

from flask import Blueprint, render_template

from service.access import public
from service.domain.problems import CATALOGUE, FIELD_PROBLEMS
from service.wording import language

blueprint = Blueprint("api-pages", __name__, url_prefix="/api/v1", template_folder="templates")


@blueprint.route("/docs")
@public
def docs() -> str:
    """Return the page to browse the API."""
    return render_template("api/docs.html")


@blueprint.route("/problems")
@public
def problems() -> str:
    """Return the page that explains every error."""
    return render_template(
        "api/problems.html",
        problems=CATALOGUE.values(),
        field_problems=FIELD_PROBLEMS,
        words=language(),
    )
