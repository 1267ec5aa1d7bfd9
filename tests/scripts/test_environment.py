"""scripts/run and scripts/test install once, notice changes, and survive being interrupted."""

from pathlib import Path

import pytest
from toolchain import environment, web
from toolchain.steps import StepError


class Checkout:
    """A checkout in which commands are noted instead of run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands: list[str] = []
        self.fails = ""

    def run(self, command: list[object], *_: object, **__: object) -> None:
        words = " ".join(map(str, command))
        if self.fails and self.fails in words:
            raise StepError(words)
        self.commands.append(words)
        if " venv " in words:
            environment.BIN.mkdir(parents=True)
            environment.PYTHON.write_text("#!/bin/sh\n")
            environment.PYTHON.chmod(0o755)
        if "npm ci" in words:
            (self.root / "node_modules").mkdir(exist_ok=True)
        if "npm run build" in words:
            (self.root / "service" / "console" / "static").mkdir(exist_ok=True)

    def done(self) -> str:
        """What has been run since the last question: v(env), p(ip), c(i), b(uild)."""
        marks = {" venv ": "v", "-m pip": "p", "npm ci": "c", "npm run build": "b"}
        words, self.commands = self.commands, []
        return "".join(mark for word in words for key, mark in marks.items() if key in word)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    checkout = Checkout(tmp_path)
    for module in (environment, web):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "run", checkout.run)
    venv = tmp_path / ".venv"
    for name, path in {
        "VENV": venv,
        "BIN": venv / "bin",
        "PYTHON": venv / "bin" / "python",
        "STAMP": venv / "jianbao.json",
    }.items():
        monkeypatch.setattr(environment, name, path)
    modules = tmp_path / "node_modules"
    monkeypatch.setattr(web, "MODULES", modules)
    monkeypatch.setattr(web, "PACKAGES_STAMP", modules / ".packages")
    monkeypatch.setattr(web, "BUILD_STAMP", modules / ".build")
    monkeypatch.setattr(web, "node_path", dict)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "service" / "console" / "assets").mkdir(parents=True)
    for name, text in {
        "setup.cfg": "",
        "pyproject.toml": "",
        "requirements/runtime.txt": "flask==1",
        "package.json": '{"workspaces": ["service/console"]}',
        "package-lock.json": "{}",
        "service/console/package.json": "{}",
        "service/console/assets/main.ts": "1",
    }.items():
        (tmp_path / name).write_text(text)
    return checkout


def test_a_second_start_installs_nothing(checkout: Checkout) -> None:
    environment.ensure("runtime")
    assert checkout.done() == "vpp"
    environment.ensure("runtime")
    assert checkout.done() == ""


def test_another_lock_is_installed_over_the_old_one(checkout: Checkout) -> None:
    environment.ensure("runtime")
    checkout.done()
    (checkout.root / "requirements" / "runtime.txt").write_text("flask==2")
    environment.ensure("runtime")
    assert checkout.done() == "p"


def test_an_interrupted_installation_starts_afresh(checkout: Checkout) -> None:
    checkout.fails = "runtime.txt"
    with pytest.raises(StepError):
        environment.ensure("runtime")
    assert checkout.done() == "v"
    checkout.fails = ""
    environment.ensure("runtime")
    assert checkout.done() == "vpp"


@pytest.mark.parametrize("damage", ["its Python is gone", "the checkout has moved"])
def test_an_environment_that_no_longer_works_is_made_again(
    checkout: Checkout, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.ensure("runtime")
    checkout.done()
    if damage == "its Python is gone":
        environment.PYTHON.unlink()
    else:
        monkeypatch.setattr(environment, "_made", lambda: "Python 3.11 elsewhere")
    environment.ensure("runtime")
    assert checkout.done() == "vpp"


def test_the_web_parts_are_built_again_only_after_a_change(checkout: Checkout) -> None:
    web.build()
    assert checkout.done() == "cb"
    web.build()
    assert checkout.done() == ""
    (checkout.root / "service" / "console" / "assets" / "main.ts").write_text("2")
    web.build()
    assert checkout.done() == "b"
    (checkout.root / "package-lock.json").write_text('{"packages": {}}')
    web.build()
    assert checkout.done() == "cb"


def test_a_failed_build_is_tried_again(checkout: Checkout) -> None:
    checkout.fails = "npm run build"
    with pytest.raises(StepError):
        web.build()
    checkout.fails = ""
    web.build()
    assert checkout.done() == "cb"
