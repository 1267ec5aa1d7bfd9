"""A feed folder being written: every file of feed.md with its columns, row after row."""

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

COLUMNS: dict[str, str] = {
    "feed_info": "feed_version branch_code branch_name timezone visit_gap_minutes",
    "titles": "title_code name kind cn_number publication_rule first_issue last_issue",
    "publication_exceptions": "title_code date change",
    "holidays": "date kind",
    "towns": "town_code name lat lon area",
    "offices": "office_code name town_code lat lon carrier",
    "service_standards": "standard_code name day_kind offset_days due_time",
    "points": "point_code name kind town_code village office_code standard_code lat lon",
    "point_changes": "point_code valid_from standard_code office_code",
    "couriers": "courier_code name office_code",
    "routes": "route_code name office_code courier_code weekdays depart_time valid_from valid_to",
    "route_exceptions": "route_code date change",
    "route_stops": "route_code sequence point_code minutes_after_departure valid_from valid_to",
    "subscriptions": "subscription_code point_code title_code copies start_date end_date payer",
    "holds": "subscription_code start_date end_date",
    "arrivals": "office_code title_code issue_date arrived_at",
    "scans": "scan_id courier_code point_code scanned_at lat lon accuracy_m method received_at"
    " clock label",
    "scan_items": "scan_id title_code issue_date copies",
    "scan_voids": "scan_id voided_at reason",
    "attempts": "attempt_id courier_code point_code attempted_at reason lat lon accuracy_m note",
    "confirmations": "confirmation_id point_code title_code issue_date confirmed_at verdict copies"
    " channel",
    "confirmation_voids": "confirmation_id voided_at",
}

_BUFFER = 1 << 20


class FeedFolder:
    """The files of one feed, open for writing, each with its header row.

    FileExistsError when the folder holds anything: a feed is written whole, never over another.
    """

    def __init__(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise FileExistsError(f"{out} is not empty")
        self._stack = ExitStack()
        self._files = {
            name: self._stack.enter_context(
                (out / f"{name}.csv").open("w", encoding="utf-8", newline="", buffering=_BUFFER)
            )
            for name in COLUMNS
        }
        self._writers = {
            name: csv.writer(file, lineterminator="\n") for name, file in self._files.items()
        }
        for name, columns in COLUMNS.items():
            self.add(name, *columns.split())

    def add(self, name: str, *cells: object) -> None:
        """Add one row, its cells in the order of COLUMNS; None is an empty cell."""
        self._writers[name].writerow(cells)

    def add_lines(self, name: str, lines: Iterable[str]) -> None:
        """Add rows that are written already, each with its line end and nothing to quote."""
        self._files[name].writelines(lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
