"""A courier's phone: Chromium with a profile that outlives it, and a film for a camera.

Chromium takes one film a launch, so a new film means that the app is closed and started again: what
it has recorded must be there afterwards.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

WIDTH, HEIGHT = 360, 740
PLACE = {"latitude": 29.49, "longitude": 106.44, "accuracy": 12.0}
FOREVER = 60_000  # milliseconds: a busy machine must not fail a test


class Phone:
    """One profile of Chromium at the size of a cheap phone's screen."""

    def __init__(self, playwright: Playwright, chromium: Path, profile: Path) -> None:
        self.playwright = playwright
        self.chromium = chromium
        self.profile = profile
        self.context: BrowserContext | None = None
        self.said: list[str] = []

    def open(
        self,
        address: str,
        film: Path | None = None,
        *,
        language: str = "zh-CN",
        camera: bool = True,
        position: bool = True,
        arguments: Sequence[str] = (),
        **options: Any,
    ) -> Page:
        """Start the browser with that film before its camera, and the app in it."""
        self.close()
        switches = ["--disable-gpu", "--disable-quic", "--disable-sync"]
        switches += ["--disable-background-networking", "--disable-component-update"]
        if os.geteuid() == 0:
            switches.append("--no-sandbox")
        if film is not None:
            switches.append("--use-fake-device-for-media-stream")
            switches.append(f"--use-file-for-fake-video-capture={film}")
        granted = [name for name, given in (("camera", camera), ("geolocation", position)) if given]
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=self.chromium,
            args=[*switches, *arguments],
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=2,
            has_touch=True,
            locale=language,
            timezone_id="Asia/Shanghai",
            permissions=granted,
            geolocation=PLACE if position else None,
            **options,
        )
        self.context.set_default_timeout(FOREVER)
        page = self.context.pages[0]
        self.listen(page)
        page.goto(address)
        return page

    def listen(self, page: Page) -> None:
        """Keep what the page complains about."""
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    def _hear(self, kind: str, text: str) -> None:
        # Chromium's own words about requests that fail: without a network that is as it should be.
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.said.append(f"{kind}: {text}")

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None
