"""The app's own service worker in a real Chromium: offline start, updates that wait (fault 6)."""

import contextlib
import hashlib
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, BrowserContext, Error, Page
from werkzeug.serving import make_server

from service.app import create_app
from service.config import Config
from service.courier.pages import BUILT, FOLDER

# What each page shows of itself: set by the test's own versions of index.html.
VERSION = "document.querySelector('meta[name=version]')?.content"
REGISTRATION = "navigator.serviceWorker.getRegistration('/app/')"
CACHED = """
    async () => {
      const found = {};
      for (const name of await caches.keys()) {
        const kept = await (await caches.open(name)).keys();
        found[name] = kept.map(({ url }) => new URL(url).pathname);
      }
      return found;
    }
"""
QUEUE = """
    async (record) => {
      const opened = indexedDB.open("jianbao-courier");
      await new Promise((done) => (opened.onsuccess = done));
      const store = opened.result.transaction("events", "readwrite").objectStore("events");
      if (record) store.put(record);
      const all = store.getAll();
      await new Promise((done) => (all.onsuccess = done));
      opened.result.close();
      return all.result.map(({ id }) => id);
    }
"""
EVENT = {"installation": "i", "seq": 1, "id": "an event that waits", "waiting": 1}


class Site:
    """The service with a copy of the build, which the test may replace by another version."""

    def __init__(self, folder: Path, app: Flask) -> None:
        self.folder = folder
        self.app = app
        self.broken: str | None = None
        app.config[FOLDER] = folder
        app.before_request(self._break)
        self.publish("one")
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/app/"

    def _break(self) -> Response | None:
        from flask import request

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
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    if not (BUILT / "sw.js").is_file():
        pytest.fail("npm ci --ignore-scripts && npm run build (scripts/test does it)", False)
    folder = tmp_path / "dist"
    shutil.copytree(BUILT, folder)
    site = Site(folder, create_app(Config(data=tmp_path / "instance", testing=True)))
    yield site
    if site.thread.is_alive():
        site.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def installed(site: Site, context: BrowserContext) -> Page:
    """The app, opened once, with its service worker in charge."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.said = said  # type: ignore[attr-defined]
    page.goto(site.address)
    until(page, "navigator.serviceWorker.controller !== null")
    return page


def until(page: Page, condition: str) -> None:
    """Wait until it holds of the page, 10 s at most; the page may load itself anew meanwhile."""
    for _ in range(100):
        # The policy forbids what Playwright's own waiting does.
        with contextlib.suppress(Error):
            if page.evaluate(condition):
                return
        page.wait_for_timeout(100)
    pytest.fail(f"not within 10 s: {condition}")


def files(site: Site) -> set[str]:
    """The addresses of what the app consists of."""
    names = {path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*.*")}
    kept = {name for name in names if not name.endswith((".br", ".gz")) and name != "sw.js"}
    return {"/app/" + ("" if name == "index.html" else name) for name in kept}


def test_the_app_starts_without_a_network(site: Site, installed: Page) -> None:
    [kept] = installed.evaluate(CACHED).values()
    assert set(kept) == files(site)
    site.stop()
    installed.goto(site.address + "?from=home#round")
    assert installed.evaluate(VERSION) == "one"
    assert not [text for text in installed.said if "Content Security" in text]  # type: ignore[attr-defined]


def test_nothing_of_the_api_is_ever_answered_from_a_cache(site: Site, installed: Page) -> None:
    ask = "() => fetch('/api/v1/clock').then((answer) => answer.status, () => 'no network')"
    assert installed.evaluate(ask) == 200
    site.stop()
    assert installed.evaluate(ask) == "no network"


def test_an_update_waits_for_consent_and_keeps_the_queue(site: Site, installed: Page) -> None:
    assert installed.evaluate(QUEUE, EVENT) == [EVENT["id"]]
    site.publish("two")
    installed.evaluate(f"() => {REGISTRATION}.then((found) => found.update()).then(() => null)")
    waiting = f"() => {REGISTRATION}.then((found) => found.waiting !== null)"
    until(installed, waiting)
    site.stop()
    installed.reload()
    assert installed.evaluate(VERSION) == "one"
    agree = "found.waiting.postMessage('take over')"
    installed.evaluate(f"() => {REGISTRATION}.then((found) => {agree})")
    # The page loads itself anew as soon as the other version is in charge, even without a network.
    until(installed, f"{VERSION} === 'two'")
    assert len(installed.evaluate(CACHED)) == 1
    assert installed.evaluate(QUEUE) == [EVENT["id"]]


def test_an_update_that_loads_in_part_leaves_the_app_as_it_was(site: Site, installed: Page) -> None:
    before = installed.evaluate(CACHED)
    site.publish("two")
    # A captive portal answers one of the files.
    site.broken = "/app/"
    refused = f"""
        () => {REGISTRATION}.then((found) => found.update()).then(
          (found) => new Promise((done) => {{
            const worker = found.installing;
            worker.addEventListener("statechange", () => done(worker.state));
          }}),
        )
    """
    assert installed.evaluate(refused) == "redundant"
    assert installed.evaluate(CACHED) == before
    site.stop()
    installed.reload()
    assert installed.evaluate(VERSION) == "one"
