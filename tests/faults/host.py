"""Starts the real service as often as it is killed, quickly: imported once, then forked.

Reads one JSON command a line: {"do": "start", "port": …, "workers": …, "defect": …}, {"do": "kill"}
(SIGKILL to the whole service), {"do": "stop"} (SIGTERM), and answers each with a line. The forked
child is gunicorn with the service's own settings; the database and DuckDB are opened only there.
JIANBAO_DATA and JIANBAO_DATABASE_URL say which database. It ends with whoever started it.
"""

import contextlib
import ctypes
import importlib
import json
import os
import signal
import sys
from typing import Any

from gunicorn.app.base import BaseApplication

import service.app
from service.cli import gunicorn_settings
from tests.faults import simulated_time


class Gunicorn(BaseApplication):
    """gunicorn as `jianbao serve` starts it."""

    def __init__(self, address: str, workers: int) -> None:
        self.given = {"bind": address, "workers": workers, "loglevel": "warning"}
        super().__init__()

    def load_config(self) -> None:
        for name in dir(gunicorn_settings):
            if name in self.cfg.settings:
                self.cfg.set(name, getattr(gunicorn_settings, name))
        for name, value in self.given.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        app = service.app.create_app()
        simulated_time.install()
        app.wsgi_app = simulated_time.told(app.wsgi_app)  # type: ignore[method-assign]
        return app


def main() -> None:
    """Obey until the input ends."""
    _adopt_orphans()
    life, keep = os.pipe()
    child = 0
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "start":
            child = _fork(life, keep, command)
        elif child:
            _end(child, signal.SIGKILL if command["do"] == "kill" else signal.SIGTERM)
            child = 0
        print(json.dumps({"pid": child}), flush=True)
    if child:
        _end(child, signal.SIGKILL)


def _fork(life: int, keep: int, command: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    os.close(keep)
    os.dup2(life, 0)
    # What the service prints must not be taken for this process's answers.
    os.dup2(2, 1)
    if command["defect"] is not None:
        importlib.import_module("tests.faults.planted.service_defects").plant(command["defect"])
    Gunicorn(f"127.0.0.1:{command['port']}", command["workers"]).run()
    os._exit(1)


def _end(pid: int, number: int) -> None:
    """End the service with all its workers, and wait until none of them holds the port."""
    os.killpg(pid, number) if number == signal.SIGKILL else os.kill(pid, number)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-pid, 0)


def _adopt_orphans() -> None:
    """Become the parent of workers whose own has been killed (Linux)."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


if __name__ == "__main__":
    main()
