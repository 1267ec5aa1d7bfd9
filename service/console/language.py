"""Which language a request is answered in: asked for, remembered, preferred, else Chinese."""

from typing import Final

from flask import Flask, has_request_context, request
from werkzeug.wrappers import Response

from service.wording import LOCALES, locale_of_environment

PARAMETER: Final = "lang"
COOKIE: Final = "jianbao_language"
A_YEAR: Final = 365 * 24 * 3600


def choose_locale() -> str:
    """Return the locale for this request; outside of one, for the environment."""
    if not has_request_context():
        return locale_of_environment()
    for asked in (request.args.get(PARAMETER), request.cookies.get(COOKIE)):
        if asked in LOCALES:
            return LOCALES[asked]
    # A browser says zh-CN, zh-Hans or zh-TW: one Chinese serves them all.
    tags = ["zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "zh-SG", "zh-TW", "zh-HK", "zh-Hant", "en"]
    best = request.accept_languages.best_match(tags, default="zh") or "zh"
    return LOCALES[best[:2]]


def remember(app: Flask) -> None:
    """Keep a language that was asked for in a cookie, and say that answers depend on it."""

    @app.after_request
    def keep(response: Response) -> Response:
        asked = request.args.get(PARAMETER)
        if asked in LOCALES:
            response.set_cookie(
                COOKIE,
                asked,
                max_age=A_YEAR,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure,
            )
        if response.mimetype in ("text/html", "application/problem+json"):
            response.vary.update(("Accept-Language", "Cookie"))
        return response
