"""The power is cut: what the service had written and not yet synced is gone, or partly there.

`disk_log.c`, preloaded into the service, writes down every write and sync of the database in order.
From that log the disk is put together as it may look after a cut at any of its records: everything
that a finished sync covers, and of the rest, write by write, all, nothing or a part.
"""

import contextlib
import random
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.sqlite_driver import driver

HEAD = struct.Struct("<cc6xQQ")
NAMES = {"d": "", "w": "-wal"}
# What a disk writes whole.
SECTOR = 512


@dataclass(frozen=True)
class Record:
    """One line of the log; see disk_log.c."""

    op: str
    file: str
    offset: int
    data: bytes


def compiler() -> str | None:
    """Return a C compiler, where there is one."""
    return next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)


def build_shim(folder: Path) -> Path:
    """Compile disk_log.c; return the library to preload."""
    library = folder / "disk_log.so"
    source = Path(__file__).with_name("disk_log.c")
    found = compiler()
    assert found is not None
    subprocess.run(
        [found, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl", "-lpthread"], check=True
    )
    return library


def read_log(path: Path) -> list[Record]:
    """Return what the service did, in order."""
    return list(_records(path.read_bytes()))


def _records(raw: bytes) -> Iterator[Record]:
    place = 0
    while place + HEAD.size <= len(raw):
        op, file, offset, length = HEAD.unpack_from(raw, place)
        place += HEAD.size
        kept = length if op == b"W" else 0
        yield Record(op.decode(), file.decode(), offset, raw[place : place + kept])
        place += kept


def cut(
    before: Path, records: Sequence[Record], at: int, chance: random.Random, target: Path
) -> None:
    """Put together the disk as it may be when the power goes after so many records."""
    for file, suffix in NAMES.items():
        image = bytearray()
        with contextlib.suppress(FileNotFoundError):
            image[:] = Path(f"{before}{suffix}").read_bytes()
        durable = _durable(records[:at], file)
        for number, record in enumerate(records[:at]):
            if record.file != file or record.op not in "WT":
                continue
            if number < durable:
                _apply(image, record)
            elif (part := chance.choice(["all", "nothing", "some"])) != "nothing":
                _apply(image, record if part == "all" else _torn(record, chance))
        path = Path(f"{target}{suffix}")
        path.unlink(missing_ok=True)
        if image:
            path.write_bytes(image)


def _durable(records: Sequence[Record], file: str) -> int:
    """Return how many of the records a finished sync of the file covers."""
    covered = begun = 0
    for number, record in enumerate(records):
        if record.file == file:
            if record.op == "B":
                begun = number
            elif record.op == "S":
                covered = begun
    return covered


def _apply(image: bytearray, record: Record) -> None:
    if record.op == "T":
        if record.offset < len(image):
            del image[record.offset :]
        else:
            image.extend(bytes(record.offset - len(image)))
        return
    if len(image) < record.offset:
        image.extend(bytes(record.offset - len(image)))
    image[record.offset : record.offset + len(record.data)] = record.data


def _torn(record: Record, chance: random.Random) -> Record:
    sectors = len(record.data) // SECTOR
    kept = chance.randint(0, sectors) * SECTOR
    return Record(record.op, record.file, record.offset, record.data[:kept])


def events_on(database: Path) -> set[str] | None:
    """Return the ids of the events that became scans, as 32 digits; None where it is broken."""
    with contextlib.closing(driver().connect(str(database))) as connection:
        try:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return None
            rows = connection.execute(
                "SELECT event_id FROM phone_events JOIN scans ON scans.event = phone_events.id"
            )
            return {str(row[0]).replace("-", "") for row in rows}
        except driver().DatabaseError:
            return None
