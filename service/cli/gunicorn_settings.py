"""Settings of the web server behind `jianbao serve`; gunicorn reads these names."""

import gc
import logging
import os
import signal
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import Any

# Each worker makes its own app: an open database or DuckDB must not cross a fork.
preload_app = False
worker_class = "gthread"
# Stalled uploads hold a thread for as long as SILENT_SECONDS; a thread costs little.
threads = 8
timeout = 60
graceful_timeout = 20
keepalive = 5
# Phones end a request after as long; between two bytes nobody waits longer.
SILENT_SECONDS = 20
control_socket_disable = True
# Heartbeats belong in memory: on a busy disk, a worker would look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def post_worker_init(worker: object) -> None:
    """Write what the service has to say, service/request_log.py above all, to standard error.

    And leave what the app is made of out of each garbage collection: a sync makes some thousand
    objects that are gone with its answer, and looking through all others for cycles, time and
    again, would take longer than many a request.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def worker_exit(server: object, worker: object) -> None:
    """Let what was left out be collected: DuckDB's binding would list it all as leaked."""
    gc.unfreeze()


def when_ready(server: Any) -> None:
    """Let go of clients that fall silent in the middle of a request, or take no answer.

    Phones lose their network in the middle of everything, and each would keep a thread for ever.
    What is set on the listening sockets holds for the connections that they accept.
    """
    for listener in server.LISTENERS:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(
                socket.SOL_SOCKET, option, struct.pack("ll", SILENT_SECONDS, 0)
            )


def on_starting(server: object) -> None:
    """End the server with the process that started it (`jianbao serve`)."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
