"""Pages of scripts/decoders built and served, pictures beside them, in a real Chromium."""

import functools
import io
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from toolchain import web
from toolchain.steps import ROOT

DECODERS = ROOT / "scripts" / "decoders"


def build(page: str, folder: Path) -> None:
    """Build ours.html or others.html into the folder (others.html: packages() first)."""
    environment = {
        **os.environ,
        **web.node_path(),
        "DECODERS_OUT": str(folder),
        "DECODERS_PAGE": page,
    }
    vite = ROOT / "node_modules" / ".bin" / "vite"
    command: list[str | Path] = [
        vite,
        "build",
        "--logLevel",
        "warn",
        "--config",
        DECODERS / "vite.config.js",
    ]
    subprocess.run(command, cwd=DECODERS, env=environment, check=True)


def packages() -> None:
    """Install the other decoders from their own lock."""
    web.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(DECODERS))


class _Quiet(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, pictures: dict[str, bytes], **options: Any) -> None:
        self.pictures = pictures
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        picture = self.pictures.get(self.path.partition("?")[0])
        if picture is None:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(picture)))
        self.end_headers()
        self.wfile.write(picture)

    def log_request(self, *args: Any) -> None:
        pass


@contextmanager
def served(folder: Path, pictures: dict[str, bytes]) -> Iterator[str]:
    """Serve the folder, and pictures by their path; give the address without a last slash."""
    handler = functools.partial(_Quiet, directory=str(folder), pictures=pictures)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def png(image: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
