"""Feeds with a value that its column does not take."""

from tests.feed.breaking import Broken, second_row

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
