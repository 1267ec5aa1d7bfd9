"""The app's own service worker in a real Chromium: offline start, updates that wait (fault 6)."""

from playwright.sync_api import Page

from tests.courier.conftest import Site, until

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
    installed.get_by_test_id("update-now").click()
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
