"""A client that falls silent in the middle of a request keeps no thread for ever."""

import contextlib
import socket
import threading
from types import SimpleNamespace

import pytest

from service.cli import gunicorn_settings


def test_who_falls_silent_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading what does not come, and writing what is not taken, both end."""
    monkeypatch.setattr(gunicorn_settings, "SILENT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gunicorn_settings.when_ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))
        with socket.create_connection(listener.getsockname()) as client:
            client.sendall(b"POST /api/v1/sync HTTP/1.1")
            served, _ = listener.accept()
            # As the web server has them while it works on a request.
            served.setblocking(False)
            served.setblocking(True)
            ended = threading.Event()

            def serve() -> None:
                served.recv(1000)
                with contextlib.suppress(BlockingIOError):
                    served.recv(1000)
                with contextlib.suppress(BlockingIOError):
                    served.sendall(b"x" * 100_000_000)
                ended.set()

            threading.Thread(target=serve, daemon=True).start()
            assert ended.wait(30)
            served.close()
