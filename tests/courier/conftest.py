"""The service with the built app, replaceable by another version, at an address of its own."""

import contextlib
import hashlib
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Browser, BrowserContext, Error, Page
from werkzeug.serving import make_server

from service.app import create_app
from service.config import Config
from service.courier.pages import BUILT, FOLDER


class Site:
    """The service with a copy of the build."""

    def __init__(self, folder: Path, app: Flask) -> None:
        self.folder = folder
        # The end of the address of what a captive portal answers instead of the service.
        self.broken: str | None = None
        app.config[FOLDER] = folder
        app.before_request(self._break)
        self.publish("one")
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.address = f"{self.origin}/app/"

    def _break(self) -> Response | None:
        if self.broken is not None and request.path.endswith(self.broken):
            return Response("<html>log in</html>", 200, mimetype="text/html")
        return None

    def publish(self, version: str) -> None:
        """Put another version of the shell in place, as a build would: the list names its hash."""
        shell, worker = self.folder / "index.html", self.folder / "sw.js"
        before = hashlib.sha256(shell.read_bytes()).hexdigest()
        plain = re.sub(r"<meta name=\"version\"[^>]*>", "", shell.read_text())
        shell.write_text(
            plain.replace("<head>", f'<head><meta name="version" content="{version}">')
        )
        after = hashlib.sha256(shell.read_bytes()).hexdigest()
        script = worker.read_text()
        # The name of the cache: the only text of 12 hex digits.
        [name] = re.findall(r"[`'\"]([0-9a-f]{12})[`'\"]", script)
        assert before in script
        worker.write_text(script.replace(before, after).replace(name, after[:12]))
        for compressed in (shell, worker):
            for suffix in (".br", ".gz"):
                compressed.with_name(compressed.name + suffix).unlink(missing_ok=True)

    def stop(self) -> None:
        """No network any more."""
        if self.thread.is_alive():
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()


@pytest.fixture
def service(tmp_path: Path) -> Flask:
    return create_app(Config(data=tmp_path / "instance", testing=True))


@pytest.fixture
def site(tmp_path: Path, service: Flask) -> Iterator[Site]:
    if not (BUILT / "sw.js").is_file():
        pytest.fail("npm ci --ignore-scripts && npm run build (scripts/test does it)", False)
    folder = tmp_path / "dist"
    shutil.copytree(BUILT, folder)
    site = Site(folder, service)
    yield site
    site.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def installed(site: Site, context: BrowserContext) -> Page:
    """The app, opened once, with its service worker in charge; `said`: what the console says."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.said = said  # type: ignore[attr-defined]
    page.goto(site.address)
    until(page, "navigator.serviceWorker.controller !== null")
    return page


def until(page: Page, condition: str) -> None:
    """Wait until it holds of the page, 40 s at most; the page may load itself anew meanwhile."""
    for _ in range(400):
        # The policy forbids what Playwright's own waiting does.
        with contextlib.suppress(Error):
            if page.evaluate(condition):
                return
        page.wait_for_timeout(100)
    pytest.fail(f"not within 40 s: {condition}")
