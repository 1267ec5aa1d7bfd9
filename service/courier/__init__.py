"""The couriers' app at /app/, as `npm run build` has written it into courier_pwa/dist."""

from flask import Flask

from service.courier import pages


def register(app: Flask) -> None:
    """Add the app."""
    app.config.setdefault(pages.FOLDER, pages.BUILT)
    app.register_blueprint(pages.blueprint)
