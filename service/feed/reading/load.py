"""A feed's files, read and checked row by row, into the staging tables."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from service.feed.columns import Table
from service.feed.problems import Problems
from service.feed.reading.convert import Converter
from service.feed.reading.rows import read_sheet
from service.feed.reading.source import Member
from service.feed.staging import Staging
from service.feed.tables import FEED_INFO, TABLES
from service.wording import translated as _


def load(
    staging: Staging,
    members: Mapping[str, Member],
    problems: Problems,
    progress: Callable[[int], None],
) -> None:
    """Stage every file of the feed; what is wrong within a row or a file becomes a problem."""
    with _no_garbage_collection():
        for table in TABLES:
            member = members.get(table.file)
            if table.file in problems.broken:
                continue
            if member is not None:
                _load_file(staging, table, member, problems, progress)
            elif table.required:
                problems.add_broken(table.file, 0, _("is missing"))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Rows make no cycles; looking for some in millions of lists takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _load_file(
    staging: Staging,
    table: Table,
    member: Member,
    problems: Problems,
    progress: Callable[[int], None],
) -> None:
    sheet = read_sheet(table, member, problems, progress)
    if sheet is None:
        return
    usable = table.file not in problems.broken
    converter = Converter(table, sheet.positions)
    count = 0
    for chunk in sheet.chunks:
        converted = converter.convert(chunk)
        problems.add_all(table.file, converted.problems)
        count += len(chunk.rows)
        if usable:
            staging.load(table, converted.good)
            staging.load(table, converted.bad, bad=True)
    if table is FEED_INFO and count != 1 and table.file not in problems.broken:
        message = _("has %(count)s rows where there must be one", count=count)
        problems.add(table.file, 0, "", message)
