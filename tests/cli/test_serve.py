"""`jianbao serve` with real processes: it serves, mends itself, stops whole."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # no more than a few seconds where nothing else is running


def wait(what: str, until: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes(session_of: set[int], word: str) -> list[int]:
    """The living processes below some, whose command line has the word."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            command = (folder / "cmdline").read_bytes().decode()
            if state != "Z" and int(parent) in session_of and word in command:
                found.append(int(folder.name))
    return found


class Served:
    """A running `jianbao serve`, and the processes it has started."""

    def __init__(self, data: Path, port: int) -> None:
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service", "serve", "--port", str(port), "--workers", "1"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_DATA": str(data)},
            stderr=subprocess.DEVNULL,
        )
        wait("it answers", self.answers)
        wait("the refresher runs", self.refreshers)

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            address = f"http://127.0.0.1:{self.port}/api/v1/openapi.json"
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                return bool(answer.status == 200)
        return False

    def refreshers(self) -> list[int]:
        return processes({self.process.pid}, "refresh")

    def family(self) -> list[int]:
        children = processes({self.process.pid}, "")
        return children + processes(set(children), "")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def served(data_dir: Path) -> Iterator[Served]:
    running = Served(data_dir, free_port())
    family = running.family()
    yield running
    running.process.kill()
    running.process.wait()
    for pid in family:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def test_it_serves_mends_the_refresher_and_stops_in_order(served: Served) -> None:
    [first] = served.refreshers()
    os.kill(first, signal.SIGKILL)
    wait("a new refresher", lambda: served.refreshers() not in ([], [first]))
    assert served.answers()
    family = served.family()
    assert len(family) >= 3, "web server, worker, refresher"
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(PATIENCE) == 0
    assert [pid for pid in family if alive(pid)] == []


def test_no_process_outlives_a_killed_parent(served: Served) -> None:
    family = served.family()
    served.process.kill()
    served.process.wait()
    wait("all end", lambda: not any(alive(pid) for pid in family))


def test_it_ends_when_the_web_server_does(served: Served) -> None:
    [web] = processes({served.process.pid}, "gunicorn")
    family = served.family()
    os.kill(web, signal.SIGTERM)
    assert served.process.wait(PATIENCE) == 1
    wait("all end", lambda: not any(alive(pid) for pid in family))
