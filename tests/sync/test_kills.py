"""kill -9 of the service in the middle of syncs: what was acknowledged is there, all is once."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from service.operations.refresh_facts import refresh_dirty
from service.queries.check import check
from tests.sync.phone import MORNING, Phone

ROOT = Path(__file__).parents[2]
Rows = Callable[..., list[dict[str, Any]]]
TOKEN = "7M2K9QXW4R8T0ZBC"
ROUNDS = 4
EVENTS_A_ROUND = 60
PATIENCE = 120


@contextlib.contextmanager
def web_server(url: str, data: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The web server as `jianbao serve` starts it, in a session of its own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = ["-m", "gunicorn", "--config", "python:service.cli.gunicorn_settings"]
    words += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "service.app:create_app()"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_DATA": str(data)}
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *words],
            env={**environment, "JIANBAO_DATABASE_URL": url},
            stdin=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(port):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield port, process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/clock", timeout=PATIENCE)
        return True
    return False


def drain(port: int, phone: Phone, acknowledged: set[int], random: Random) -> None:
    """Hand over what is not acknowledged in batches of any size, until the service is gone."""
    while left := [each for each in phone.events if each["seq"] not in acknowledged]:
        batch = random.sample(left, k=min(len(left), random.choice([1, 5, 20])))
        body = json.dumps(phone.body(batch)).encode()
        address = f"http://127.0.0.1:{port}/api/v1/sync"
        try:
            request = urllib.request.Request(address, body, phone.headers)
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                answer = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            return
        acknowledged |= {each["seq"] for each in answer["results"]}


@pytest.mark.parametrize(
    ("database_kind", "seed"), [("sqlite", 1), ("postgresql", 2)], indirect=["database_kind"]
)
def test_a_killed_service_has_lost_nothing_that_it_acknowledged(
    app: Flask,
    engine: Engine,
    phone: Phone,
    migrated_url: str,
    tmp_path: Path,
    table: Rows,
    seed: int,
) -> None:
    random = Random(seed)
    acknowledged: set[int] = set()
    data = tmp_path / "instance"
    phone.read_clock(MORNING)
    for number in range(ROUNDS * EVENTS_A_ROUND):
        at = MORNING + number * timedelta(seconds=20)
        phone.scan(at, ("1-1", "2026-07-06", 1), label=TOKEN)
    phone.read_clock(MORNING + timedelta(hours=5))
    for _ in range(ROUNDS):
        engine.dispose()
        with web_server(migrated_url, data) as (port, process):
            sending = threading.Thread(target=drain, args=(port, phone, acknowledged, random))
            sending.start()
            time.sleep(random.uniform(0, 0.4))
            kill(process)
            sending.join()
        stored = {row["sequence"] for row in table("phone_events")}
        assert acknowledged <= stored
    with web_server(migrated_url, data) as (port, _):
        drain(port, phone, acknowledged, random)
    assert len(table("phone_events")) == len(table("scans")) == len(phone.events)
    assert len(table("scan_items")) == len(phone.events)
    refresh_dirty(engine, data / "facts", datetime(2026, 7, 20, tzinfo=UTC))
    assert check(engine, data / "facts").clean
