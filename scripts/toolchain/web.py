"""The web parts: Node.js found or installed, packages, the build; nothing done twice."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from toolchain import environment
from toolchain.steps import ROOT, run, step

OLDEST_NODE = (22, 17)
MODULES = ROOT / "node_modules"
PACKAGES_STAMP = MODULES / ".jianbao-packages"
BUILD_STAMP = MODULES / ".jianbao-build"
# What a build writes or a tool leaves, never what it reads.
NOT_SOURCE = {"node_modules", "static", "dist", "fonts", "__pycache__", "templates"}
# Where a workspace's build goes, if not into dist/.
BUILT = {"console": "static", "printing": "fonts"}

ADVICE = (
    "The packages come from the npm registry that npm is configured for: check the network and "
    "`npm config get registry`, then start again; what is done is kept."
)


def build() -> None:
    """Build every workspace, unless nothing has changed since the last time."""
    wanted = environment.fingerprint(_sources())
    if _reads(BUILD_STAMP) == wanted and all(folder.is_dir() for folder in _built()):
        return
    packages()
    with step("Building the web pages' styles and scripts"):
        npm("run", "build")
    BUILD_STAMP.write_text(wanted)


def packages() -> None:
    """Bring node_modules in step with package-lock.json."""
    wanted = environment.fingerprint([ROOT / "package-lock.json", *_manifests()])
    if _reads(PACKAGES_STAMP) == wanted:
        return
    node_path()
    with step("Installing the packages of package-lock.json"):
        # npm ci empties node_modules first, stamps included. No package of ours has to run a
        # script to install, and none may.
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    PACKAGES_STAMP.write_text(wanted)


def npm(*arguments: str) -> None:
    run(["npm", *arguments], ADVICE, env=node_path())


def node_path() -> dict[str, str]:
    """PATH on which `node` and `npm` are new enough: the system's, else PyPI's build in .venv."""
    if _is_new_enough("node", os.environ.get("PATH")) and shutil.which("npm"):
        return {}
    environment.ensure("node")
    return environment.search_path()


def _is_new_enough(node: str, path: str | None) -> bool:
    program = shutil.which(node, path=path)
    if program is None:
        return False
    answer = subprocess.run([program, "--version"], capture_output=True, text=True)
    version = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return version is not None and tuple(map(int, version.groups())) >= OLDEST_NODE


def _workspaces() -> list[Path]:
    names = json.loads((ROOT / "package.json").read_text())["workspaces"]
    return [ROOT / name for name in names]


def _manifests() -> list[Path]:
    return [ROOT / "package.json", *(folder / "package.json" for folder in _workspaces())]


def _sources() -> Iterator[Path]:
    yield ROOT / "package.json"
    yield ROOT / "package-lock.json"
    for workspace in _workspaces():
        for folder, names, files in os.walk(workspace):
            names[:] = sorted(name for name in names if name not in NOT_SOURCE)
            yield from (Path(folder, name) for name in sorted(files) if not name.endswith(".py"))


def _built() -> Iterator[Path]:
    for workspace in _workspaces():
        yield workspace / BUILT.get(workspace.name, "dist")


def _reads(stamp: Path) -> str:
    try:
        return stamp.read_text()
    except OSError:
        return ""
