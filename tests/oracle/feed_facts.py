"""The second half of a drawn feed: what happened, crowded around a few hot instants."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from tests.oracle.copies import owed
from tests.oracle.feed_plans import DAY, Maker, unique
from tests.oracle.plans import Plans
from tests.oracle.records import Row, parse

MILLISECOND = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NOTHING = timedelta(0)
NEAR = [NOTHING, NOTHING, MILLISECOND, -MILLISECOND, timedelta(microseconds=999), MINUTE]
AWAY = [HOUR, -HOUR, 5 * HOUR, 20 * HOUR, 24 * HOUR, 48 * HOUR, 72 * HOUR, 72 * HOUR + MILLISECOND]
VERDICTS = ["received", "late", "bundled", "missing", "damaged", "wrong"]


@dataclass
class Facts:
    """What the facts are crowded around."""

    make: Maker
    plans: Plans
    hot: list[datetime]
    """Due instants, departures, midnights."""
    departures: list[datetime]
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
    records = plans.records
    subscribed = sorted({each.point for each in records.subscriptions})
    departures = {
        departure
        for point in records.points
        for day in core
        for departure in plans.departures(point, day)
    }
    due = {plans.due_at(point, day) for point in subscribed for day in core[::2]}
    near = {at for at in due if at.date() <= core[-1] + 7 * DAY}
    midnights = {records.local_instant(day, time()) for day in core[1:]}
    new_months = [records.local_instant(day, time()) for day in core[1:] if day.day == 1]
    hot = sorted(near | departures | midnights) + 3 * new_months
    return hot, sorted(departures | midnights)


def add_facts(make: Maker) -> None:
    records = parse(make.feed)
    plans = Plans(records)
    hot, departures = hot_instants(plans, make.core)
    facts = Facts(make, plans, hot, departures, records.visit_gap)
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
        if make.one_in(8)
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
                same_day = [at for at in facts.departures if facts.local_date(at) == issue]
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
    how = "fresh"
    for number in make.several(0, 18):
        ways = ["fresh", "same point", "fresh", "tie", "pile", "same point", "leap"]
        how = make.pick([*ways, "pile", "pile", "pile", "pile"] if how == "pile" else ways)
        if not scans or how == "fresh":
            scans.append(fresh_scan(facts, number))
        else:
            scans.append(next_scan(facts, scans[-1], number, how))
    return scans


def fresh_scan(facts: Facts, number: int) -> DrawnScan:
    make = facts.make
    return drawn_scan(
        facts,
        number,
        at=facts.instant(),
        point_code=make.pick(make.codes("points", "point_code")),
        courier_code=make.pick(make.codes("couriers", "courier_code")),
        position=None,
    )


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
        courier_code=row["courier_code"] if elsewhere else make.pick(couriers),
        position=(row["lat"], row["lon"]) if how == "pile" and row["lat"] else None,
    )


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
    """Runs of consecutive issues up to about the day of the scan: bundles, as a rule."""
    make, records = facts.make, facts.plans.records
    point = scan.row["point_code"]
    subscribed = sorted({each.title for each in records.subscriptions if each.point == point})
    every = make.codes("titles", "title_code")
    rows = []
    for _ in make.several(0, 2):
        title = make.pick(every if make.one_in(6) or not subscribed else subscribed)
        newest = facts.local_date(scan.at) - make.pick([0, 0, 1, 0, 2, 1, 4, -1, -5]) * DAY
        for back in range(make.pick([1, 2, 1, 3])):
            issue = newest - back * DAY
            due = min(owed(records, point, title, issue), 100_000)
            copies = make.pick([max(due, 1), 1, min(due + 1, 100_000), max(due // 2, 1)])
            row = {"scan_id": scan.row["scan_id"], "title_code": title, "issue_date": str(issue)}
            rows.append({**row, "copies": str(copies)})
    kept = unique(rows, "title_code", "issue_date")
    return [{**row, "scan_id": either_case(make, row["scan_id"])} for row in kept]


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
    """Of anything, but mostly of what was handed over, about when it was."""
    make = facts.make
    rows, voids = [], []
    points_by_scan = {scan.row["scan_id"].lower(): scan for scan in scans}
    for number in make.several(0, 6):
        if make.feed["scan_items"] and not make.one_in(4):
            item = make.pick(make.feed["scan_items"])
            scan = points_by_scan[item["scan_id"].lower()]
            point, title, issue = scan.row["point_code"], item["title_code"], item["issue_date"]
            at = scan.at + make.pick([HOUR, NOTHING, -HOUR, 30 * HOUR])
        else:
            each = make.pick(make.feed["subscriptions"])
            point, title, issue = each["point_code"], each["title_code"], str(make.day())
            at = facts.instant()
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
