"""Every setting of the service, read from the environment, with every default."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from service.domain.labels import public_address
from service.domain.problems import Words

SQLITE_FILE = "jianbao.db"
SECRET_FILE = "secret_key"
PUBLIC_URL = "http://127.0.0.1:8000"
PUBLIC_URL_SETTING = "JIANBAO_PUBLIC_URL"
EVERY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104
NOT_AN_ADDRESS = Words(
    "JIANBAO_PUBLIC_URL“{value}”不能印在标签上：请写成 https://主机名 或 https://主机名:端口，"
    "只用字母、数字、连字符和点，不超过 100 个字符，不带路径",
    "JIANBAO_PUBLIC_URL {value!r} cannot stand on a label: write https://host or "
    "https://host:port, with letters, digits, hyphens and dots only, at most 100 characters, "
    "without a path",
)

NOT_A_NUMBER = Words(
    "JIANBAO_PROXIES“{value}”不是 0 到 9 的整数", "JIANBAO_PROXIES {value!r} is not 0 to 9"
)


class WrongSettingError(ValueError):
    """A setting that the service cannot start with; as a string it says why in English."""

    def __init__(self, words: Words, **values: object) -> None:
        super().__init__(words.in_language("en", **values))
        self._words, self._values = words, values

    def text(self, language: str) -> str:
        """Return why, in `zh` or `en`."""
        return self._words.in_language(language, **self._values)


@dataclass(frozen=True)
class Config:
    """The settings of one running service.

    `data` is the folder of the SQLite file, the published facts and the secret key.
    `database_url` names another database (`postgresql+psycopg://…`); None is the SQLite file.
    `public_url` is where phones and readers reach the service: what labels and enrolments carry.
    `proxies` is how many proxies stand before it and set X-Forwarded-For, -Proto and -Host; anyone
    else's such headers are left alone.
    """

    data: Path = Path("instance")
    database_url: str | None = None
    public_url: str = PUBLIC_URL
    proxies: int = 0
    testing: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Config":
        """Return the settings that the JIANBAO_* variables ask for; WrongSettingError."""
        return cls(
            data=Path(environ.get("JIANBAO_DATA") or "instance").absolute(),
            database_url=environ.get("JIANBAO_DATABASE_URL") or None,
            public_url=_public_url(environ.get(PUBLIC_URL_SETTING) or PUBLIC_URL),
            proxies=_proxies(environ.get("JIANBAO_PROXIES") or "0"),
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
    def is_https(self) -> bool:
        """Whether people reach the service by HTTPS only."""
        return self.public_url.startswith("https://")

    @property
    def facts(self) -> Path:
        """The folder of the published facts (Parquet)."""
        return self.data / "facts"

    @property
    def photos(self) -> Path:
        """The folder of the photos of attempts (JPEG)."""
        return self.data / "photos"

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


def public_url_served_at(environ: Mapping[str, str], host: str, port: int) -> str:
    """Return the public address of a service that listens there: the one set, else that one.

    Who listens on every address is reached at 127.0.0.1; what no label can carry (an address of
    IPv6) goes by the machine's own name for itself.
    """
    given = environ.get(PUBLIC_URL_SETTING)
    if given:
        return _public_url(given)
    shown = "127.0.0.1" if host in EVERY_ADDRESS else host
    try:
        return public_address(f"http://{shown}:{port}")
    except ValueError:
        return f"http://localhost:{port}"


def _public_url(text: str) -> str:
    try:
        return public_address(text)
    except ValueError as error:
        raise WrongSettingError(NOT_AN_ADDRESS, value=text) from error


def _proxies(text: str) -> int:
    if len(text) != 1 or text not in "0123456789":
        raise WrongSettingError(NOT_A_NUMBER, value=text)
    return int(text)
