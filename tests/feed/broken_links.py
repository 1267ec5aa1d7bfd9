"""Feeds whose rows contradict each other, or name what is not there."""

from tests.feed.breaking import Broken, cell, gone, row, second_row
from tests.feed.complete import ATTEMPT, SCAN1, SCAN2, WORD1, WORD2

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
    Broken(
        f"{file} of an unknown {column}",
        second_row(file, column, value),
        f"{file}.csv:2: {column}: {value} is not in {other}.csv, nor in the database",
    )
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
]
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
