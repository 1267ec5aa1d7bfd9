"""A small faulty proxy before the service, for schedules in a real browser.

It speaks plain HTTP/1.1, one request a connection, on a port of its own for each schedule, which is
thus an origin of its own with storage of its own. What befalls a request to the API is drawn from
the seed; pages and scripts pass, but that the service worker may be a newer one (`generation`).
"""

import asyncio
import contextlib
import json
import random
from dataclasses import dataclass, field
from pathlib import Path

PAGE = b"<!doctype html><title>Log in</title>"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Message:
    """A request or an answer: its first line, headers in lower case, body."""

    first: str
    headers: dict[str, str]
    body: bytes

    def raw(self) -> bytes:
        """Return it as it goes over the wire, to be followed by the end of the connection."""
        headers = {**self.headers, "content-length": str(len(self.body)), "connection": "close"}
        headers.pop("transfer-encoding", None)
        lines = [self.first, *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode("latin-1") + self.body


@dataclass
class Proxy:
    """One schedule's way to the service."""

    service_port: int
    seed: int
    # Files of the test's own, by path: the page that drives the core.
    own: dict[str, Path] = field(default_factory=dict)
    weather: dict[str, float] = field(default_factory=dict)
    offline: bool = False
    generation: int = 0
    mishaps: list[str] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(f"proxy {self.seed}")
        self.server: asyncio.Server | None = None
        self.later: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen."""
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Deliver what is still on its way, and end."""
        while self.later:
            await asyncio.gather(*self.later)
        if self.server is not None:
            self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            request = await read_message(reader)
            answer = await self._answer(request)
            if answer is not None:
                writer.write(answer)
                await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    async def _answer(self, request: Message) -> bytes | None:
        path = request.first.split(" ")[1].partition("?")[0]
        if path in self.own:
            kind = "text/html" if self.own[path].suffix == ".html" else "text/javascript"
            return Message(
                "HTTP/1.1 200 OK", {"content-type": kind}, self.own[path].read_bytes()
            ).raw()
        if not path.startswith("/api/"):
            return None if self.offline else await self._page(request, path)
        mishap = self._draw()
        self.mishaps.append(mishap)
        if mishap in ("offline", "lost"):
            return None
        if mishap == "proxied":
            return self._proxied()
        if mishap == "late":
            self._deliver_later(request)
            return None
        if mishap == "cut":
            await self._forward(request, cut=self.chance.randrange(len(request.raw())))
            return None
        twin = self._forward(request) if mishap == "twice" else None
        answer, _ = await asyncio.gather(self._forward(request), twin or asyncio.sleep(0))
        if mishap == "unanswered" or answer is None:
            return None
        raw = answer.raw()
        return raw[: len(raw) - len(answer.body) // 2] if mishap == "halved" else raw

    def _draw(self) -> str:
        if self.offline:
            return "offline"
        names = list(self.weather)
        left = max(0.0, 1 - sum(self.weather.values()))
        return self.chance.choices([*names, "none"], [*self.weather.values(), left])[0]

    def _deliver_later(self, request: Message) -> None:
        async def deliver() -> None:
            await asyncio.sleep(self.chance.uniform(0.2, 2))
            await self._forward(request)

        task = asyncio.create_task(deliver())
        self.later.add(task)
        task.add_done_callback(self.later.discard)

    def _proxied(self) -> bytes:
        status = self.chance.choice([200, 200, 302, 400, 401, 403, 413, 429, 500, 502, 503, 511])
        headers = {"content-type": HTML, "location": "http://127.0.0.1:9/login", "retry-after": "1"}
        if status == 200 and self.chance.random() < 0.5:
            body = json.dumps(self.chance.choice([{}, [], {"status": "ok"}])).encode()
            return Message("HTTP/1.1 200 OK", {"content-type": "application/json"}, body).raw()
        return Message(f"HTTP/1.1 {status} Portal", headers, PAGE).raw()

    async def _page(self, request: Message, path: str) -> bytes | None:
        answer = await self._forward(request)
        if answer is None:
            return None
        if self.generation and path.endswith("/sw.js"):
            body = answer.body + f"\n// release {self.generation}\n".encode()
            answer = Message(answer.first, answer.headers, body)
        return answer.raw()

    async def _forward(self, request: Message, cut: int | None = None) -> Message | None:
        """Return the service's answer; None where there is none."""
        # What the browser would take compressed must stay readable for us.
        headers = {**request.headers, "accept-encoding": "identity"}
        raw = Message(request.first, headers, request.body).raw()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.service_port)
        except OSError:
            return None
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            try:
                writer.write(raw if cut is None else raw[:cut])
                await writer.drain()
                return await read_message(reader) if cut is None else None
            finally:
                writer.close()
        return None


async def read_message(reader: asyncio.StreamReader) -> Message:
    """Return the next request or answer whole; IncompleteReadError where it is not."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return Message(first, headers, await _chunks(reader))
    length = headers.get("content-length")
    if length is not None:
        return Message(first, headers, await reader.readexactly(int(length)))
    # An answer without a length ends with the connection; a request without one has no body.
    body = await reader.read() if first.startswith("HTTP/") else b""
    return Message(first, headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)
