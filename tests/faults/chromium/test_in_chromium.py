"""Schedules in a real Chromium: real IndexedDB, pages, service worker; a faulty proxy before the
real service.

A page of the test's own drives the core (harness.html); the app's real page and its service worker
run beside it at the same origin and drain the same queue.
"""

import asyncio
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright

from tests.faults.campaign import Bundle, Districts
from tests.faults.chromium.proxy import Proxy
from tests.faults.district import Slot
from tests.faults.judge import judge
from tests.faults.life import Life
from tests.faults.schedules import WEATHERS, Schedule, draw

SCHEDULES, AT_ONCE = 54, 6
# Weather lasts seconds here: the backoff is still short when it clears.
EMPTY_WITHIN_SECONDS = 90
HARNESS = Path(__file__).with_name("harness.html")
BEFALLS = ["weather", "weather", "offline", "kill", "crash", "second tab", "app", "update", "none"]
MISHAPS = ["lost", "unanswered", "twice", "late", "cut", "halved", "proxied"]


def test_nothing_is_lost_doubled_or_stuck_in_chromium(
    districts: Callable[[str, int], Districts], bundle: Bundle, chromium_path: Path
) -> None:
    with districts("sqlite", SCHEDULES).life(workers=2) as life:
        played = asyncio.run(_play_all(life, bundle, chromium_path))
        faults = {
            play.schedule.seed: wrong
            for play in played
            if (wrong := judge(life.engine, play.schedule, play.report()).faults)
        }
    assert not faults, "\n".join(f"seed {seed}: {lines[:5]}" for seed, lines in faults.items())
    done = [done for play in played for done in play.done]
    for what in ("kill", "crash", "offline", "second tab", "app", "update"):
        assert what in done, what
    met = {mishap for play in played for mishap in play.proxy.mishaps}
    assert met >= {*MISHAPS, "offline"}
    assert sum(len(play.told) for play in played) > 3 * SCHEDULES


async def _play_all(life: Life, bundle: Bundle, chromium: Path) -> "list[Play]":
    turns = asyncio.Semaphore(AT_ONCE)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium,
            args=[*sandbox, "--disable-gpu", "--disable-background-networking"],
        )

        async def one(number: int) -> "Play":
            async with turns:
                return await Play(number, life, bundle).run(browser)

        played = await asyncio.gather(*(one(number) for number in range(SCHEDULES)))
        await browser.close()
    return played


