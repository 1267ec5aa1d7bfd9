"""A feed in a .zip: its files are read as streams, within bounds, and never unpacked."""

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from service.feed.problems import Problems, shown
from service.wording import listed
from service.wording import translated as _

# Rows of feeds pack to a tenth, a thirtieth at best; deflate can pack zeros to a thousandth.
HIGHEST_RATIO = 150
# Below this many bytes no ratio hurts, and small files of equal rows may have a high one.
HARMLESS = 16 << 20
# Ten million scans with five items each are about 5 GB.
LARGEST_TOTAL = 64 << 30
MOST_ENTRIES = 10_000
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

# What zipfile and zlib raise for bytes that are not as they should be.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class ArchiveError(Exception):
    """An archive that is damaged, hostile, or of no kind that is read here."""


@dataclass(frozen=True)
class ArchiveMember:
    """One file in an archive; `size` is what the archive says, not what is believed."""

    size: int
    open: Callable[[], IO[bytes]]


class _Bounded:
    """A member's bytes as they unpack, no more of them than an honest file would give."""

    def __init__(self, source: IO[bytes], packed: int, total: list[int]) -> None:
        self._source = source
        self._allowed = max(HARMLESS, packed * HIGHEST_RATIO)
        self._total = total

    def read(self, size: int = -1) -> bytes:
        try:
            block = self._source.read(size)
        except DAMAGED as error:
            raise ArchiveError(_damaged(str(error) or _("cut off"))) from error
        self._allowed -= len(block)
        self._total[0] += len(block)
        if self._allowed < 0:
            times = HIGHEST_RATIO
            raise ArchiveError(_("unpacks to more than %(times)s times its size", times=times))
        if self._total[0] > LARGEST_TOTAL:
            size = LARGEST_TOTAL >> 30
            raise ArchiveError(_("the archive unpacks to more than %(size)s GiB", size=size))
        return block

    def close(self) -> None:
        self._source.close()


@contextmanager
def archive_members(
    path: Path, known: list[str], problems: Problems
) -> Iterator[dict[str, ArchiveMember]]:
    """Give the known files of the archive by name; ArchiveError when it is not to be read."""
    try:
        # A device or a pipe has no end to look for the directory at.
        if not path.is_file():
            raise zipfile.BadZipFile
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise ArchiveError(_("neither a folder nor a whole .zip archive")) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise ArchiveError(_damaged(str(error))) from error
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MOST_ENTRIES:
            count, most = len(entries), MOST_ENTRIES
            message = _("holds %(count)s files, more than %(most)s", count=count, most=most)
            raise ArchiveError(message)
        for entry in entries:
            _refuse_way_out(entry.orig_filename)
        folder = _feed_folder(entries, known)
        yield _members(archive, entries, folder, known, problems)


def _damaged(reason: str) -> str:
    return _("the archive is damaged (%(reason)s)", reason=reason)


def _refuse_way_out(name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if parts[0] == "" or ".." in parts or ":" in parts[0] or "\0" in name:
        message = _("%(name)s: a path that leads out of the archive", name=shown(name))
        raise ArchiveError(message)


def _feed_folder(entries: list[zipfile.ZipInfo], known: list[str]) -> str:
    """Return the folder of the feed, "" for the root; ArchiveError when two have files of one."""
    folders = set()
    for entry in entries:
        folder, _slash, name = entry.filename.rpartition("/")
        if name in known and "/" not in folder:
            folders.add(folder)
    if len(folders) > 1:
        named = listed(sorted(shown(folder) or _("its root") for folder in folders))
        message = _("holds files of a feed in more than one place: %(places)s", places=named)
        raise ArchiveError(message)
    return folders.pop() if folders else ""


def _members(
    archive: zipfile.ZipFile,
    entries: list[zipfile.ZipInfo],
    folder: str,
    known: list[str],
    problems: Problems,
) -> dict[str, ArchiveMember]:
    members: dict[str, ArchiveMember] = {}
    total = [0]
    for entry in entries:
        inner, _slash, name = entry.filename.rpartition("/")
        if inner != folder or name not in known:
            left_out = shown(entry.filename)
            problems.warn(_("%(name)s: not a file of a feed, left out", name=left_out))
            continue
        fault = _fault(entry) or (_("is in the archive twice") if name in members else None)
        if fault:
            problems.add_broken(name, 0, fault)
        members[name] = _member(archive, entry, total)
    return members


def _fault(entry: zipfile.ZipInfo) -> str | None:
    if entry.flag_bits & ENCRYPTED:
        return _("is encrypted")
    if entry.compress_type not in METHODS:
        return _("is packed by a method other than deflate")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _("is a link, not a file")
    return None


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, total: list[int]) -> ArchiveMember:
    def opened() -> IO[bytes]:
        try:
            source = archive.open(entry)
        except DAMAGED as error:
            raise ArchiveError(_damaged(str(error))) from error
        return _Bounded(source, entry.compress_size, total)  # type: ignore[return-value]

    return ArchiveMember(entry.file_size, opened)
