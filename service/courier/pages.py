"""The app's files over HTTP: types, what may be kept for how long, what the page may do."""

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, current_app, request, send_file
from werkzeug.security import safe_join

from service.access import public
from service.domain.failures import AppNotBuilt

FOLDER: Final = "COURIER_APP"
BUILT: Final = Path(__file__).parents[2] / "courier_pwa" / "dist"
SHELL: Final = "index.html"
WORKER: Final = "sw.js"

# Not asked of the machine: an old one calls .wasm and .webmanifest nothing at all.
TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
# What the build has written beside a file, the smaller one first.
ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}
A_YEAR: Final = 365 * 24 * 3600

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        # The decoder is WebAssembly; no text becomes code.
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": (
        "camera=(self), geolocation=(self), screen-wake-lock=(self), microphone=()"
    ),
}

blueprint = Blueprint("courier", __name__, url_prefix="/app")


@blueprint.get("/", defaults={"path": SHELL})
@blueprint.get("/<path:path>")
@public
def file(path: str) -> Response:
    """Send a file of the app, compressed as the browser likes it. AppNotBuilt without a build."""
    folder = Path(current_app.config[FOLDER])
    if not (folder / SHELL).is_file():
        raise AppNotBuilt
    found = safe_join(str(folder), path)
    kind = TYPES.get(Path(path).suffix)
    if found is None or kind is None or not Path(found).is_file():
        abort(404)
    encoding = _encoding(found)
    response = send_file(found + ENCODINGS.get(encoding, ""), mimetype=kind, conditional=True)
    if encoding:
        response.content_encoding = encoding
    response.vary.add("Accept-Encoding")
    response.headers.update(HEADERS)
    _say_how_long(response, path)
    return response


def _encoding(found: str) -> str:
    """Return the encoding to send the file in; "" for none."""
    for encoding, suffix in ENCODINGS.items():
        if request.accept_encodings.quality(encoding) > 0 and Path(found + suffix).is_file():
            return encoding
    return ""


def _say_how_long(response: Response, path: str) -> None:
    """A name with a fingerprint means the same content for ever; any other is asked about anew."""
    if path.startswith("assets/"):
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = A_YEAR
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    if path == WORKER:
        response.headers["Service-Worker-Allowed"] = "/app/"