@dataclass
class Play:
    """One schedule: a browser's profile of its own, on an origin of its own."""

    number: int
    life: Life
    bundle: Bundle
    told: list[dict[str, Any]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    final: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        seed = 3_000_000 + self.number
        self.chance = random.Random(f"chromium {seed}")
        self.schedule: Schedule = draw(seed, Slot(self.number), None, ["tap"])
        own = {"/harness/": HARNESS, "/harness/core.js": self.bundle.core}
        self.proxy = Proxy(self.life.port, seed, own)
        self.pages: dict[str, Page] = {}
        self.recorded: dict[str, dict[str, Any]] = {}

    async def run(self, browser: Browser) -> "Play":
        """Play it, heal, and wait until the queue is empty."""
        await self.proxy.start()
        context = await browser.new_context()
        try:
            await self._open(context, "main")
            await self._enrol()
            for step in self.schedule.as_json()["steps"]:
                if step.get("phone") != 0 or step["do"] not in ("record", "void", "correct"):
                    continue
                await self._mishap(context)
                await self._step(context, step)
            self.proxy.weather, self.proxy.offline = {}, False
            await context.set_offline(False)
            await self._heal(context)
        finally:
            await context.close()
            await self.proxy.stop()
        return self

    async def _open(self, context: BrowserContext, name: str, path: str = "/harness/") -> None:
        for _ in range(20):
            page = await context.new_page()
            try:
                await page.goto(f"http://127.0.0.1:{self.proxy.port}{path}")
            except Error:
                await page.close()
                await asyncio.sleep(0.2)
            else:
                self.pages[name] = page
                return
        raise AssertionError(f"{path} does not open")

    async def _enrol(self) -> None:
        courier = self.schedule.slot.courier("A")
        now = time.time() * 1000
        code = self.life.answer({"what": "enrolment", "courier": courier, "now": now})["code"]
        assert await self._call("main", "enrol", code) == courier

    async def _call(self, tab: str, name: str, *given: Any) -> Any:
        return await self.pages[tab].evaluate(f"(given) => app.{name}(...given)", list(given))

    async def _mishap(self, context: BrowserContext) -> None:
        what = self.chance.choice(BEFALLS)
        if what in ("kill", "crash") and "main" not in self.pages:
            return
        self.done.append(what)
        if what == "weather":
            chosen = self.chance.choice(["hills", "portal", "late", "everything"])
            weather = WEATHERS[chosen]
            self.proxy.weather = {name: weather.get(name, 0) for name in MISHAPS}
        elif what == "offline":
            if self.chance.random() < 0.5:
                self.proxy.offline = not self.proxy.offline
            else:
                await context.set_offline(self.chance.random() < 0.5)
        elif what == "kill":
            await self.pages.pop("main").close()
        elif what == "crash":
            await self._crash(context)
        elif what == "second tab" and "second" not in self.pages:
            await self._open_patiently(context, "second")
        elif what == "app" and "app" not in self.pages:
            await self._open_patiently(context, "app", "/app/")
        elif what == "update":
            await self._update()

    async def _crash(self, context: BrowserContext) -> None:
        """The page's process dies in the middle of whatever it does."""
        page = self.pages.pop("main")
        session = await context.new_cdp_session(page)
        task = asyncio.ensure_future(session.send("Page.crash"))
        await asyncio.wait([task], timeout=2)
        task.cancel()
        await page.close()

    async def _update(self) -> None:
        """A newer release of the service worker is there; it waits for consent."""
        if "app" not in self.pages:
            return
        self.proxy.generation += 1
        await self.pages["app"].evaluate(
            "navigator.serviceWorker.getRegistration().then((found) =>"
            " found?.update().catch(() => null)).then(() => null)"
        )

    async def _open_patiently(
        self, context: BrowserContext, name: str, path: str = "/harness/"
    ) -> None:
        """Open a page; what serves pages must be in reach for it."""
        offline, self.proxy.offline = self.proxy.offline, False
        await context.set_offline(False)
        await self._open(context, name, path)
        self.proxy.offline = offline

    async def _step(self, context: BrowserContext, step: dict[str, Any]) -> None:
        if "main" not in self.pages:
            await self._open_patiently(context, "main")
        tab = self.chance.choice([name for name in ("main", "second") if name in self.pages])
        kill = self.chance.random() < 0.1 and tab == "main"
        told = {"name": step["name"], "phone": 0, "from": time.time() * 1000}
        told["courier"] = (await self._call(tab, "state"))["courier"]
        answer = await self._recorded(tab, step, kill)
        if answer is None:
            return
        told["to"] = time.time() * 1000
        if "refused" in answer:
            self.told.append({**told, "outcome": "refused", "reason": answer["refused"]})
            return
        scan = answer.pop("scan", None)
        self._note(told, answer)
        if scan is not None:
            self._note({**told, "name": f"{step['name']}+"}, scan)

    async def _recorded(self, tab: str, step: dict[str, Any], kill: bool) -> dict[str, Any] | None:
        """Return what the app says; None where there was nothing to do, or the page was killed."""
        if step["do"] == "record":
            work = self._call(tab, "record", step["draft"])
        else:
            scan = self.recorded.get(step["of"])
            if scan is None:
                return None
            work = self._call(tab, "correct", scan["id"], step["items"])
        if not kill:
            return dict(await work)
        began = {"name": step["name"], "phone": 0, "courier": None, "from": time.time() * 1000}
        task = asyncio.ensure_future(work)
        await asyncio.sleep(self.chance.choice([0, 0.002, 0.01]))
        await self.pages.pop(tab).close()
        await asyncio.wait([task])
        if task.exception() is None:
            return dict(task.result())
        self.told.append({**began, "to": time.time() * 1000, "outcome": "killed"})
        return None

    def _note(self, told: dict[str, Any], answer: dict[str, Any]) -> None:
        self.recorded[told["name"]] = answer
        self.told.append({**told, **answer, "outcome": "recorded"})

    async def _heal(self, context: BrowserContext) -> None:
        """No tap: the page is open, and the network is back."""
        if "main" not in self.pages:
            await self._open(context, "main")
        healed = time.monotonic()
        empty = None
        while empty is None and time.monotonic() - healed < EMPTY_WITHIN_SECONDS:
            await asyncio.sleep(0.5)
            state = await self._call("main", "state")
            if state["waiting"] == 0:
                empty = (time.monotonic() - healed) * 1000
        today = datetime.now(UTC)
        days = [f"{today + timedelta(days=day):%Y-%m-%d}" for day in (-1, 0, 1)]
        self.shown = await self._call("main", "shown", days)
        self.final = {**state, "emptyAfter": empty, "emptied": False, "enrolment": None}

    def report(self) -> dict[str, Any]:
        """Return it as the judge takes it."""
        shown = [{"phone": 0, "ids": self.shown}]
        return {"told": self.told, "shown": shown, "phones": [self.final], "complaints": []}
