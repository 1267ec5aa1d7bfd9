"""Ways to break the complete feed."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Change = Callable[[Path], None]


@dataclass(frozen=True)
class Broken:
    """A way to break the complete feed, and the line that must be said of it."""

    name: str
    change: Change
    says: str


def cell(file: str, line: int, column: str, value: str) -> Change:
    """Write a value, quoted, into one cell."""

    def change(feed: Path) -> None:
        path = feed / f"{file}.csv"
        rows = path.read_text("utf-8").split("\n")
        place = rows[0].split(",").index(column)
        cells = _cells(rows[line - 1])
        cells[place] = '"' + value.replace('"', '""') + '"'
        rows[line - 1] = ",".join(cells)
        path.write_bytes("\n".join(rows).encode("utf-8", "surrogatepass"))

    return change


def _cells(row: str) -> list[str]:
    """Split a row without losing the quotes of its cells."""
    cells: list[str] = []
    for part in row.split(","):
        if cells and cells[-1].count('"') % 2:
            cells[-1] += "," + part
        else:
            cells.append(part)
    return cells


def row(file: str, text: str) -> Change:
    """Add a row at the end."""
    return edit(file, lambda whole: whole + text + "\n")


def edit(file: str, change: Callable[[str], str]) -> Change:
    return raw(file, lambda whole: change(whole.decode()).encode())


def raw(file: str, change: Callable[[bytes], bytes]) -> Change:
    def run(feed: Path) -> None:
        path = feed / f"{file}.csv"
        path.write_bytes(change(path.read_bytes()))

    return run


def gone(file: str) -> Change:
    return lambda feed: (feed / f"{file}.csv").unlink()


def without_column(file: str, column: str) -> Change:
    def change(whole: str) -> str:
        rows = [_cells(row) for row in whole.splitlines()]
        place = rows[0].index(column)
        return "".join(",".join(row[:place] + row[place + 1 :]) + "\n" for row in rows)

    return edit(file, change)


def each(*changes: Change) -> Change:
    def run(feed: Path) -> None:
        for change in changes:
            change(feed)

    return run


def a_folder(feed: Path) -> None:
    (feed / "points.csv").unlink()
    (feed / "points.csv").mkdir()


def a_link_out(feed: Path) -> None:
    outside = feed.parent / "outside.csv"
    (feed / "points.csv").rename(outside)
    (feed / "points.csv").symlink_to(outside)


def a_dangling_link(feed: Path) -> None:
    (feed / "points.csv").unlink()
    (feed / "points.csv").symlink_to("nowhere.csv")


def a_link_to_itself(feed: Path) -> None:
    (feed / "points.csv").unlink()
    (feed / "points.csv").symlink_to("points.csv")


def a_pipe(feed: Path) -> None:
    (feed / "points.csv").unlink()
    os.mkfifo(feed / "points.csv")


def second_row(file: str, column: str, value: str) -> Change:
    return cell(file, 2, column, value)
