"""Power cuts: what was acknowledged is on the disk, whatever of the rest is lost or torn."""

import contextlib
import http.client
import json
import random
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.campaign import Districts
from tests.faults.district import Slot
from tests.faults.life import Life
from tests.faults.power.disk import build_shim, compiler, cut, events_on, read_log
from tests.faults.schedules import MORNING

SYNCS, EVENTS, CUTS = 40, 40, 60
NOW = MORNING + 5 * 3_600_000

needs_compiler = pytest.mark.skipif(compiler() is None, reason="no C compiler for the preload shim")


@needs_compiler
def test_a_power_cut_takes_nothing_that_was_acknowledged(
    districts: Callable[[str, int], Districts], tmp_path: Path
) -> None:
    lost, broken, checked = _cut_everywhere(districts("sqlite", 4), tmp_path, None)
    assert checked
    assert not lost
    assert not broken


@needs_compiler
def test_without_syncs_a_power_cut_does_take_acknowledged_events(
    districts: Callable[[str, int], Districts], tmp_path: Path
) -> None:
    lost, broken, _ = _cut_everywhere(districts("sqlite", 4), tmp_path, "relaxed disk")
    assert lost or broken


def _cut_everywhere(districts: Districts, folder: Path, defect: str | None) -> tuple[int, int, int]:
    """Return at how many cuts something was lost, the database broken, something acknowledged."""
    log = folder / "disk.log"
    shim = {"LD_PRELOAD": str(build_shim(folder)), "JIANBAO_DISK_LOG": str(log)}
    with _alive(districts, defect, shim) as life:
        database = Path(str(life.engine.url.database))
        send = _Phone(life)
        # What is there by now is taken to be on the disk.
        life.answer({"what": "kill"})
        life.engine.dispose()
        before = folder / "before.db"
        for suffix in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(f"{database}{suffix}", f"{before}{suffix}")
        log.unlink(missing_ok=True)
        life.answer({"what": "start"})
        sent = [send.sync() for _ in range(SYNCS)]
    records = read_log(log)
    # What was answered before them only told that the service had started.
    answers = [number for number, record in enumerate(records) if record.op == "A"][-SYNCS:]
    assert len(answers) == SYNCS
    assert any(record.file == "d" for record in records), "no checkpoint was cut"
    chance = random.Random(1)
    lost = broken = checked = 0
    for _ in range(CUTS):
        # Half of them just after an answer has left, where the promise has just been made.
        at = chance.choice([chance.randrange(len(records)), chance.choice(answers) + 1])
        target = folder / "after.db"
        cut(before, records, at, chance, target)
        promised = [ids for answer, ids in zip(answers, sent, strict=True) if answer < at]
        found = events_on(target)
        checked += bool(promised)
        broken += found is None
        lost += found is not None and not set().union(*promised) <= found
    return lost, broken, checked


@contextlib.contextmanager
def _alive(districts: Districts, defect: str | None, shim: dict[str, str]) -> Iterator[Life]:
    with districts.life(defect=defect, environment=shim) as life:
        yield life


class _Phone:
    """Sends scans one sync after another, each on a connection of its own."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.slot = Slot(0)
        self.installation = str(uuid.uuid4())
        self.token = "t" * 43
        self.sequence = 0
        question = {"what": "enrolment", "courier": self.slot.courier("A"), "now": NOW}
        code = life.answer(question)["code"]
        body = {"code": code, "installation": self.installation, "token": self.token}
        self._post("/api/v1/phones", {**body, "app_version": "1.0.0"}, 201)

    def sync(self) -> set[str]:
        """Send scans; return their ids once they are acknowledged."""
        events = [self._scan() for _ in range(EVENTS)]
        sent = {"at": "2026-07-06T04:00:00.000Z", "mono": 10_000.0, "life": "one"}
        body = {"sent": sent, "highest": self.sequence, "waiting": EVENTS, "clock": []}
        mine = {"installation": self.installation, "app_version": "1.0.0", "events": events}
        answer = self._post("/api/v1/sync", {**body, **mine}, 200)
        assert {result["status"] for result in answer["results"]} == {"accepted"}
        return {str(event["id"]).replace("-", "") for event in events}

    def _scan(self) -> dict[str, object]:
        self.sequence += 1
        place = self.slot.places[self.sequence % 6]
        clock = {"at": "2026-07-06T03:50:00.000Z", "mono": 5000.0 + self.sequence, "life": "one"}
        items = [{"title": "1-1", "date": "2026-07-06", "copies": 1}]
        what = {"kind": "scan", "method": "camera", "label": place.token, "items": items}
        return {"id": str(uuid.uuid4()), "seq": self.sequence, "format": 1, **clock, **what}

    def _post(self, path: str, body: object, wanted: int) -> dict[str, object]:
        connection = http.client.HTTPConnection("127.0.0.1", self.life.port, timeout=60)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "X-Schedule-Now": str(NOW),
        }
        with contextlib.closing(connection):
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
        assert answer.status == wanted, (content, self.life.log())
        return dict(json.loads(content))
