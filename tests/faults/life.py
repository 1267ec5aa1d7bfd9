"""One life of the service: a database with a district, real processes, what befalls them."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text

from service.config import Config
from service.domain.instants import instant_of
from service.models.engine import engine_options, prepare, writing
from service.operations.enrol_phone import new_enrolment
from service.sqlite_driver import driver

ROOT = Path(__file__).parents[2]
PATIENCE = 120


@dataclass(frozen=True)
class Database:
    """A database that can be saved and restored while nobody uses it."""

    url: str
    # PostgreSQL: runs a statement in the maintenance database.
    execute: Callable[[str], None] | None = None

    def save(self, name: Path) -> None:
        """Copy it, as a backup does."""
        if self.execute is None:
            _copy_sqlite(Path(str(make_url(self.url).database)), name)
        else:
            self.execute(f"DROP DATABASE IF EXISTS {_saved(self.url)}")
            self.execute(f"CREATE DATABASE {_saved(self.url)} TEMPLATE {_name(self.url)}")

    def restore(self, name: Path) -> None:
        """Bring the copy back, over whatever is there."""
        if self.execute is None:
            _copy_sqlite(name, Path(str(make_url(self.url).database)))
        else:
            self.execute(f"DROP DATABASE {_name(self.url)} WITH (FORCE)")
            self.execute(f"CREATE DATABASE {_name(self.url)} TEMPLATE {_saved(self.url)}")

    def forget(self) -> None:
        """Drop it with its copy."""
        if self.execute is not None:
            self.execute(f"DROP DATABASE IF EXISTS {_saved(self.url)} WITH (FORCE)")
            self.execute(f"DROP DATABASE IF EXISTS {_name(self.url)} WITH (FORCE)")


class Life:
    """The service over a database, killed and started again as schedules ask (`answer`)."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        *,
        workers: int = 1,
        defect: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data = folder / "data"
        self.data.mkdir(exist_ok=True)
        self.database = database
        self.config = Config(data=self.data, database_url=database.url)
        self.workers = workers
        self.port = _free_port()
        self.kills = 0
        self.saved: Path | None = None
        self.engine = self._engine()
        self._lock = threading.Lock()
        self._up = False
        self._defect = defect
        self._planted = 0
        self._log = (folder / "service.log").open("ab")
        self._host = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.host"],
            cwd=ROOT,
            env={**self._environment(), **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._start()

    def _environment(self) -> dict[str, str]:
        kept = {k: value for k, value in os.environ.items() if not k.startswith("JIANBAO_")}
        ours = {"JIANBAO_DATA": str(self.data), "JIANBAO_DATABASE_URL": self.database.url}
        return {**kept, **ours, "PYTHONPATH": str(ROOT)}

    def _engine(self) -> Engine:
        url = self.config.sqlalchemy_url
        engine = create_engine(url, **engine_options(url))
        prepare(engine)
        return engine

    def close(self) -> None:
        """End every process and leave nothing open; the database stays."""
        with contextlib.suppress(OSError):
            self._tell("kill")
        assert self._host.stdin is not None
        self._host.stdin.close()
        self._host.wait(PATIENCE)
        self._log.close()
        self.engine.dispose()

    def plant(self, defect: str | None) -> None:
        """Kill the service and start it again with a defect of service_defects.py."""
        self._kill()
        self._defect = defect
        self._planted = (self.data.parent / "service.log").stat().st_size
        self._start()

    def answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a schedule asks; return what it needs to know."""
        done: dict[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
            "enrolment": self._enrolment,
            "revoke": self._revoke,
            "retire": self._retire,
            "kill": lambda _: self._kill(),
            "kill at sync": self._kill_in_a_moment,
            "start": lambda _: self._start(),
            "heal": lambda _: self._start(),
            "backup": lambda _: self._stopped(self._save),
            "restore": lambda _: self._stopped(self._restore),
        }
        with self._lock:
            return done[question["what"]](question) or {}

    def _enrolment(self, question: Mapping[str, Any]) -> dict[str, Any]:
        find = "SELECT id, branch_id FROM couriers WHERE courier_code = :courier"
        with self.engine.connect() as connection:
            row = connection.execute(text(find), {"courier": question["courier"]}).one()
        now = _instant(question)
        return {"code": new_enrolment(self.engine, row.branch_id, row.id, None, now)}

    def _revoke(self, question: Mapping[str, Any]) -> None:
        self._execute(
            "UPDATE installations SET revoked_at = :now WHERE installation_id = :key",
            now=int(question["now"]),
            key=self._uuid(question["installation"]),
        )

    def _retire(self, question: Mapping[str, Any]) -> None:
        self._execute(
            "UPDATE point_labels SET retired_at = :now WHERE token = :token",
            now=int(question["now"]),
            token=question["token"],
        )

    def _uuid(self, value: str) -> str | uuid.UUID:
        key = uuid.UUID(value)
        return key.hex if self.engine.dialect.name == "sqlite" else key

    def _execute(self, statement: str, **parameters: Any) -> None:
        with writing(self.engine) as connection:
            connection.execute(text(statement), parameters)

    def _kill(self) -> None:
        if self._up:
            self.kills += 1
            self._tell("kill")
            self._up = False

    def _kill_in_a_moment(self, question: Mapping[str, Any]) -> None:
        time.sleep(question["after"] / 1000)
        self._kill()
        self._start()

    def _stopped(self, work: Callable[[], None]) -> None:
        self._kill()
        self.engine.dispose()
        work()
        self._start()

    def _save(self) -> None:
        self.saved = self.data.parent / "saved.db"
        self.database.save(self.saved)

    def _restore(self) -> None:
        if self.saved is not None:
            self.database.restore(self.saved)

    def _start(self) -> None:
        if not self._up:
            self._tell("start", port=self.port, workers=self.workers, defect=self._defect)
            _wait_for(self.port)
            self._up = True

    def _tell(self, what: str, **more: Any) -> None:
        assert self._host.stdin is not None
        assert self._host.stdout is not None
        self._host.stdin.write(json.dumps({"do": what, **more}).encode() + b"\n")
        self._host.stdin.flush()
        if not self._host.stdout.readline():
            raise RuntimeError(f"the service's host has ended: {self.log()}")

    def log(self) -> str:
        """Return the end of what the service has printed since a defect was planted."""
        whole = (self.data.parent / "service.log").read_bytes()
        return whole[self._planted :].decode(errors="replace")[-4000:]


@contextlib.contextmanager
def living(life: Life) -> Iterator[Life]:
    """Give the life and end it, whatever happens."""
    try:
        yield life
    finally:
        life.close()


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy by SQLite's own backup; the log of the target goes with what it was the log of."""
    for leftover in ("-wal", "-shm"):
        Path(f"{target}{leftover}").unlink(missing_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    with (
        contextlib.closing(driver().connect(str(source))) as old,
        contextlib.closing(driver().connect(str(target))) as new,
    ):
        old.backup(new)


def _instant(question: Mapping[str, Any]) -> datetime:
    return instant_of(int(question["now"])).astimezone(UTC)


def _name(url: str) -> str:
    return str(make_url(url).database)


def _saved(url: str) -> str:
    return f"{_name(url)}_saved"


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            address = f"http://127.0.0.1:{port}/api/v1/clock"
            with urllib.request.urlopen(address, timeout=PATIENCE):
                return
        time.sleep(0.005)
    raise RuntimeError("the service does not answer")
