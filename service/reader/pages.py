"""What opens when a label is read with WeChat or a camera.

One page for every token, known or not: who guesses learns nothing, and asking changes nothing.
"""

from typing import Final

from flask import Blueprint, Response, make_response, render_template

from service.access import public

FOR_A_DAY: Final = 24 * 60 * 60

blueprint = Blueprint(
    "reader",
    __name__,
    static_folder="static",
    static_url_path="/reader",
    template_folder="templates",
)


@blueprint.route("/P/<token>")
@blueprint.route("/p/<token>")
@public
def label(token: str) -> Response:
    """Return the page; `token` has no part in it."""
    response = make_response(render_template("reader/label.html"))
    response.cache_control.private = True
    response.cache_control.max_age = FOR_A_DAY
    # The address holds a secret of the place: links from here do not pass it on.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
