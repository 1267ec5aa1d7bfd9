"""Feeds broken as files: absent, of another kind, encoding or shape."""

from tests.feed.breaking import (
    Broken,
    a_dangling_link,
    a_folder,
    a_link_out,
    a_link_to_itself,
    a_pipe,
    cell,
    each,
    edit,
    gone,
    raw,
    row,
    second_row,
    without_column,
)

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
    Broken("a link to itself", a_link_to_itself, "points.csv: cannot be read: Too many levels"),
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
        row("towns", f"X,{'x' * 140_000},29.4,106.3,"),
        "towns.csv:3: a value of more than 131072 characters",
    ),
    Broken(
        "a line of 5 MB", row("towns", "x" * (5 << 20)), "towns.csv:3: a line of more than 256 KiB"
    ),
    Broken(
        "a line after a value of several lines",
        each(second_row("towns", "area", "a\r\nb\nc"), row("towns", "X,,29.4,106.3,")),
        "towns.csv:5: name: is empty",
    ),
]
