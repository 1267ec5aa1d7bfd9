"""The virtual environment .venv of this checkout: made, kept in step with the locks, reused."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from toolchain.steps import ROOT, run, step

VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMP = VENV / "jianbao.json"

ADVICE = (
    "The packages come from PyPI, or from the index that pip is configured for: check the network "
    "and `pip config list`, then start again; what is done is kept."
)


def ensure(lock: str) -> None:
    """Bring requirements/<lock>.txt and Jianbao itself into .venv, unless they are there."""
    with _alone():
        stamp = _read_stamp()
        if stamp.get("made") != _made():
            with step("Making a Python environment in .venv"):
                _make()
            stamp = {"made": _made()}
            _write_stamp(stamp)
        wanted = fingerprint([ROOT / "requirements" / f"{lock}.txt"])
        if stamp.get(lock) != wanted:
            with step(f"Installing the Python packages of requirements/{lock}.txt"):
                # Without a stamp until pip is done: an interrupted installation starts afresh.
                STAMP.unlink(missing_ok=True)
                run([*_PIP, "--requirement", f"requirements/{lock}.txt"], ADVICE)
                _write_stamp(stamp := stamp | {lock: wanted})
        # Metadata and the command; the code itself is read from the checkout.
        ours = fingerprint([ROOT / "setup.cfg", ROOT / "pyproject.toml"])
        if lock in ("runtime", "dev") and stamp.get("jianbao") != ours:
            with step("Installing Jianbao"):
                run(
                    [*_PIP, "--no-deps", "--no-build-isolation", "--no-index", "--editable", "."],
                    "This needs no network: the lines above say what is wrong in the checkout.",
                )
                _write_stamp(stamp | {"jianbao": ours})


_PIP: list[str | Path] = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]


def fingerprint(paths: Iterable[Path]) -> str:
    """What changes when any of the files does."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def search_path() -> dict[str, str]:
    """PATH with .venv's programs first."""
    return {"PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])}


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two starts at once take turns."""
    with (ROOT / ".venv.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with step("Waiting for another start in this checkout"):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _made() -> str:
    """Of which Python, and where: its scripts name their folder."""
    return f"Python {sys.version.split()[0]} in {VENV}"


def _make() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", VENV],
        "Is there room on the disk, and may you write here? On Debian and Ubuntu the package "
        "python3-venv is needed.",
    )


def _read_stamp() -> dict[str, str]:
    """What .venv holds, as far as it is whole and still starts."""
    try:
        stamp = json.loads(STAMP.read_text())
        subprocess.run([PYTHON, "-c", ""], check=True, capture_output=True)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return {}
    return {str(key): str(value) for key, value in stamp.items()}


def _write_stamp(stamp: dict[str, str]) -> None:
    written = STAMP.with_suffix(".new")
    written.write_text(json.dumps(stamp, indent=2))
    written.replace(STAMP)
