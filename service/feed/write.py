"""Writing a feed: a folder or a .zip that is there whole or not at all.

A value is written as it is, `=1+1` too: escaping it for spreadsheets would change what an import
reads. Pages and XLSX, which people open, escape (reliability.md, A7).
"""

import csv
import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from service.durable_files import sync
from service.feed.columns import Column, Table
from service.wording import translated as _

# A writer's memo that outgrows this starts anew.
LONGEST_MEMO = 25_000
# Equal records give equal bytes: an archive says nothing of when it was written.
NO_TIME = (1980, 1, 1, 0, 0, 0)

OpenFile = Callable[[str], IO[bytes]]


class FeedExistsError(Exception):
    """There is something already where the feed is to be written."""


@contextmanager
def new_feed(path: Path) -> Iterator[OpenFile]:
    """Give what opens a new file of the feed by name; it appears at `path` when all is written.

    A name that ends in .zip is an archive. FeedExistsError unless `path` is free, or an empty
    folder.
    """
    archived = path.suffix.lower() == ".zip"
    if path.exists() and (archived or not path.is_dir() or any(path.iterdir())):
        message = _("there is something here already; choose another name")
        raise FeedExistsError(f"{path}: {message}")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        if archived:
            with zipfile.ZipFile(partial, "w") as archive:
                yield lambda name: archive.open(_entry(name), "w", force_zip64=True)
            sync(partial)
        else:
            partial.mkdir()
            yield lambda name: (partial / name).open("wb")
            for file in partial.iterdir():
                sync(file)
            sync(partial)
        partial.rename(path)
        sync(path.parent)
    except BaseException:
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)
        raise


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def write_table(
    opened: OpenFile,
    table: Table,
    chunks: Iterable[Sequence[Sequence[Any]]],
    writers: Mapping[str, Callable[[Any], str]],
    progress: Callable[[int], None],
) -> None:
    """Write a file: rows of kept values in the order of the table's columns, None for empty."""
    with (
        opened(table.file) as raw,
        io.TextIOWrapper(raw, "utf-8", newline="", write_through=False) as text,
    ):
        sheet = csv.writer(text, lineterminator="\r\n")
        sheet.writerow(column.name for column in table.columns)
        columns = [_ColumnWriter(column, writers) for column in table.columns]
        for chunk in chunks:
            values = zip(*chunk, strict=True)
            sheet.writerows(
                zip(
                    *(column.texts(given) for column, given in zip(columns, values, strict=True)),
                    strict=True,
                )
            )
            progress(len(chunk))


class _ColumnWriter:
    def __init__(self, column: Column, writers: Mapping[str, Callable[[Any], str]]) -> None:
        self.write = writers.get(column.name, column.field.write)
        # What an empty cell means is written as one where the database has no null for it.
        self.memo: dict[Any, str] = {None: ""}
        if isinstance(column.when_empty, int) and column.when_empty < 0:
            self.memo[column.when_empty] = ""
        self.start = dict(self.memo)

    def texts(self, values: Sequence[Any]) -> list[str]:
        memo = self.memo
        if len(memo) > LONGEST_MEMO:
            memo = self.memo = dict(self.start)
        for value in set(values).difference(memo):
            memo[value] = self.write(value)
        return list(map(memo.__getitem__, values))
