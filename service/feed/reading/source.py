"""Where a feed's files come from: a folder here, an archive in archive.py. Nothing is unpacked."""

import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from service.feed.problems import FeedRefused, Problems, shown
from service.feed.reading.archive import ArchiveError, ArchiveMember, archive_members
from service.feed.tables import FILES
from service.wording import translated as _

# A longer line is no row of a feed; read whole, one such could fill the memory.
LONGEST_LINE = 256 << 10
# Shorter than that, so that a block in which a line ends is given on before the next is refused.
BLOCK = 128 << 10


class TooLongRow(Exception):  # noqa: N818 - the name says it
    """So many bytes without an end of line that they are not read on."""


@dataclass(frozen=True)
class Member:
    """One file of a feed."""

    size: int
    open: Callable[[], IO[bytes]]


class Guarded(io.RawIOBase):
    """A file's bytes, counted for the progress bar, and refused when a line never ends."""

    def __init__(self, source: IO[bytes], progress: Callable[[int], None]) -> None:
        self.total = 0
        self._source = source
        self._progress = progress
        self._since_end = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        block = self._source.read(len(buffer))
        size = len(block)
        end = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self._since_end = self._since_end + size if end < 0 else size - end
        if self._since_end > LONGEST_LINE:
            raise TooLongRow
        memoryview(buffer)[:size] = block
        self.total += size
        self._progress(size)
        return size

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


@contextmanager
def feed_members(path: Path, problems: Problems) -> Iterator[dict[str, Member]]:
    """Give the known files of the feed at `path` by name; FeedRefused when it is no feed at all.

    What is not part of a feed becomes a warning.
    """
    if path.is_dir():
        yield _folder_members(path, problems)
        return
    try:
        with archive_members(path, [*FILES], problems) as members:
            yield {name: _from_archive(member) for name, member in members.items()}
    except ArchiveError as error:
        raise FeedRefused([f"{path.name}: {error}"]) from error


def _from_archive(member: ArchiveMember) -> Member:
    return Member(member.size, member.open)


def _folder_members(folder: Path, problems: Problems) -> dict[str, Member]:
    members = {}
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        if name not in FILES:
            problems.warn(_("%(name)s: not a file of a feed, left out", name=shown(name)))
            continue
        try:
            members[name] = _folder_member(folder, name)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            problems.add_broken(name, 0, _("cannot be read: %(reason)s", reason=reason))
    return members


def _folder_member(folder: Path, name: str) -> Member:
    path = folder / name
    # Path.resolve finds a loop no OSError.
    real = Path(os.path.realpath(path, strict=True))
    if path.is_symlink() and not real.is_relative_to(folder.resolve()):
        raise ValueError(_("it is a link that leads out of the feed"))
    found = real.stat()
    if not stat.S_ISREG(found.st_mode):
        raise ValueError(_("it is not a file"))
    with real.open("rb"):
        pass

    def opened() -> BinaryIO:
        return real.open("rb", buffering=0)

    return Member(found.st_size, opened)
