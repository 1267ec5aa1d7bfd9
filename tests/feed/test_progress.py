"""A bar on a terminal, nothing elsewhere."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

from tests.feed.complete import write_feed

ROOT = Path(__file__).resolve().parents[2]


def test_an_import_on_a_terminal_shows_how_far_it_is(empty_data: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    environment = {**os.environ, "JIANBAO_DATA": str(empty_data), "PYTHONPATH": str(ROOT)}
    environment["LC_ALL"] = "C.UTF-8"
    running = subprocess.Popen(
        [sys.executable, "-m", "service", "import", str(write_feed(tmp_path / "feed"))],
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    shown = _read(ours)
    assert running.wait() == 0
    assert "read:   0%|" in shown
    assert "write:" in shown


def _read(terminal: int) -> str:
    shown = b""
    while True:
        try:
            block = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            block = b""
        if not block:
            os.close(terminal)
            return shown.decode()
        shown += block
