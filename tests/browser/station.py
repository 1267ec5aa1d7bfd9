"""The service as it stands in a district, started as a person starts it, with its app beside it."""

import csv
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from tests.models.rows import opened
from tests.photos.labels import Label
from tests.photos.printed import printed_labels

ROOT = Path(__file__).parents[2]
WORKSPACE = ROOT / "courier_pwa"
ROUTE, COURIER = "HY-F1", "HY-F1-C"
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Station:
    """A data folder, a port, and the service on them, which may be stopped and started again.

    The service runs from a folder of its own in which the code is linked and the built app is a
    copy: another release of the app can be put there.
    """

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.home = folder / "home"
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.printed: dict[str, dict[str, Label]] = {}
        if not self.home.exists():
            self.home.mkdir(parents=True)
            for name in ("service", "migrations"):
                (self.home / name).symlink_to(ROOT / name)
            self.publish(WORKSPACE / "dist")

    @property
    def address(self) -> str:
        # Chromium takes it for secure, as it does HTTPS: service worker and camera work.
        return f"http://127.0.0.1:{self.port}"

    @property
    def app(self) -> str:
        return f"{self.address}/app/"

    def publish(self, build: Path) -> None:
        """Put that build of the app where the service takes it from."""
        place = self.home / "courier_pwa" / "dist"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(build, place)

    def start(self) -> None:
        """Start `jianbao serve`, and wait until it answers."""
        command = [sys.executable, "-m", "service", "serve", "--port", str(self.port)]
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--workers", "1"],
                cwd=self.home,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"{self.address}/api/v1/clock", timeout=5).close()
                return
            except OSError:
                assert self.process.poll() is None, (self.folder / "service.log").read_text()
                assert time.monotonic() < deadline, "the service does not answer"
                time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(120)
            self.process = None

    def jianbao(self, *arguments: str | Path) -> str:
        """Return what the command prints; it must end well."""
        done = subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            cwd=self.home,
            env=self._environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def enrolment(self, courier: str = COURIER) -> str:
        """Return the address that a manager's page shows as a QR code."""
        lines = self.jianbao("enrol", courier).splitlines()
        return next(line for line in lines if line.startswith("http"))

    def labels(self, route: str = ROUTE) -> dict[str, Label]:
        """Return the printed labels of the route, by point, in the round's order."""
        if route not in self.printed:
            sheet = self.folder / f"{route}.pdf"
            self.jianbao("labels", sheet, "--route", route)
            by_token = {label.token: label for label in printed_labels(sheet)}
            points = {row.token: row.point_code for row in self.rows(_LABELS)}
            by_point = {points[token]: label for token, label in by_token.items()}
            order = [row.point_code for row in self.rows(_STOPS, route=route)]
            assert sorted(by_point) == sorted(order)
            self.printed[route] = {point: by_point[point] for point in order}
        return self.printed[route]

    def rows(self, query: str, **values: Any) -> list[Any]:
        """Return what is in the database."""
        engine = opened(f"sqlite:///{self.data / 'jianbao.db'}")
        try:
            with engine.connect() as connection:
                return list(connection.execute(text(query), values).all())
        finally:
            engine.dispose()

    def execute(self, statement: str, **values: Any) -> None:
        """Change the database as no command does."""
        engine = opened(f"sqlite:///{self.data / 'jianbao.db'}")
        try:
            with engine.begin() as connection:
                connection.execute(text(statement), values)
        finally:
            engine.dispose()

    def rates(self, by: str, since: date, until: date) -> list[dict[str, Any]]:
        """Return the published rates of those days' issues, as they will be known in four days."""
        as_of = f"{until + timedelta(days=4)}T12:00:00+08:00"
        span = ("--since", str(since), "--until", str(until), "--as-of", as_of)
        answer: list[dict[str, Any]] = json.loads(
            self.jianbao("rates", "--by", by, *span, "--format", "json")
        )
        return answer

    @property
    def _environment(self) -> dict[str, str]:
        ours = {
            name: value for name, value in os.environ.items() if not name.startswith("JIANBAO_")
        }
        return {
            **ours,
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(self.home),
            "JIANBAO_DATA": str(self.data),
            "JIANBAO_PUBLIC_URL": self.address,
        }


_LABELS = "SELECT token, point_code FROM point_labels l JOIN points p ON p.id = l.point_id"
_STOPS = """
    SELECT point_code FROM route_stops s JOIN routes r ON r.id = s.route_id
    JOIN points p ON p.id = s.point_id WHERE route_code = :route ORDER BY sequence
"""


@contextmanager
def station(folder: Path, today: date) -> Iterator[Station]:
    """The demonstration district until yesterday, imported, labelled and served."""
    made = Station(folder)
    feed = folder / "feed"
    yesterday = today - timedelta(days=1)
    made.jianbao("demo", feed, "--seed", "1", "--until", yesterday.isoformat())
    _run_every_day(feed / "routes.csv")
    made.jianbao("db", "upgrade")
    made.jianbao("import", feed)
    assert made.labels()
    made.start()
    try:
        yield made
    finally:
        made.stop()


def _run_every_day(routes: Path) -> None:
    """The route's round goes out whatever the day of the test is."""
    with routes.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with routes.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for row in rows:
            if row["route_code"] == ROUTE:
                row["weekdays"] = "MO,TU,WE,TH,FR,SA,SU"
            writer.writerow(row)


def newer_build(folder: Path) -> Path:
    """Return another release of the app, built from the same sources with another version."""
    workspace = folder / "courier_pwa"
    ignored = shutil.ignore_patterns("dist", "node_modules", "*.tsbuildinfo")
    shutil.copytree(WORKSPACE, workspace, ignore=ignored)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copy(ROOT / "package-lock.json", folder)
    package = workspace / "package.json"
    described = json.loads(package.read_text())
    package.write_text(json.dumps({**described, "version": "99.0.0"}))
    subprocess.run(["npm", "run", "build"], cwd=workspace, check=True, capture_output=True)
    return workspace / "dist"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
