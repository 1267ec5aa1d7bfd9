"""The second half of a drawn feed: what happened, crowded around a few hot instants."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from tests.oracle.copies import owed
from tests.oracle.feed_plans import DAY, Maker, unique
from tests.oracle.plans import Plans, issue_days
from tests.oracle.records import Row, parse

MILLISECOND = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NOTHING = timedelta(0)
NEAR = [NOTHING, NOTHING, MILLISECOND, -MILLISECOND, timedelta(microseconds=999), MINUTE]
AWAY = [HOUR, -HOUR, 5 * HOUR, 20 * HOUR, 24 * HOUR, 48 * HOUR, 72 * HOUR, 72 * HOUR + MILLISECOND]
VERDICTS = ["received", "late", "bundled", "missing", "damaged", "wrong"]


@dataclass(frozen=True)
class Owed:
    """An issue of the core owed to a point."""

    point: str
    title: str
    issue: date
    copies: int
    due_at: datetime


@dataclass
class Facts:
    """What the facts are crowded around."""

    make: Maker
    plans: Plans
    hot: list[datetime]
    """Departures, planned visits, midnights."""
    departures: list[datetime]
    owed: list[Owed]
    gap: timedelta

    def instant(self) -> datetime:
        make = self.make
        return make.pick(self.hot) + make.pick([*NEAR, *AWAY])

    def text(self, instant: datetime) -> str:
        """An instant as a phone may write it: any offset, any number of digits."""
        zones = [ZoneInfo(self.make.zone), UTC, timezone(timedelta(hours=8, minutes=30))]
        written = instant.astimezone(self.make.pick(zones)).isoformat()
        return written.replace("+00:00", "Z") if self.make.one_in(4) else written

    def local_date(self, instant: datetime) -> date:
        return self.plans.records.local_date(instant)


def hot_instants(plans: Plans, core: list[date]) -> tuple[list[datetime], list[datetime]]:
    """Departures, visits and midnights; and those of them that an arrival may be near."""
    records = plans.records
    departures = {
        departure
        for point in records.points
        for day in core
        for departure in plans.departures(point, day)
    }
    minutes = {stop.minutes_after_departure * MINUTE for stop in records.stops}
    visits = {departure + after for departure in departures for after in minutes}
    midnights = {records.local_instant(day, time()) for day in core[1:]}
    new_months = [records.local_instant(day, time()) for day in core[1:] if day.day == 1]
    hot = sorted(visits | departures | midnights) + 3 * new_months
    return hot, sorted(departures | midnights)


def owed_issues(plans: Plans, core: list[date]) -> list[Owed]:
    records = plans.records
    found = []
    for point, title in sorted({(each.point, each.title) for each in records.subscriptions}):
        for issue in sorted(issue_days(records, title, core[-1]) & set(core)):
            copies = owed(records, point, title, issue)
            if copies:
                due_at = plans.due_at(point, issue)
                found.append(Owed(point, title, issue, copies, due_at))
    return found


def add_facts(make: Maker) -> None:
    records = parse(make.feed)
    plans = Plans(records)
    hot, departures = hot_instants(plans, make.core)
    owed = owed_issues(plans, make.core)
    facts = Facts(make, plans, hot, departures, owed, records.visit_gap)
    make.feed["arrivals"] = arrivals(facts)
    scans = make_scans(facts)
    make.feed["scans"] = [scan.row for scan in scans]
    make.feed["scan_items"] = all_items(facts, scans)
    make.feed["scan_voids"] = [
        {
            "scan_id": either_case(make, scan.row["scan_id"]),
            "voided_at": facts.text(void_instant(facts, scan.at)),
            "reason": "",
        }
        for scan in scans
        if make.one_in(6)
    ]
    make.feed["attempts"] = [attempt(facts, n) for n in make.several(0, 1)]
    add_confirmations(facts, scans)


def arrivals(facts: Facts) -> list[Row]:
    """Mostly of issues of the core: at a departure, a moment off it, early or very late."""
    make = facts.make
    rows = []
    for title in make.codes("titles", "title_code"):
        for office in make.codes("offices", "office_code"):
            for issue in make.core:
                how = make.pick(["none", "none", "at", "before", "after", "early", "very late"])
                if how == "none":
                    continue
                day = issue + make.pick([0, 1, 0, 2]) * DAY
                same_day = [at for at in facts.departures if facts.local_date(at) == day]
                near = make.pick(same_day or facts.departures)
                off = {"before": -MILLISECOND, "after": MILLISECOND}.get(how, NOTHING)
                if how in ("early", "very late"):
                    off = -9 * HOUR if how == "early" else 50 * HOUR
                arrival = {"office_code": office, "title_code": title, "issue_date": str(issue)}
                rows.append({**arrival, "arrived_at": facts.text(near + off)})
    return unique(rows, "office_code", "title_code", "issue_date")


@dataclass
class DrawnScan:
    at: datetime
    row: Row
    aim: Owed | None = None
    """The issue whose due instant it is near."""


def uuid(make: Maker, number: int) -> str:
    """Ids whose order is not that of the numbers, nor that of upper and lower case letters."""
    head = make.pick("a0fb1c2e")
    text = f"{head}0000000-0000-4000-8000-{number:012x}"
    return text.upper() if make.one_in(3) else text


def either_case(make: Maker, text: str) -> str:
    return make.pick([str.lower, str.upper])(text)


def make_scans(facts: Facts) -> list[DrawnScan]:
    make = facts.make
    scans: list[DrawnScan] = []
    labels_left = 0
    for number in make.several(0, 22):
        ways = ["fresh", "same point", "fresh", "tie", "pile", "same point", "leap"]
        how = "pile" if labels_left else make.pick(ways)
        if how == "pile":
            labels_left = labels_left - 1 if labels_left else 2
        if not scans or how == "fresh":
            scans.append(fresh_scan(facts, number))
        else:
            scans.append(next_scan(facts, scans[-1], number, how))
    return scans


def fresh_scan(facts: Facts, number: int) -> DrawnScan:
    """Near the due instant of an issue, or any other hot one."""
    make = facts.make
    aim = make.pick(facts.owed) if facts.owed and make.pick([True, True, False]) else None
    at = aim.due_at + make.pick([*NEAR, *AWAY]) if aim else facts.instant()
    points = make.codes("points", "point_code")
    scan = drawn_scan(
        facts,
        number,
        at=at,
        point_code=aim.point if aim else make.pick(points),
        courier_code=make.pick(make.codes("couriers", "courier_code")),
        position=None,
    )
    scan.aim = aim
    return scan


def next_scan(facts: Facts, previous: DrawnScan, number: int, how: str) -> DrawnScan:
    """A scan that has to do with the one before: the same visit or just not, the same instant,
    another label of the same pile, or a leap to a point far away."""
    make, gap = facts.make, facts.gap
    row = previous.row
    after = {
        "same point": [gap, gap, gap + MILLISECOND, gap - MILLISECOND, MINUTE, 24 * HOUR],
        "tie": [NOTHING],
        "pile": [20_000 * MILLISECOND, 60_000 * MILLISECOND, 120_000 * MILLISECOND],
        "leap": [NOTHING, MINUTE, HOUR],
    }[how]
    elsewhere = how in ("pile", "leap")
    points = make.codes("points", "point_code")
    if how == "pile":
        points = [code for code in points if code != row["point_code"]] or points
    at = max(previous.at + make.pick(after), datetime(2020, 1, 1, tzinfo=UTC))
    couriers = make.codes("couriers", "courier_code")
    return drawn_scan(
        facts,
        number,
        at=at,
        point_code=make.pick(points) if elsewhere else row["point_code"],
        courier_code=make.pick([row["courier_code"]] * (4 if elsewhere else 1) + couriers),
        position=position_nearby(make, row) if how in ("pile", "tie") and row["lat"] else None,
    )


def position_nearby(make: Maker, row: Row) -> tuple[str, str]:
    """The same position, or one 22 or 44 m off."""
    steps = make.pick([0, 0, 2, 0, 4])
    return f"{float(row['lat']) + steps * 0.0001:.4f}", row["lon"]


def drawn_scan(
    facts: Facts,
    number: int,
    *,
    at: datetime,
    point_code: str,
    courier_code: str,
    position: tuple[str, str] | None,
) -> DrawnScan:
    make = facts.make
    point = next(each for each in make.feed["points"] if each["point_code"] == point_code)
    lat, lon = position or drawn_position(make, point)
    clock, label = make.pick([("", "")] * 6 + [("corrected", ""), ("unknown", "retired")])
    row = {
        "scan_id": uuid(make, number),
        "courier_code": courier_code,
        "point_code": point_code,
        "scanned_at": facts.text(at),
        "lat": lat,
        "lon": lon,
        "accuracy_m": make.pick(["", "5", "0", "60", "900.5"]) if lat else "",
        "method": make.pick(["camera", "camera", "camera", "manual"]),
        "received_at": facts.text(at + make.pick([MINUTE, 240 * HOUR])) if make.one_in(3) else "",
        "clock": clock,
        "label": "unknown" if make.one_in(12) else label,
    }
    return DrawnScan(at.replace(microsecond=at.microsecond // 1000 * 1000), row)


def drawn_position(make: Maker, point: Row) -> tuple[str, str]:
    """None, at the point, 10 to 330 m off, or at another point, far away perhaps."""
    how = make.pick(["at", "none", "near", "off", "off", "other"])
    if how == "none":
        return "", ""
    if how == "other":
        other = make.pick(make.feed["points"])
        return other["lat"], other["lon"]
    steps = {"at": 0, "near": 1, "off": make.pick([12, 16, 30])}[how]
    return f"{float(point['lat']) + steps * 0.0001:.4f}", point["lon"]


def all_items(facts: Facts, scans: list[DrawnScan]) -> list[Row]:
    """Of every scan; often the issues of the scan drawn before at the point once more."""
    make = facts.make
    last_at_point: dict[str, list[Row]] = {}
    rows = []
    for scan in scans:
        before = last_at_point.get(scan.row["point_code"])
        if before and make.one_in(3):
            scan_id = scan.row["scan_id"]
            drawn = [{**row, "scan_id": scan_id, "copies": make.pick("123")} for row in before]
        else:
            drawn = items(facts, scan)
        last_at_point[scan.row["point_code"]] = drawn
        rows += drawn
    return rows


def items(facts: Facts, scan: DrawnScan) -> list[Row]:
    """Runs of issues that follow each other up to about the day of the scan: bundles, as a
    rule."""
    make = facts.make
    rows = []
    for _ in make.several(0 if scan.aim is None else 1, 2):
        if scan.aim is not None and not rows:
            title, newest = scan.aim.title, scan.aim.issue
        else:
            here = sorted(
                {each.title for each in facts.owed if each.point == scan.row["point_code"]}
            )
            every = make.codes("titles", "title_code")
            title = make.pick(every if make.one_in(6) or not here else here)
            back = make.pick([0, 0, 1, 0, 2, 1, 4, -1, -5])
            newest = facts.local_date(scan.at) - back * DAY
        rows += run_of_issues(facts, scan, title, newest)
        if make.one_in(10):
            ahead = facts.local_date(scan.at) + make.pick([1, 3, 5, 9]) * DAY
            rows.append({**rows[-1], "issue_date": str(ahead)})
    kept = unique(rows, "title_code", "issue_date")
    return [{**row, "scan_id": either_case(make, row["scan_id"])} for row in kept]


def run_of_issues(facts: Facts, scan: DrawnScan, title: str, newest: date) -> list[Row]:
    """As many copies as are owed, fewer, or more; issues that are owed, as a rule."""
    make = facts.make
    copies_owed = {
        each.issue: each.copies
        for each in facts.owed
        if (each.point, each.title) == (scan.row["point_code"], title) and each.issue <= newest
    }
    any_days = not copies_owed or make.one_in(6)
    days = [newest - back * DAY for back in range(3)] if any_days else sorted(copies_owed)[::-1]
    rows = []
    for issue in days[: make.pick([1, 2, 1, 3])]:
        due = copies_owed.get(issue, 1)
        copies = make.pick([due, due, max(due // 2, 1), 1, due + 1])
        row = {"scan_id": scan.row["scan_id"], "title_code": title, "issue_date": str(issue)}
        rows.append({**row, "copies": str(min(copies, 100_000))})
    return rows


def void_instant(facts: Facts, at: datetime) -> datetime:
    make = facts.make
    return at + make.pick([NOTHING, MILLISECOND, 5 * MINUTE, 24 * HOUR, 24 * 30 * HOUR, -MINUTE])


def attempt(facts: Facts, number: int) -> Row:
    make = facts.make
    return {
        "attempt_id": f"a77e0000-0000-4000-8000-{number:012x}",
        "courier_code": make.pick(make.codes("couriers", "courier_code")),
        "point_code": make.pick(make.codes("points", "point_code")),
        "attempted_at": facts.text(facts.instant()),
        "reason": make.pick(["road_closed", "nobody_there", "paper_missing", "other"]),
        "lat": "",
        "lon": "",
        "accuracy_m": "",
        "note": "",
    }


def add_confirmations(facts: Facts, scans: list[DrawnScan]) -> None:
    make = facts.make
    rows: list[Row] = []
    voids = []
    for number in make.several(0, 8):
        point, title, issue, at = confirmed(facts, scans, rows)
        confirmation_id = f"c0f{make.pick('aF09')}0000-0000-4000-8000-{number:012x}"
        rows.append(
            {
                "confirmation_id": confirmation_id,
                "point_code": point,
                "title_code": title,
                "issue_date": issue,
                "confirmed_at": facts.text(at),
                "verdict": make.pick(VERDICTS),
                "copies": make.pick(["1", "", "2", "7"]),
                "channel": make.pick(["", "label", "phone", "counter", "visit"]),
            }
        )
        if make.one_in(4):
            voided_at = facts.text(void_instant(facts, at))
            confirmation_id = either_case(make, confirmation_id)
            voids.append({"confirmation_id": confirmation_id, "voided_at": voided_at})
    make.feed["confirmations"] = rows
    make.feed["confirmation_voids"] = voids


def confirmed(
    facts: Facts, scans: list[DrawnScan], rows: list[Row]
) -> tuple[str, str, str, datetime]:
    """Point, title, issue and instant: what was handed over, about when it was, or what a reader
    had a word on before; sometimes anything."""
    make = facts.make
    how = make.pick(["item", "again", "item", "again", "owed", "any"])
    if how == "again" and rows:
        row = rows[-1]
        at = datetime.fromisoformat(row["confirmed_at"]) + make.pick([NOTHING, HOUR, -HOUR])
        return row["point_code"], row["title_code"], row["issue_date"], at
    if how == "item" and make.feed["scan_items"]:
        item = make.pick(make.feed["scan_items"])
        scan = next(s for s in scans if s.row["scan_id"].lower() == item["scan_id"].lower())
        at = scan.at + make.pick([HOUR, NOTHING, -HOUR, 30 * HOUR])
        return scan.row["point_code"], item["title_code"], item["issue_date"], at
    if how != "any" and facts.owed:
        owed = make.pick(facts.owed)
        return owed.point, owed.title, str(owed.issue), facts.instant()
    each = make.pick(make.feed["subscriptions"])
    return each["point_code"], each["title_code"], str(make.day()), facts.instant()
