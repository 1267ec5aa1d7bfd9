"""Databases, folders and the command for every test.

A test that takes `database_url` or `migrated_url` runs twice, on SQLite and on PostgreSQL; to keep
to one of them: `@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)`.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, LiteralString

import click.testing
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql
from sqlalchemy.engine import URL, make_url
from toolchain.browser import find_chromium
from toolchain.postgres import PostgresError, Server

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = "JIANBAO_TEST_POSTGRES"
OURS = "JIANBAO_"

# Other work on the machine must not fail a test: no limit on the clock's time of an example.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


class _Plumbing:
    """One PostgreSQL for all of xdist's workers, started by the process that started them."""

    def __init__(self) -> None:
        self.server: Server | None = None

    def pytest_configure_node(self, node: Any) -> None:
        if POSTGRES in os.environ:
            return
        if self.server is None:
            self.server = Server()
            try:
                self.server.__enter__()
            except PostgresError as error:
                node.workerinput["postgres_error"] = str(error)
        node.workerinput["postgres_url"] = self.server.url

    def pytest_unconfigure(self) -> None:
        if self.server is not None:
            self.server.__exit__()


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("xdist") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Plumbing())


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The maintenance database of a private PostgreSQL cluster, fsync on."""
    given = getattr(request.config, "workerinput", {})
    if POSTGRES in os.environ:
        yield os.environ[POSTGRES]
    elif given.get("postgres_url"):
        yield given["postgres_url"]
    elif "postgres_error" in given:
        pytest.fail(given["postgres_error"], pytrace=False)
    else:
        try:
            with Server() as server:
                yield server.url
        except PostgresError as error:
            pytest.fail(str(error), pytrace=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A new database without a table."""
    if database_kind == "sqlite":
        yield _sqlite(tmp_path / "empty.db")
    else:
        # Asked for only here, so that tests on SQLite need no PostgreSQL.
        maintenance = make_url(request.getfixturevalue("postgres_url"))
        with _postgresql_database(maintenance, "template1") as url:
            yield url


@pytest.fixture
def migrated_url(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A new database at the newest migration: a copy of one that is migrated once a session."""
    if database_kind == "sqlite":
        path = tmp_path / "migrated.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield _sqlite(path)
    else:
        maintenance = make_url(request.getfixturevalue("postgres_url"))
        template = request.getfixturevalue("postgres_template")
        with _postgresql_database(maintenance, template) as url:
            yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.db"
    _migrate(_sqlite(path), folder)
    # Closing the last connection writes the log back into the file; a copy of the file is whole.
    assert not path.with_name(path.name + "-wal").exists()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _postgresql_database(make_url(postgres_url), "template1") as url:
        _migrate(url, tmp_path_factory.mktemp("template"))
        database = make_url(url).database
        assert database is not None
        yield database


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty data folder (JIANBAO_DATA)."""
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


@pytest.fixture
def run_jianbao(
    data_dir: Path, tmp_path: Path
) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """`jianbao …` as a person runs it: a process of its own, on this test's data folder."""

    def run(
        *args: str | os.PathLike[str], env: Mapping[str, str] | None = None, timeout: float = 600
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "service", *args],
            cwd=tmp_path,
            env={**_clean_environment(), "PYTHONPATH": str(ROOT), **_ours(data_dir, env)},
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return run


@pytest.fixture
def invoke_jianbao(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., click.testing.Result]:
    """The same in this process: faster, and a failure shows its traceback."""
    from service.__main__ import Commands
    from service.app import create_app

    jianbao = Commands(name="jianbao", create_app=create_app)

    def invoke(
        *args: str | os.PathLike[str], env: Mapping[str, str] | None = None
    ) -> click.testing.Result:
        with monkeypatch.context() as patch:
            patch.chdir(tmp_path)
            for name in [name for name in os.environ if name.startswith(OURS)]:
                patch.delenv(name)
            return click.testing.CliRunner(env=_ours(data_dir, env)).invoke(
                jianbao, [os.fspath(arg) for arg in args]
            )

    return invoke


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser that scripts/test found or installed, else the system's."""
    given = os.environ.get("JIANBAO_TEST_CHROMIUM")
    path = Path(given) if given else find_chromium()
    if path is None:
        pytest.fail("no Chromium found: scripts/test installs one", pytrace=False)
    return path


# Not for the whole session: Playwright's loop would be in the way of other tests' asyncio.run.
@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """A headless Chromium; `browser.new_page()` gives a fresh page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path,
            # As root it has no sandbox; the rest keeps it from calling anyone but us.
            args=[
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                "--disable-gpu",
                "--disable-quic",
                "--disable-sync",
                "--disable-component-update",
                "--disable-background-networking",
            ],
        )
        yield browser
        browser.close()


def _ours(data_dir: Path, env: Mapping[str, str] | None) -> dict[str, str]:
    return {"LC_ALL": "C.UTF-8", "JIANBAO_DATA": str(data_dir), **(env or {})}


def _clean_environment() -> dict[str, str]:
    """The machine's environment without the settings of a person who runs Jianbao here."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


def _sqlite(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string()


@contextlib.contextmanager
def _postgresql_database(maintenance: URL, template: str) -> Iterator[str]:
    """A database of a name nobody has, dropped afterwards whoever is still connected."""
    name = f"test_{uuid.uuid4().hex}"
    _execute(maintenance, "CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield maintenance.set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(maintenance, "DROP DATABASE {} WITH (FORCE)", name)


def _execute(maintenance: URL, text: LiteralString, *names: str) -> None:
    address = maintenance.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def _migrate(url: str, data: Path) -> None:
    import flask_migrate

    from service.app import create_app
    from service.config import Config
    from service.extensions import db

    config = Config.from_environment({"JIANBAO_DATA": str(data), "JIANBAO_DATABASE_URL": url})
    app = create_app(config)
    with app.app_context():
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        db.engine.dispose()
