"""Every version is locked, and a lock installs from whichever index a machine uses."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
NPM_LOCKS = [ROOT / "package-lock.json", *sorted(ROOT.glob("scripts/*/package-lock.json"))]


# A package, perhaps with extras, of which one version may be for older Pythons and one for newer.
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(\S+)", re.MULTILINE)


def pins(path: Path) -> set[tuple[str, str]]:
    return set(PIN.findall(path.read_text()))


@pytest.mark.parametrize("path", PYTHON_LOCKS, ids=lambda path: path.stem)
def test_a_python_lock_names_no_index_and_a_hash_for_every_package(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert "index-url" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert len(entries) == len(pins(path)) > 0
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("path", NPM_LOCKS, ids=lambda path: path.parent.name)
def test_an_npm_lock_names_no_registry_and_a_hash_for_every_package(path: Path) -> None:
    packages = json.loads(path.read_text())["packages"]
    fetched = {
        name: package
        for name, package in packages.items()
        if name.startswith("node_modules/") and not package.get("link")
    }
    assert fetched
    assert [name for name, package in fetched.items() if "resolved" in package] == []
    assert [name for name, package in fetched.items() if "integrity" not in package] == []


def test_the_tests_run_with_the_versions_that_people_run() -> None:
    runtime, dev = (pins(ROOT / "requirements" / f"{name}.txt") for name in ("runtime", "dev"))
    assert runtime <= dev
