"""Steps that tell a person what goes on, how long it took and, if they fail, what to do."""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class StepError(Exception):
    """Why we cannot go on, and what to do about it."""


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """`title … 12 s`, counting on a terminal."""
    started = time.monotonic()
    finished = threading.Event()

    def count() -> None:
        while not finished.wait(1):
            print(f"\r{title} … {time.monotonic() - started:.0f} s", end="", flush=True)

    print(f"{title} … ", end="", flush=True)
    if sys.stdout.isatty():
        threading.Thread(target=count, daemon=True).start()
    result = "FAILED after "
    try:
        yield
        result = ""
    finally:
        finished.set()
        rewritten = f"\r{title} … " if sys.stdout.isatty() else ""
        print(f"{rewritten}{result}{time.monotonic() - started:.0f} s", flush=True)


def run(
    command: Sequence[str | os.PathLike[str]],
    advice: str,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> None:
    """Run a command whose output matters only when it fails."""
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        if done.returncode != 0:
            output.seek(0)
            lines = output.read().decode(errors="replace").splitlines()
            shown = "\n".join(f"    {line}" for line in lines[-20:])
            name = " ".join([Path(command[0]).name, *map(str, command[1:3])])
            raise StepError(f"{name} ended with status {done.returncode}:\n{shown}\n{advice}")
