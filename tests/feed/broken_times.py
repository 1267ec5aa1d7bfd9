"""Feeds with a date, time, instant, weekday or rule that is none."""

from tests.feed.breaking import Broken, cell, second_row

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
