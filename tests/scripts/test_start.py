"""scripts/run as a person starts it: from nothing to pages, twice."""

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parents[2] / "scripts" / "run"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def started(data: Path, log: Path, *options: str) -> Iterator[str]:
    """Jianbao's address once it answers; ended as Ctrl-C in a terminal ends it."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name[:8] != "JIANBAO_"}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [RUN, "--port", str(port), *options],
            cwd=data.parent,
            env={**environment, "JIANBAO_DATA": str(data)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        address = f"http://127.0.0.1:{port}/"
        try:
            wait_until_it_answers(address, process, log)
            yield address
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        assert process.returncode == 0


def wait_until_it_answers(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"scripts/run ended with {process.returncode}:\n{log.read_text()}")
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(address, timeout=10) as answer,
        ):
            assert answer.status == 200
            return
        time.sleep(0.2)
    pytest.fail(f"no answer within 300 s:\n{log.read_text()}")


def rates(address: str, token: str) -> list[dict[str, object]]:
    asked = urllib.request.Request(
        f"{address}api/v1/rates?by=town", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        found: list[dict[str, object]] = json.load(answer)
    return found


def told(log: Path, about: str) -> list[str]:
    """The words of the command that the last start tells one to type."""
    [line] = [line for line in log.read_text().splitlines() if line.startswith(about)]
    return shlex.split(line.partition(":")[2].strip())


def typed(words: list[str]) -> str:
    """What a command of a start's advice prints, typed in the clone."""
    done = subprocess.run(
        ["env", *words], cwd=RUN.parent.parent, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_start_brings_the_demonstration_and_the_second_finds_it(tmp_path: Path) -> None:
    data, log = tmp_path / "instance", tmp_path / "log"
    with started(data, log) as address:
        assert "Importing" in log.read_text()
        assert f"open {address}" in log.read_text()
        enrol = told(log, "Enrol a phone:")
        token = typed([*enrol[:-2], "token", "manager", "--name", "test"]).split()[0]
        assert {town["key"] for town in rates(address, token)} >= {"500107105", "500107109"}
        assert f"{address}app/#enrol=" in typed(enrol)
        sheet = [
            word.replace("OUT.pdf", str(tmp_path / "out.pdf"))
            for word in told(log, "Labels of one")
        ]
        assert "0 of them new" in typed(sheet)
        assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
        assert (data / "demo-labels.pdf").read_bytes().startswith(b"%PDF")
    logins = data / "demo-logins.txt"
    assert logins.stat().st_mode & 0o777 == 0o600
    with started(data, log):
        assert "Importing" not in log.read_text()
        assert logins.read_text() in log.read_text()
        assert len(logins.read_text().splitlines()) == 4


def test_an_empty_database_stays_empty_when_asked(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with started(tmp_path / "instance", log, "--no-demo"):
        assert "demonstration" not in log.read_text()


def test_a_port_in_use_is_named_before_anything_is_done(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [RUN, "--port", str(port)],
            env={**os.environ, "JIANBAO_DATA": str(tmp_path / "instance")},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"--port {port + 1}" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["postgresql+psycopg://x@127.0.0.1:9/x", "nosuch://x", "not a URL"])
def test_a_database_out_of_reach_is_told_in_words(url: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [RUN, "--port", str(free_port())],
        env={
            **os.environ,
            "JIANBAO_DATA": str(tmp_path / "instance"),
            "JIANBAO_DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    assert "check JIANBAO_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_told_in_words(tmp_path: Path) -> None:
    done = subprocess.run(
        [RUN, "--port", str(free_port())],
        env={
            **os.environ,
            "JIANBAO_DATA": str(tmp_path / "instance"),
            "JIANBAO_PUBLIC_URL": "nowhere",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    assert "JIANBAO_PUBLIC_URL 'nowhere' cannot stand on a label" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_too_old_is_told_in_words(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        [RUN], env={**os.environ, "PYTHON": str(old)}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr
