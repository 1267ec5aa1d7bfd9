"""Every setting of the service, read from the environment, with every default."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SQLITE_FILE = "jianbao.db"
SECRET_FILE = "secret_key"


@dataclass(frozen=True)
class Config:
    """The settings of one running service.

    `data` is the folder of the SQLite file, the published facts and the secret key.
    `database_url` names another database (`postgresql+psycopg://…`); None is the SQLite file.
    """

    data: Path = Path("instance")
    database_url: str | None = None
    testing: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Config":
        """Return the settings that the JIANBAO_* variables ask for."""
        return cls(
            data=Path(environ.get("JIANBAO_DATA") or "instance").absolute(),
            database_url=environ.get("JIANBAO_DATABASE_URL") or None,
        )

    @property
    def sqlalchemy_url(self) -> str:
        """The database's URL; a plain `postgresql://` is read as psycopg 3's."""
        if self.database_url is None:
            return f"sqlite:///{self.data.absolute() / SQLITE_FILE}"
        scheme, separator, rest = self.database_url.partition("://")
        if scheme in ("postgres", "postgresql"):
            scheme = "postgresql+psycopg"
        return scheme + separator + rest

    @property
    def facts(self) -> Path:
        """The folder of the published facts (Parquet)."""
        return self.data / "facts"

    def secret_key(self) -> str:
        """Return the key that signs sessions, made at the first call and kept in a 0600 file."""
        self.data.mkdir(parents=True, exist_ok=True)
        path = self.data / SECRET_FILE
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            key = secrets.token_urlsafe(48)
            file.write(key)
        return key
