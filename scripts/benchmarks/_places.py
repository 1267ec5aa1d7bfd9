"""Where a benchmark keeps its data: a folder, and a database on SQLite or a private PostgreSQL."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine
from toolchain.postgres import Server

from service.config import Config
from service.models.engine import engine_options, prepare

ROOT = Path(__file__).resolve().parents[2]
DATABASES = ("sqlite", "postgresql")
OURS = "JIANBAO_"


@dataclass(frozen=True)
class Place:
    """A data folder and its database, for this process and for those that it starts."""

    folder: Path
    config: Config

    def environment(self) -> dict[str, str]:
        """Return the environment of a process that works here."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        paths = [str(ROOT), str(ROOT / "scripts")]
        ours = {"JIANBAO_DATA": str(self.config.data), "PYTHONPATH": os.pathsep.join(paths)}
        if self.config.database_url is not None:
            ours["JIANBAO_DATABASE_URL"] = self.config.database_url
        return {**kept, **ours, "LC_ALL": "C.UTF-8"}

    def start(self, *words: str | Path, log: Path | None = None) -> "subprocess.Popen[str]":
        """Start `python words`; its output is for who reads it, its errors for the log."""
        with log.open("w") if log is not None else nullcontext() as errors:
            return subprocess.Popen(
                [sys.executable, *map(str, words)],
                cwd=self.folder,
                env=self.environment(),
                # Open for as long as this process lives: the web server ends with its input.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Give the database as the service opens it."""
        url = self.config.sqlalchemy_url
        engine = create_engine(url, **engine_options(url))
        prepare(engine)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def place(database: str) -> Iterator[Place]:
    """Give an empty place with an empty database, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as name:
        folder = Path(name)
        data = folder / "data"
        data.mkdir()
        if database == "sqlite":
            yield Place(folder, Config(data=data))
        else:
            with Server() as server:
                yield Place(folder, Config(data=data, database_url=server.url))
