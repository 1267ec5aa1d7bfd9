"""A check that catches nothing proves nothing: each planted defect is caught by the schedules."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import Bundle, Districts, play
from tests.faults.life import Life
from tests.faults.planted.app_defects import APP, SERVICE, Defect
from tests.faults.player import build

DEFECTS = [*APP, *SERVICE]
SLOTS = sum(defect.within for defect in DEFECTS)
SEED = 10_000


@pytest.fixture(scope="module")
def life(districts: Callable[[str, int], Districts]) -> Iterator[Life]:
    with districts("sqlite", SLOTS).life() as life:
        yield life


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_schedules_catch(defect: Defect, life: Life, bundle: Bundle, tmp_path: Path) -> None:
    life.plant(defect.name if defect in SERVICE else None)
    core = bundle.core if defect.changes is None else build(tmp_path, defect.changes)
    place = DEFECTS.index(defect)
    first = sum(each.within for each in DEFECTS[:place])
    seed = SEED + 1_000 * place
    tally = play(
        life,
        Bundle(core, bundle.harness),
        range(seed, seed + defect.within),
        service_faults=defect.service_faults,
        faults=defect.faults,
        first_slot=first,
        enough=1,
    )
    assert "Traceback" not in life.log(), "the defect itself is broken"
    assert tally.faults, f"not caught by {tally.schedules} schedules"
    print(f"{defect.name}: caught by schedule {tally.schedules}: {tally.words()[:300]}")
