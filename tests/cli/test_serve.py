"""`jianbao serve` with real processes: it serves, mends itself, stops whole."""

import contextlib
import http.client
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
PUBLIC_URL = "JIANBAO_PUBLIC_URL"
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

    def __init__(self, data: Path, port: int, workers: int = 1) -> None:
        self.port = port
        self.log = data / "log"
        environment = {name: os.environ[name] for name in os.environ if name != PUBLIC_URL}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "service", "serve"),
                    *("--port", str(port), "--workers", str(workers)),
                ],
                env={**environment, "PYTHONPATH": str(ROOT), "JIANBAO_DATA": str(data)},
                stderr=log,
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


def public_url(pid: int) -> str:
    """The setting that a process was started with."""
    given = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(each.split("=", 1) for each in given if each).get(PUBLIC_URL, "")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def served(data_dir: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    running = Served(data_dir, free_port(), getattr(request, "param", 1))
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
    address = f"http://127.0.0.1:{served.port}"
    assert {public_url(pid) for pid in family} == {address}
    [line] = [line for line in served.log.read_text().splitlines() if PUBLIC_URL in line]
    assert address in line
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


@pytest.mark.parametrize("served", [2], indirect=True)
def test_what_is_asked_before_a_stop_is_answered_and_the_log_names_nobody(served: Served) -> None:
    body = b"login=wang&password=a-secret"
    asked = []
    for _ in range(4):
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE)
        connection.putrequest("POST", "/login?next=/couriers/C07/enrolment")
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body[:8])
        asked.append(connection)
    with urllib.request.urlopen(f"http://127.0.0.1:{served.port}/p/7M2K9QXW4R8T0ZBC") as page:
        assert page.status == 200
    time.sleep(1)
    served.process.send_signal(signal.SIGTERM)
    time.sleep(1)
    for connection in asked:
        connection.send(body[8:])
    # Without the token of a form it leads back to the form: but it is answered, and whole.
    answers = [connection.getresponse() for connection in asked]
    assert [answer.status for answer in answers] == [303] * 4
    lengths = [int(answer.headers["Content-Length"]) for answer in answers]
    assert [len(answer.read()) for answer in answers] == lengths
    assert served.process.wait(PATIENCE) == 0
    log = served.log.read_text()
    assert "POST /login 303" in log
    assert "GET /p/<token> 200" in log
    assert "jianbao user add" in log
    assert "leaked" not in log
    for private in ("wang", "secret", "C07", "7M2K9QXW4R8T0ZBC", "127.0.0.1 "):
        assert private not in log
