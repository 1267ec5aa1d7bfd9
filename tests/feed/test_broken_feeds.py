"""A catalogue of broken feeds: each is refused, says where, and leaves nothing behind."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click.testing
import pytest
from sqlalchemy import Engine, text

from service.models import Base
from service.operations.import_feed import FeedRefused, import_feed
from tests.feed.complete import ATTEMPT, COMPLETE, SCAN1, SCAN2, WORD1, WORD2, write_feed
from tests.feed.conftest import content, opened

Change = Callable[[Path], None]
TABLES = [*Base.metadata.tables]


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


def a_pipe(feed: Path) -> None:
    (feed / "points.csv").unlink()
    os.mkfifo(feed / "points.csv")


def second_row(file: str, column: str, value: str) -> Change:
    return cell(file, 2, column, value)


REQUIRED = [
    "feed_info",
    "titles",
    "towns",
    "offices",
    "service_standards",
    "points",
    "subscriptions",
]

FILES = [
    *(Broken(f"no {file}", gone(file), f"{file}.csv: is missing") for file in REQUIRED),
    Broken("a folder named like a file", a_folder, "points.csv: cannot be read: it is not a file"),
    Broken("a link out of the feed", a_link_out, "points.csv: cannot be read: it is a link that"),
    Broken("a link to nothing", a_dangling_link, "points.csv: cannot be read: No such file"),
    Broken("a named pipe", a_pipe, "points.csv: cannot be read: it is not a file"),
    Broken("an empty file", raw("points", lambda _: b""), "points.csv: has no header row"),
    Broken("only a BOM", raw("points", lambda _: b"\xef\xbb\xbf"), "points.csv: has no header row"),
    Broken("only an end of line", raw("points", lambda _: b"\n"), "points.csv:1: the header row"),
    Broken("UTF-16", edit("points", str), ""),
    Broken(
        "no header",
        edit("towns", lambda text: text.partition("\n")[2]),
        "towns.csv: column town_code is missing",
    ),
    Broken(
        "two rows in feed_info",
        row("feed_info", "1,X,Y,Asia/Shanghai,30"),
        "feed_info.csv: has 2 rows",
    ),
    Broken(
        "feed_info without a row",
        edit("feed_info", lambda text: text.partition("\n")[0] + "\n"),
        "feed_info.csv: has 0 rows",
    ),
]
FILES = [case for case in FILES if case.says]

ENCODING = [
    Broken(
        "UTF-16 with a BOM",
        raw("points", lambda b: b.decode().encode("utf-16")),
        "points.csv: is UTF-16, not UTF-8",
    ),
    Broken(
        "UTF-16 without a BOM",
        raw("points", lambda b: b.decode().encode("utf-16-le")),
        "points.csv:1: the header is not UTF-8, or holds a NUL",
    ),
    Broken(
        "GB 18030",
        raw("points", lambda b: b.decode().encode("gb18030")),
        "points.csv:2: name: holds bytes that are not UTF-8",
    ),
    Broken(
        "a byte that is not UTF-8",
        raw("points", lambda b: b.replace("镇".encode(), b"\xff", 1)),
        "points.csv:2: name: holds bytes that are not UTF-8",
    ),
    Broken(
        "a code that is not UTF-8",
        raw("points", lambda b: b.replace(b"\nP1,", b"\nP\xe9,", 1)),
        "points.csv:2: point_code: holds bytes that are not UTF-8",
    ),
    Broken(
        "a number that is not UTF-8",
        raw("points", lambda b: b.replace(b"29.48,", b"29.48\x80,", 1)),
        "points.csv:2: lat: holds bytes that are not UTF-8",
    ),
    Broken(
        "an encoded surrogate",
        cell("points", 2, "name", "\ud800"),
        "points.csv:2: name: holds bytes that are not UTF-8",
    ),
    Broken(
        "a cut character at the end",
        raw("holidays", lambda b: b + "2026-02-18,假".encode()[:-1]),
        "holidays.csv:4: kind: holds bytes that are not UTF-8",
    ),
    Broken(
        "bad bytes in a column left out",
        raw("holidays", lambda _: b"date,kind,note\n2026-02-17,holiday,\xff\n"),
        "holidays.csv:2: is not UTF-8",
    ),
    Broken(
        "bad bytes in the header",
        raw("holidays", lambda _: b"date,kind,\xff\n2026-02-17,holiday,\n"),
        "holidays.csv:1: the header is not UTF-8",
    ),
    Broken(
        "a NUL in a text",
        second_row("points", "name", "a\0b"),
        "points.csv:2: name: holds a NUL character",
    ),
    Broken(
        "a NUL in a number",
        second_row("points", "lat", "29\0"),
        "points.csv:2: lat: holds a NUL character",
    ),
    Broken(
        "a NUL in a column left out",
        raw("holidays", lambda _: b"date,kind,note\n2026-02-17,holiday,\0\n"),
        "holidays.csv:2: is not UTF-8, or holds a NUL",
    ),
]

SHAPE = [
    Broken(
        "a column missing", without_column("points", "lat"), "points.csv: column lat is missing"
    ),
    Broken(
        "a key column missing",
        without_column("scans", "scan_id"),
        "scans.csv: column scan_id is missing",
    ),
    Broken(
        "a column in capitals",
        edit("points", lambda t: t.replace("lat,", "LAT,", 1)),
        "points.csv: column lat is missing",
    ),
    Broken(
        "a column with a blank",
        edit("points", lambda t: t.replace(",lat", ", lat", 1)),
        "points.csv: column lat is missing",
    ),
    Broken(
        "a column named twice",
        edit("points", lambda t: t.replace("village", "name", 1)),
        "points.csv:1: column name is named twice",
    ),
    Broken(
        "an unknown column named twice",
        raw("holidays", lambda _: b"date,kind,x,x\n2026-02-17,holiday,,\n"),
        "holidays.csv:1: column x is named twice",
    ),
    Broken(
        "a row too short",
        row("towns", "X,名,29.4,106.3"),
        "towns.csv:3: has 4 values where the header has 5",
    ),
    Broken(
        "a row too long",
        row("towns", "X,名,29.4,106.3,,"),
        "towns.csv:3: has 6 values where the header has 5",
    ),
    Broken("an empty line", row("towns", ""), "towns.csv:3: is empty"),
    Broken(
        "semicolons",
        edit("towns", lambda t: t.replace(",", ";")),
        "towns.csv: column town_code is missing",
    ),
    Broken(
        "tabs",
        edit("towns", lambda t: t.replace(",", "\t")),
        "towns.csv: column town_code is missing",
    ),
    Broken(
        "a quote never closed",
        row("towns", 'X,"名,29.4,106.3,'),
        "towns.csv:3: a quote is never closed",
    ),
    Broken("text after a quote", row("towns", 'X,"名"y,29.4,106.3,'), "towns.csv:3: is not CSV"),
    Broken(
        "a huge value",
        row("towns", f"X,{'名' * 200_000},29.4,106.3,"),
        "towns.csv:3: a value of more than 131072 characters",
    ),
    Broken(
        "a line without end", row("towns", "x" * (5 << 20)), "towns.csv:3: a line that does not end"
    ),
    Broken(
        "a line after a value of several lines",
        each(second_row("towns", "area", "a\r\nb\nc"), row("towns", "X,,29.4,106.3,")),
        "towns.csv:5: name: is empty",
    ),
]

VALUES = [
    Broken(
        "an empty code", second_row("towns", "town_code", ""), "towns.csv:2: town_code: is empty"
    ),
    Broken(
        "a code with a blank before",
        second_row("towns", "town_code", " BSY"),
        "towns.csv:2: town_code: ' BSY' has blanks at an end",
    ),
    Broken(
        "a code with an ideographic space after",
        second_row("towns", "town_code", "BSY\u3000"),
        "towns.csv:2: town_code: 'BSY\\u3000' has blanks at an end",
    ),
    Broken(
        "a code of two lines",
        second_row("towns", "town_code", "B\nSY"),
        "towns.csv:2: town_code: B\\u000aSY has control characters",
    ),
    Broken("an empty name", second_row("towns", "name", ""), "towns.csv:2: name: is empty"),
    Broken(
        "a name of 201 characters",
        second_row("towns", "name", "名" * 201),
        "towns.csv:2: name: has 201 characters, more than 200",
    ),
    Broken(
        "a code of 201 characters",
        second_row("towns", "town_code", "x" * 201),
        "towns.csv:2: town_code: has 201 characters",
    ),
    Broken(
        "latitude 129.48",
        second_row("points", "lat", "129.48"),
        "points.csv:2: lat: 129.48 is not between -90 and 90",
    ),
    Broken(
        "longitude -180.1",
        second_row("points", "lon", "-180.1"),
        "points.csv:2: lon: -180.1 is not between -180 and 180",
    ),
    Broken(
        "a decimal comma",
        second_row("points", "lat", "29,48"),
        "points.csv:2: lat: 29,48 is not a decimal number",
    ),
    Broken(
        "NaN", second_row("points", "lat", "NaN"), "points.csv:2: lat: NaN is not a finite number"
    ),
    Broken(
        "infinity",
        second_row("points", "lat", "-Infinity"),
        "points.csv:2: lat: -Infinity is not a finite number",
    ),
    Broken(
        "a number that overflows",
        second_row("points", "lat", "9" * 150 + "9" * 49 + "9"),
        "points.csv:2: lat: 9999",
    ),
    Broken(
        "an exponent",
        second_row("points", "lat", "1e1"),
        "points.csv:2: lat: 1e1 is not a decimal number",
    ),
    Broken(
        "degrees and minutes",
        second_row("points", "lat", "29°28'"),
        "points.csv:2: lat: 29°28' is not a decimal number",
    ),
    Broken(
        "full-width digits",
        second_row("points", "lat", "２９"),
        "points.csv:2: lat: ２９ is not a decimal number",
    ),
    Broken("no latitude", second_row("points", "lat", ""), "points.csv:2: lat: is empty"),
    Broken(
        "latitude without longitude",
        second_row("scans", "lon", ""),
        "scans.csv:2: lon: is empty although lat is given",
    ),
    Broken(
        "longitude without latitude",
        second_row("attempts", "lat", ""),
        "attempts.csv:2: lat: is empty although lon is given",
    ),
    Broken(
        "accuracy below nothing",
        second_row("scans", "accuracy_m", "-1"),
        "scans.csv:2: accuracy_m: -1 is not between 0 and 100000",
    ),
    Broken(
        "accuracy beyond all",
        second_row("scans", "accuracy_m", "100000.5"),
        "scans.csv:2: accuracy_m: 100000.5 is not between 0 and 100000",
    ),
    Broken(
        "no copies",
        second_row("scan_items", "copies", "0"),
        "scan_items.csv:2: copies: 0 is not between 1 and 100000",
    ),
    Broken(
        "negative copies",
        second_row("subscriptions", "copies", "-1"),
        "subscriptions.csv:2: copies: -1 is not between 1 and 100000",
    ),
    Broken(
        "too many copies",
        second_row("subscriptions", "copies", "100001"),
        "subscriptions.csv:2: copies: 100001 is not between",
    ),
    Broken(
        "half a copy",
        second_row("subscriptions", "copies", "1.5"),
        "subscriptions.csv:2: copies: 1.5 is not a whole number",
    ),
    Broken(
        "copies with a plus",
        second_row("subscriptions", "copies", "+5"),
        "subscriptions.csv:2: copies: +5 is not a whole number",
    ),
    Broken(
        "copies with an exponent",
        second_row("subscriptions", "copies", "1e3"),
        "subscriptions.csv:2: copies: 1e3 is not a whole number",
    ),
    Broken(
        "copies with an underscore",
        second_row("subscriptions", "copies", "1_000"),
        "subscriptions.csv:2: copies: 1_000 is not a whole number",
    ),
    Broken(
        "copies with a separator",
        second_row("subscriptions", "copies", "1,000"),
        "subscriptions.csv:2: copies: 1,000 is not a whole number",
    ),
    Broken(
        "copies in Arabic digits",
        second_row("subscriptions", "copies", "٣"),
        "subscriptions.csv:2: copies: ٣ is not a whole number",
    ),
    Broken(
        "copies with a blank",
        second_row("subscriptions", "copies", " 5"),
        "subscriptions.csv:2: copies:  5 is not a whole number",
    ),
    Broken(
        "copies in hexadecimal",
        second_row("subscriptions", "copies", "0x10"),
        "subscriptions.csv:2: copies: 0x10 is not a whole number",
    ),
    Broken(
        "copies of 5000 digits",
        second_row("subscriptions", "copies", "1" * 5000),
        "subscriptions.csv:2: copies: 1111",
    ),
    Broken(
        "empty copies where they may not be",
        second_row("scan_items", "copies", ""),
        "scan_items.csv:2: copies: is empty",
    ),
    Broken(
        "61 days",
        second_row("service_standards", "offset_days", "61"),
        "service_standards.csv:2: offset_days: 61 is not between 0 and 60",
    ),
    Broken(
        "minus one day",
        second_row("service_standards", "offset_days", "-1"),
        "service_standards.csv:2: offset_days: -1 is not between 0 and 60",
    ),
    Broken(
        "sequence 0",
        second_row("route_stops", "sequence", "0"),
        "route_stops.csv:2: sequence: 0 is not between 1",
    ),
    Broken(
        "1441 minutes",
        second_row("route_stops", "minutes_after_departure", "1441"),
        "route_stops.csv:2: minutes_after_departure: 1441 is not between 0 and 1440",
    ),
    Broken(
        "a visit gap of 1441 minutes",
        second_row("feed_info", "visit_gap_minutes", "1441"),
        "feed_info.csv:2: visit_gap_minutes: 1441 is not",
    ),
    Broken(
        "another version",
        second_row("feed_info", "feed_version", "2"),
        "feed_info.csv:2: feed_version: 2 is not 1",
    ),
    Broken(
        "an unknown zone",
        second_row("feed_info", "timezone", "Asia/Chongking2"),
        "feed_info.csv:2: timezone: Asia/Chongking2 is not the name",
    ),
    Broken(
        "an offset for a zone",
        second_row("feed_info", "timezone", "+08:00"),
        "feed_info.csv:2: timezone: +08:00 is not the name",
    ),
    Broken(
        "a zone that is a path",
        second_row("feed_info", "timezone", "../../etc/passwd"),
        "feed_info.csv:2: timezone: ../../etc/passwd is not",
    ),
    Broken(
        "an unknown kind",
        second_row("points", "kind", "villa"),
        "points.csv:2: kind: villa is not village_post, unit, household or agent",
    ),
    Broken(
        "a kind in capitals",
        second_row("points", "kind", "Unit"),
        "points.csv:2: kind: Unit is not village_post",
    ),
    Broken(
        "an unknown change",
        second_row("route_exceptions", "change", "maybe"),
        "route_exceptions.csv:2: change: maybe is not skip or extra",
    ),
    Broken(
        "an unknown verdict",
        second_row("confirmations", "verdict", "lost"),
        "confirmations.csv:2: verdict: lost is not received",
    ),
    Broken(
        "an unknown clock",
        second_row("scans", "clock", "right"),
        "scans.csv:2: clock: right is not corrected or unknown",
    ),
]

TIMES = [
    *(
        Broken(
            f"the date {bad!r}",
            second_row("holidays", "date", bad),
            f"holidays.csv:2: date: {says}",
        )
        for bad, says in [
            ("2026-02-30", "2026-02-30: there is no such date"),
            ("2026-13-01", "2026-13-01: there is no such date"),
            ("2026-2-3", "2026-2-3 is not a date"),
            ("20260203", "20260203 is not a date"),
            ("2026/02/03", "2026/02/03 is not a date"),
            ("03.02.2026", "03.02.2026 is not a date"),
            ("2026-W06-2", "2026-W06-2 is not a date"),
            ("2026-034", "2026-034 is not a date"),
            ("2026-02-03T00:00:00+08:00", "2026-02-03T00:00:00+08:00 is not a date"),
            ("1969-12-31", "1969-12-31 is not between 1970 and 2100"),
            ("2101-01-01", "2101-01-01 is not between 1970 and 2100"),
            ("0000-00-00", "0000-00-00: there is no such date"),
            ("２０２６-02-03", "２０２６-02-03 is not a date"),
            ("2026-02-03 ", "2026-02-03  is not a date"),
            ("", "is empty"),
        ]
    ),
    *(
        Broken(
            f"the time {bad!r}",
            second_row("service_standards", "due_time", bad),
            f"service_standards.csv:2: due_time: {bad} is not a time of day",
        )
        for bad in [
            "24:00",
            "9:00",
            "12:60",
            "12:00:00",
            "1200",
            "noon",
            "12:00+08:00",
            "-1:00",
            "１２:00",
        ]
    ),
    *(
        Broken(
            f"the instant {bad!r}",
            second_row("arrivals", "arrived_at", bad),
            f"arrivals.csv:2: arrived_at: {bad} {says}",
        )
        for bad, says in [
            ("2026-07-06T08:10:00", "has no offset or Z"),
            ("2026-07-06T08:10:00+25:00", "is not an instant"),
            ("2026-07-06T08:10:00+08:60", "is not an instant"),
            ("2026-07-06T08:10:00 +08:00", "is not an instant"),
            ("2026-07-06 08:10:00+08:00", "is not an instant"),
            ("2026-07-06T24:00:00+08:00", "is not an instant"),
            ("2026-07-06T23:59:60Z", "is not an instant"),
            ("2026-07-06T08:10:00,5Z", "is not an instant"),
            ("2026-07-06", "is not an instant"),
            ("1783324800", "is not an instant"),
            ("Mon, 06 Jul 2026 08:10:00 GMT", "is not an instant"),
            ("2026-07-06T08:10:00 Asia/Shanghai", "is not an instant"),
            ("1969-12-31T23:59:59Z", "is not between 1970 and 2100"),
            ("1970-01-01T00:00:00+08:00", "is not between 1970 and 2100"),
            ("2101-01-01T00:00:00Z", "is not between 1970 and 2100"),
        ]
    ),
    Broken(
        "an instant on no date",
        second_row("arrivals", "arrived_at", "2026-02-30T08:10:00Z"),
        "arrivals.csv:2: arrived_at: 2026-02-30: there is no such date",
    ),
    *(
        Broken(
            f"the weekdays {bad!r}",
            second_row("routes", "weekdays", bad),
            f"routes.csv:2: weekdays: {says}",
        )
        for bad, says in [
            ("MO, WE", "MO, WE is not a list of weekdays"),
            ("mo", "mo is not a list"),
            ("MON", "MON is not a list"),
            ("MO,,WE", "MO,,WE is not a list"),
            ("MO;WE", "MO;WE is not a list"),
            ("MO,MO", "MO,MO names MO twice"),
            ("1", "1 is not a list"),
            ("", "is empty"),
        ]
    ),
    Broken(
        "last before first issue",
        second_row("titles", "last_issue", "2025-12-31"),
        "titles.csv:2: last_issue: is before first_issue",
    ),
    Broken(
        "a subscription that ends before it starts",
        second_row("subscriptions", "end_date", "2025-12-31"),
        "subscriptions.csv:2: end_date: is before start_date",
    ),
    Broken(
        "a hold that ends before it starts",
        second_row("holds", "end_date", "2026-02-28"),
        "holds.csv:2: end_date: is before start_date",
    ),
    Broken(
        "a version that ends before it starts",
        cell("routes", 3, "valid_to", "2026-05-31"),
        "routes.csv:3: valid_to: is before valid_from",
    ),
    Broken(
        "a stop that ends before it starts",
        cell("route_stops", 3, "valid_to", "2026-05-31"),
        "route_stops.csv:3: valid_to: is before valid_from",
    ),
]

RULES = [
    Broken(
        f"the rule {rule!r}",
        second_row("titles", "publication_rule", rule),
        f"titles.csv:2: publication_rule: {says}",
    )
    for rule, says in [
        ("RRULE:FREQ=DAILY", "the prefix RRULE: does not belong here"),
        ("FREQ=SECONDLY", "FREQ=SECONDLY is not one of DAILY"),
        ("FREQ=MINUTELY", "FREQ=MINUTELY is not one of"),
        ("FREQ=HOURLY", "FREQ=HOURLY is not one of"),
        ("FREQ=", "FREQ= is not one of"),
        ("BYDAY=MO", "FREQ is missing"),
        ("FREQ=DAILY;FREQ=WEEKLY", "FREQ is given twice"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR is not for publication dates"),
        ("FREQ=DAILY;BYMINUTE=0", "BYMINUTE is not for publication dates"),
        ("FREQ=DAILY;BYSECOND=0", "BYSECOND is not for publication dates"),
        ("FREQ=YEARLY;BYEASTER=0", "'BYEASTER=0' is not a part of an RFC 5545 rule"),
        ("FREQ=DAILY;RSCALE=CHINESE", "'RSCALE=CHINESE' is not a part"),
        ("FREQ=DAILY;", "'' is not a part"),
        ("FREQ=DAILY;INTERVAL", "'INTERVAL' is not a part"),
        ("FREQ=DAILY; COUNT=2", "' COUNT=2' is not a part"),
        ("FREQ=DAILY;DTSTART=20260101", "'DTSTART=20260101' is not a part"),
        ("FREQ=DAILY\nEXDATE:20260101", "FREQ=DAILY\\u000aEXDATE:20260101 is not one of"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0 is not a whole number from 1"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1 is not a whole number"),
        ("FREQ=DAILY;INTERVAL=２", "INTERVAL=２ is not a whole number"),
        ("FREQ=DAILY;COUNT=0", "COUNT=0 is not a whole number"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20261231", "COUNT and UNTIL may not be given together"),
        ("FREQ=DAILY;UNTIL=20261231T000000Z", "UNTIL=20261231T000000Z is not a date"),
        ("FREQ=DAILY;UNTIL=2026-12-31", "UNTIL=2026-12-31 is not a date"),
        ("FREQ=DAILY;UNTIL=20260230", "UNTIL=20260230: there is no such date"),
        ("FREQ=DAILY;UNTIL=21010101", "UNTIL=21010101 is not between 1970 and 2100"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX: 'XX' is not a weekday"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY may not have numbers with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY=0MO: '0MO' is not a weekday"),
        ("FREQ=MONTHLY;BYDAY=54MO", "BYDAY=54MO: '54MO' is not a weekday"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "BYDAY may not have numbers beside BYWEEKNO"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY may not be given with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0: '0' is not a number"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32: '32' is not a number"),
        ("FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY may not be given with FREQ=MONTHLY"),
        ("FREQ=YEARLY;BYYEARDAY=367", "BYYEARDAY=367: '367' is not a number"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO may not be given with FREQ=MONTHLY"),
        ("FREQ=YEARLY;BYWEEKNO=54", "BYWEEKNO=54: '54' is not a number"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH=13: '13' is not a number"),
        ("FREQ=YEARLY;BYMONTH=-1", "BYMONTH=-1: '-1' is not a number"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs another BY part"),
        ("FREQ=DAILY;BYSETPOS=0;BYDAY=MO", "BYSETPOS=0: '0' is not a number"),
        ("FREQ=WEEKLY;WKST=XX", "WKST=XX is not one of MO"),
        ("daily", "'DAILY' is not a part"),
        ("", "is empty"),
        ("FREQ=DAILY;BYMONTHDAY=" + ",".join(["1"] * 120), "has 261 characters, more than 200"),
    ]
]

IDS = [
    *(
        Broken(
            f"the UUID {bad!r}",
            second_row("attempts", "attempt_id", bad),
            f"attempts.csv:2: attempt_id: {bad} is not a UUID",
        )
        for bad in [
            "1",
            ATTEMPT[:-1],
            f"{{{ATTEMPT}}}",
            ATTEMPT.replace("-", ""),
            f"urn:uuid:{ATTEMPT}",
            ATTEMPT.replace("a", "g"),
            f" {ATTEMPT}",
            ATTEMPT.replace("0", "٠"),
        ]
    ),
    Broken(
        "a town twice",
        row("towns", "BSY,又一个,29.4,106.3,"),
        "towns.csv:3: town_code: is the same as on line 2",
    ),
    Broken(
        "a date twice",
        row("holidays", "2026-02-17,workday"),
        "holidays.csv:4: date: is the same as on line 2",
    ),
    Broken(
        "an exception twice",
        row("publication_exceptions", "1-1,2026-02-17,extra"),
        "publication_exceptions.csv:3: title_code, date: is the same as on line 2",
    ),
    Broken(
        "a version twice",
        row("routes", "R1,,镇区,O1,C1,SA,09:00,2025-01-01"),
        "routes.csv:4: route_code, valid_from: is the same as on line 2",
    ),
    Broken(
        "a stop twice",
        row("route_stops", "R1,1,2026-06-01,P2,30,"),
        "route_stops.csv:5: route_code, sequence, valid_from: is the same as on line 3",
    ),
    Broken(
        "a hold twice",
        row("holds", "S1,2026-03-01,2026-03-09"),
        "holds.csv:3: subscription_code, start_date: is the same as on line 2",
    ),
    Broken(
        "an arrival twice",
        row("arrivals", "O1,1-1,2026-07-06,2026-07-06T08:20:00+08:00"),
        "arrivals.csv:3: office_code, title_code, issue_date: is the same",
    ),
    Broken(
        "a scan twice",
        row("scans", f"{SCAN1},C1,P1,2026-07-06T10:05:00+08:00,29.48,106.367,8,camera,,,"),
        "scans.csv:4: scan_id: is the same as on line 2",
    ),
    Broken(
        "a scan twice in another case",
        row("scans", f"{SCAN1.upper()},C1,P1,2026-07-06T10:05:00+08:00,,,,camera,,,"),
        "scans.csv:4: scan_id: is the same as on line 2",
    ),
    Broken(
        "an item twice",
        row("scan_items", f"{SCAN1.upper()},1-1,2026-07-06,3"),
        "scan_items.csv:4: scan_id, title_code, issue_date: is the same as on line 2",
    ),
    Broken(
        "a void twice",
        row("scan_voids", f"{SCAN2},2026-07-06T11:06:00+08:00,"),
        "scan_voids.csv:3: scan_id: is the same as on line 2",
    ),
    Broken(
        "a confirmation twice",
        row("confirmations", f"{WORD1},P1,1-1,2026-07-06,2026-07-06T12:30:00+08:00,late,1,"),
        "confirmations.csv:4: confirmation_id: is the same",
    ),
    Broken(
        "a taking back twice",
        row("confirmation_voids", f"{WORD2},2026-07-08T09:00:00+08:00"),
        "confirmation_voids.csv:3: confirmation_id: is the same",
    ),
]

NOT_THERE = [
    Broken(f"{file} of an unknown {column}", second_row(file, column, value), f"{file}.csv:2: {column}: {value} is not in {other}.csv, nor in the database")
    for file, column, other, value in [
        ("publication_exceptions", "title_code", "titles", "9-9"),
        ("offices", "town_code", "towns", "bsy"),
        ("points", "town_code", "towns", "X"),
        ("points", "office_code", "offices", "X"),
        ("points", "standard_code", "service_standards", "X"),
        ("point_changes", "point_code", "points", "X"),
        ("point_changes", "standard_code", "service_standards", "X"),
        ("point_changes", "office_code", "offices", "X"),
        ("couriers", "office_code", "offices", "X"),
        ("routes", "office_code", "offices", "X"),
        ("routes", "courier_code", "couriers", "X"),
        ("route_exceptions", "route_code", "routes", "X"),
        ("route_stops", "route_code", "routes", "X"),
        ("route_stops", "point_code", "points", "X"),
        ("subscriptions", "point_code", "points", "X"),
        ("subscriptions", "title_code", "titles", "X"),
        ("holds", "subscription_code", "subscriptions", "X"),
        ("arrivals", "office_code", "offices", "X"),
        ("arrivals", "title_code", "titles", "X"),
        ("scans", "courier_code", "couriers", "X"),
        ("scans", "point_code", "points", "X"),
        ("scan_items", "scan_id", "scans", ATTEMPT),
        ("scan_items", "title_code", "titles", "X"),
        ("scan_voids", "scan_id", "scans", ATTEMPT),
        ("attempts", "courier_code", "couriers", "X"),
        ("attempts", "point_code", "points", "X"),
        ("confirmations", "point_code", "points", "X"),
        ("confirmations", "title_code", "titles", "X"),
        ("confirmation_voids", "confirmation_id", "confirmations", SCAN1),
    ]
]  # fmt: skip
NOT_THERE += [
    Broken(
        "items of scans without scans.csv",
        gone("scans"),
        f"scan_items.csv:2: scan_id: {SCAN1} is not in scans.csv",
    ),
]

OVERLAPS = [
    Broken(
        "versions that share a day",
        cell("routes", 2, "valid_to", "2026-06-01"),
        "routes.csv:3: route_code: overlaps another version of the route",
    ),
    Broken(
        "a version without end before another",
        cell("routes", 2, "valid_to", ""),
        "routes.csv:3: route_code: overlaps another version of the route",
    ),
    Broken(
        "a number that holds two points",
        cell("route_stops", 2, "valid_to", ""),
        "route_stops.csv:3: sequence: holds another point at the same time",
    ),
    Broken(
        "a point twice on a route",
        row("route_stops", "R1,7,2026-07-01,P1,50,"),
        "route_stops.csv:5: point_code: is on the route twice at the same time",
    ),
]

CATALOGUE = [*FILES, *ENCODING, *SHAPE, *VALUES, *TIMES, *RULES, *IDS, *NOT_THERE, *OVERLAPS]


@pytest.fixture(scope="module")
def sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for the whole catalogue: nothing is ever written to it."""
    path = tmp_path_factory.mktemp("catalogue") / "jianbao.db"
    shutil.copy(sqlite_template, path)
    engine = opened(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.mark.parametrize("broken", CATALOGUE, ids=lambda broken: broken.name)
def test_a_broken_feed_is_refused_where_it_is_broken_and_nothing_is_written(
    broken: Broken, tmp_path: Path, sqlite: Engine
) -> None:
    _refuse(broken, tmp_path, sqlite)
    with sqlite.connect() as connection:
        changes = [connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in TABLES]
    assert not any(changes)


@pytest.mark.parametrize("broken", CATALOGUE[::12], ids=lambda broken: broken.name)
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_so_it_is_on_postgresql(broken: Broken, tmp_path: Path, engine: Engine) -> None:
    before = content(engine)
    _refuse(broken, tmp_path, engine)
    assert content(engine) == before


def _refuse(broken: Broken, tmp_path: Path, engine: Engine) -> None:
    feed = write_feed(tmp_path / "feed")
    broken.change(feed)
    with pytest.raises(FeedRefused) as refused:
        import_feed(engine, feed)
    lines = refused.value.lines
    assert any(line.startswith(broken.says) for line in lines), lines
    assert all(line.split(":")[0].endswith(".csv") for line in lines), lines


@pytest.mark.parametrize("broken", CATALOGUE[::30], ids=lambda broken: broken.name)
def test_the_command_line_lists_the_problems_on_stderr_and_exits_with_1(
    broken: Broken,
    tmp_path: Path,
    empty_data: Path,
    imports: Callable[[Path], click.testing.Result],
) -> None:
    engine = opened(f"sqlite:///{empty_data / 'jianbao.db'}")
    before = content(engine)
    feed = write_feed(tmp_path / "feed")
    broken.change(feed)
    result = imports(feed)
    lines = result.stderr.splitlines()
    assert result.exit_code == 1, result.output
    assert any(line.startswith(broken.says) for line in lines), lines
    assert result.stdout == ""
    assert content(engine) == before
    engine.dispose()


def test_the_complete_feed_is_not_broken(
    tmp_path: Path, imports: Callable[[Path], click.testing.Result]
) -> None:
    result = imports(write_feed(tmp_path / "feed"))
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    assert set(COMPLETE) == {line.split(":")[0] for line in result.stdout.splitlines()}


def test_there_are_enough_kinds() -> None:
    assert len(CATALOGUE) > 200
    assert len({broken.name for broken in CATALOGUE}) == len(CATALOGUE)
