"""A written demo district, and the measures asked of it as on the command line."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from service.demo.district import write_demo
from service.demo.troubles import Truth
from tests.measures.conftest import Ledger
from tests.oracle.feeds import Question

SEED = 1
UNTIL = date(2026, 7, 12)
BRANCH_CODE = "JLP"


@dataclass(frozen=True)
class Demo:
    """A feed folder and what is true of it."""

    folder: Path
    truth: Truth


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "feed"
    return Demo(folder, write_demo(folder, seed=SEED, until=UNTIL))


class Measures:
    """`jianbao rates`, `rounds` and `marks` of the demo district, imported into a database."""

    def __init__(self, ledger: Ledger, branch: str, now: datetime) -> None:
        self._ledger, self._branch, self._now = ledger, branch, now

    def rates(self, **options: Any) -> list[dict[str, Any]]:
        return self._ask("rates", options)

    def rounds(self, **options: Any) -> list[dict[str, Any]]:
        return self._ask("rounds", options)

    def marks(self, **options: Any) -> list[dict[str, Any]]:
        return self._ask("marks", options)

    def _ask(self, name: str, options: dict[str, Any]) -> list[dict[str, Any]]:
        return self._ledger.ask(self._branch, Question(name, options), self._now)


@pytest.fixture(scope="session")
def measures(
    demo: Demo, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Measures]:
    folder = tmp_path_factory.mktemp("measures")
    shutil.copy(sqlite_template, folder / "demo.db")
    ledger = Ledger(f"sqlite:///{folder / 'demo.db'}", folder)
    ledger.add_folder(demo.folder)
    ledger.refresh(BRANCH_CODE, demo.truth.as_of)
    yield Measures(ledger, BRANCH_CODE, demo.truth.as_of)
    ledger.close()
