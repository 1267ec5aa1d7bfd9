"""Node with the app's core in it: plays schedules against a life of the service."""

import contextlib
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.faults.life import ROOT

HARNESS = ROOT / "courier_pwa" / "harness"
# No schedule takes more than seconds of the machine's time; a hung one must not hang the tests.
PATIENCE = 180
FLAGS = ("--enable-source-maps", "--max-semi-space-size=64")


class HarnessError(Exception):
    """The harness itself failed; the message is its stack."""


def build(out: Path, changes: Sequence[Mapping[str, str]] | None = None) -> Path:
    """Bundle the app's core and the harness into the folder; return the core's script.

    `changes` are made to the core on the way: [{"file", "find", "replace"}].
    """
    out.mkdir(parents=True, exist_ok=True)
    command = [str(node()), str(HARNESS / "build.mjs"), str(out)]
    if changes is not None:
        planted = out / "defect.json"
        planted.write_text(json.dumps(changes))
        command.append(str(planted))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise HarnessError(done.stdout + done.stderr)
    return out / "core.js"


def node() -> str:
    """Return the Node.js of the environment, else the system's."""
    ours = ROOT / ".venv" / "bin" / "node"
    return str(ours) if ours.exists() else "node"


class Player:
    """One process of Node."""

    def __init__(self, core: Path, harness: Path, port: int) -> None:
        self._process = subprocess.Popen(
            [
                node(),
                "--enable-source-maps",
                "--max-semi-space-size=64",
                str(harness),
                str(core),
                str(port),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NODE_OPTIONS": ""},
        )

    def play(
        self, schedule: Mapping[str, Any], answer: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return the report of a schedule; HarnessError where the harness ends or hangs."""
        guard = threading.Timer(PATIENCE, self._process.kill)
        guard.start()
        try:
            self._send(schedule)
            while True:
                said = self._receive()
                if "report" in said:
                    return dict(said["report"])
                if "failed" in said:
                    raise HarnessError(said["failed"])
                self._send(answer(said["ask"]))
        finally:
            guard.cancel()

    def _send(self, content: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(content) + "\n")
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise HarnessError("the harness has ended")
        return dict(json.loads(line))

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


@contextlib.contextmanager
def playing(core: Path, harness: Path, port: int) -> Iterator[Player]:
    """Give a player and end it, whatever happens."""
    player = Player(core, harness, port)
    try:
        yield player
    finally:
        player.close()
