"""The day plan, by an example worked out by hand, by the oracle, and for its cost."""

import csv
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from service.domain.labels import new_short_code, new_token
from service.domain.tokens import new_token as new_phone_token
from service.domain.tokens import token_hash
from service.extensions import db
from service.models import (
    Branch,
    Courier,
    Installation,
    PhoneEvent,
    Point,
    PointLabel,
    Scan,
    ScanItem,
    Title,
)
from service.models.engine import writing
from service.operations.enrol_phone import NewPhone, enrol, new_enrolment
from service.operations.import_feed import import_feed
from service.queries.identities import PhoneIdentity, phone_of_token
from service.queries.phone.day_plan import day_plan
from tests.feed.complete import changed, write_feed
from tests.models.rows import opened
from tests.oracle.copies import owed as owed_by_the_oracle
from tests.oracle.plans import DAY, Plans, days_between, issue_days
from tests.oracle.records import Records, load
from tests.served import HARD_MONTH, serve

NOW = datetime(2026, 7, 6, 0, 12, tzinfo=UTC)  # a Monday, 08:12 in Chongqing
HOSTS = ["JIANBAO.EXAMPLE"]
SCANS = [f"0190a001-0000-7000-8000-00000000000{number}" for number in range(1, 7)]


def scan(number: int, point: str, at: str) -> str:
    return f"{SCANS[number]},C2,{point},{at},,,,camera,,,"


DISTRICT = changed(
    titles=[
        "1-1,人民日报,newspaper,11-0065,FREQ=DAILY,2026-01-01,2026-12-31",
        '2-371,求是,magazine,,"FREQ=MONTHLY;BYMONTHDAY=1,16",2026-01-01,',
        "9-9,不在这里,newspaper,,FREQ=DAILY,2026-01-01,",
    ],
    publication_exceptions=["1-1,2026-07-05,skip"],
    points=[
        "P1,镇政府,unit,BSY,,O1,SEAT,29.48,106.367",
        "P2,村邮站,village_post,BSY,三多桥村,O1,VILLAGE,29.501,106.348",
        "P3,小学,unit,BSY,,O1,SEAT,29.49,106.37",
        "P4,别处,unit,BSY,,O2,SEAT,29.5,106.38",
    ],
    point_changes=["P3,2026-07-08,,O2"],
    couriers=["C1,投递员一,O1", "C2,投递员二,O1", "C3,投递员三,O2"],
    routes=[
        'R1,,镇区,O1,C1,"MO,TU,WE,TH,FR",09:00,2026-07-07',
        'R1,2026-07-08,镇区二,O1,C2,"MO,TU,WE,TH,FR",09:30,',
        'R2,,村线,O1,C1,"TU,TH",10:30,',
        "R3,,别人的,O1,C2,MO,08:00,",
        'R4,,没有站,O1,C1,"MO,TU,WE,TH,FR",07:00,',
    ],
    route_exceptions=["R2,2026-07-07,skip", "R2,2026-07-08,extra"],
    route_stops=[
        "R1,2,,P1,30,",
        "R1,1,,P2,15,2026-07-06",
        "R1,1,2026-07-07,P3,15,",
        "R2,1,,P2,40,",
        "R3,1,,P4,10,",
    ],
    subscriptions=[
        "S1,P1,1-1,2,2026-07-03,2026-12-31,",
        "S2,P1,1-1,1,2026-07-06,,",
        "S3,P2,2-371,1,2026-01-01,,",
        "S4,P2,1-1,3,2026-07-04,2026-07-06,",
        "S5,P4,9-9,1,2026-01-01,,",
        "S6,P3,2-371,1,2026-01-01,,",
    ],
    holds=["S1,2026-07-08,2026-07-08", "S6,2026-06-20,2026-07-10"],
    arrivals=["O1,1-1,2026-07-06,2026-07-06T08:10:00.250+08:00"],
    scans=[
        scan(1, "P1", "2026-07-03T10:00:00+08:00"),  # voided
        scan(2, "P1", "2026-07-04T10:00:00+08:00"),  # one copy of two
        scan(3, "P2", "2026-06-25T10:00:00+08:00"),  # the issue of 1 July, early
        scan(4, "P2", "2026-07-06T07:00:00+08:00"),  # more than is owed
    ],
    scan_items=[
        f"{SCANS[1]},1-1,2026-07-03,2",
        f"{SCANS[2]},1-1,2026-07-04,1",
        f"{SCANS[3]},2-371,2026-07-01,1",
        f"{SCANS[4]},1-1,2026-07-06,5",
    ],
    scan_voids=[f"{SCANS[1]},2026-07-03T10:01:00+08:00,扫错"],
    attempts=[],
    confirmations=[],
    confirmation_voids=[],
)


@pytest.fixture
def engine(migrated_url: str, tmp_path: Path) -> Iterator[Engine]:
    engine = opened(migrated_url)
    import_feed(engine, write_feed(tmp_path / "district", DISTRICT))
    yield engine
    engine.dispose()


def phone_of(engine: Engine, courier: str) -> PhoneIdentity:
    """A phone of the courier, enrolled now."""
    token = new_token()
    with writing(engine) as connection:
        query = select(Courier.id, Courier.branch_id).where(Courier.courier_code == courier)
        courier_id, branch_id = connection.execute(query).one()
        connection.execute(
            insert(Installation).values(
                branch_id=branch_id,
                installation_id=uuid.uuid4(),
                courier_id=courier_id,
                token_hash=token_hash(token),
                enrolled_at=NOW,
            )
        )
        found = phone_of_token(connection, token_hash(token))
    assert found is not None
    return found[0]


def plan_of(
    engine: Engine, courier: str = "C1", days: int = 4, now: datetime = NOW
) -> dict[str, Any]:
    return day_plan(engine, phone_of(engine, courier), HOSTS, days, now)


def owed_in(plan: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    return [tuple(each.values()) for each in plan["owed"]]


def test_the_rounds_are_those_of_the_versions_that_name_the_courier(engine: Engine) -> None:
    plan = plan_of(engine)
    assert plan["today"] == "2026-07-06"
    assert plan["rounds"] == [
        {
            "route": "R1",
            "name": "镇区",
            "date": "2026-07-06",
            "departs_at": "2026-07-06T01:00:00Z",
            "office": "O1",
            "stops": [
                {"sequence": 1, "point": "P2", "planned_at": "2026-07-06T01:15:00Z"},
                {"sequence": 2, "point": "P1", "planned_at": "2026-07-06T01:30:00Z"},
            ],
        },
        {
            "route": "R1",
            "name": "镇区",
            "date": "2026-07-07",
            "departs_at": "2026-07-07T01:00:00Z",
            "office": "O1",
            "stops": [
                {"sequence": 1, "point": "P3", "planned_at": "2026-07-07T01:15:00Z"},
                {"sequence": 2, "point": "P1", "planned_at": "2026-07-07T01:30:00Z"},
            ],
        },
        *(
            {
                "route": "R2",
                "name": "村线",
                "date": day,
                "departs_at": f"{day}T02:30:00Z",
                "office": "O1",
                "stops": [{"sequence": 1, "point": "P2", "planned_at": f"{day}T03:10:00Z"}],
            }
            for day in ("2026-07-08", "2026-07-09")
        ),
    ]


def test_what_is_owed_is_expected_less_what_others_scanned(engine: Engine) -> None:
    assert owed_in(plan_of(engine)) == [
        ("P1", "1-1", "2026-07-03", 2),  # its scan was voided
        ("P1", "1-1", "2026-07-04", 1),  # one of two came
        # no issue on the 5th
        ("P1", "1-1", "2026-07-06", 3),  # a second subscription begins
        ("P1", "1-1", "2026-07-07", 3),
        ("P1", "1-1", "2026-07-08", 1),  # the first is held
        ("P1", "1-1", "2026-07-09", 3),
        ("P2", "1-1", "2026-07-04", 3),  # that of the 6th came, with copies to spare
        # 2-371 of 1 July came early; that of P3 is held
    ]


def test_fourteen_days_back_are_shown_and_no_more(engine: Engine) -> None:
    plan = plan_of(engine, "C2", days=1, now=NOW + timedelta(days=14))
    dates = [day for point, _, day, _ in owed_in(plan) if point == "P1"]
    assert (dates[0], dates[-1]) == ("2026-07-06", "2026-07-20")


def test_the_rest_of_the_plan(engine: Engine) -> None:
    plan = plan_of(engine)
    assert plan["format"] == 1
    assert plan["courier"] == {"code": "C1", "name": "投递员一"}
    assert plan["branch"] == {"code": "JLP", "name": "九龙坡区", "timezone": "Asia/Shanghai"}
    assert plan["hosts"] == HOSTS
    assert plan["titles"] == [{"code": "1-1", "name": "人民日报"}]
    assert [point["code"] for point in plan["points"]] == ["P1", "P2", "P3"]
    assert plan["points"][1] == {
        "code": "P2",
        "name": "村邮站",
        "kind": "village_post",
        "town": "白市驿镇",
        "village": "三多桥村",
        "lat": 29.501,
        "lon": 106.348,
        "labels": [],
        "retired_labels": [],
        "short_codes": [],
    }
    assert json.loads(json.dumps(plan)) == plan


def test_arrivals_are_what_the_office_is_owed(engine: Engine) -> None:
    assert [tuple(each.values()) for each in plan_of(engine)["arrivals"]] == [
        # of the three days before what is still undelivered
        ("O1", "白市驿支局", "1-1", "2026-07-03", None),
        ("O1", "白市驿支局", "1-1", "2026-07-04", None),
        ("O1", "白市驿支局", "1-1", "2026-07-06", "2026-07-06T00:10:00.250Z"),
        ("O1", "白市驿支局", "1-1", "2026-07-07", None),
        ("O1", "白市驿支局", "1-1", "2026-07-08", None),
        ("O1", "白市驿支局", "1-1", "2026-07-09", None),
    ]


def test_a_point_that_moves_to_another_office_takes_its_arrivals_along(engine: Engine) -> None:
    sixteenth = datetime(2026, 7, 16, tzinfo=UTC)
    before, after = (
        [tuple(each.values())[::2] for each in plan_of(engine, courier, 1, sixteenth)["arrivals"]]
        for courier in ("C1", "C3")
    )
    assert ("O1", "2-371", None) in before  # P2
    assert ("O2", "2-371", None) in after  # P3, since the 8th
    assert ("O2", "9-9", None) in after
    assert {office for office, *_ in before} == {"O1"}


def test_a_courier_without_a_round_has_an_empty_plan(engine: Engine) -> None:
    plan = plan_of(engine, "C3")
    assert (plan["rounds"], plan["points"], plan["owed"]) == ([], [], [])


@pytest.mark.parametrize(
    ("now", "today"),
    [
        (datetime(2026, 7, 5, 15, 59, 59, tzinfo=UTC), "2026-07-05"),
        (datetime(2026, 7, 5, 16, 0, tzinfo=UTC), "2026-07-06"),
    ],
)
def test_today_is_the_branchs(engine: Engine, now: datetime, today: str) -> None:
    assert plan_of(engine, now=now)["today"] == today


def test_departures_are_read_in_the_branchs_zone(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(update(Branch).values(timezone="America/New_York"))
    plan = plan_of(engine, now=datetime(2026, 7, 6, 12, tzinfo=UTC))
    assert plan["rounds"][0]["departs_at"] == "2026-07-06T13:00:00Z"


def scanned(engine: Engine, point: str, issue: date, copies: int, by: int | None) -> None:
    """A scan of copies of 1-1 by an installation, or one that an import brought."""
    with writing(engine) as connection:
        at = connection.execute(select(Point.id, Point.branch_id).where(Point.point_code == point))
        point_id, branch_id = at.one()
        event = (
            by
            and connection.execute(
                insert(PhoneEvent)
                .values(
                    branch_id=branch_id,
                    installation_id=by,
                    event_id=uuid.uuid4(),
                    digest="0" * 32,
                    raw="{}",
                    received_at=NOW,
                )
                .returning(PhoneEvent.id)
            ).scalar_one()
        )
        added = connection.execute(
            insert(Scan)
            .values(
                branch_id=branch_id,
                scan_id=uuid.uuid4(),
                courier_id=connection.scalar(select(Courier.id).limit(1)),
                point_id=point_id,
                scanned_at=NOW,
                method="camera",
                event=event,
            )
            .returning(Scan.id)
        )
        connection.execute(
            insert(ScanItem).values(
                scan_id=added.scalar_one(),
                title_id=connection.scalar(select(Title.id).where(Title.title_code == "1-1")),
                issue_date=issue,
                branch_id=branch_id,
                copies=copies,
            )
        )


def test_own_scans_are_left_to_the_phone(engine: Engine) -> None:
    mine, others = phone_of(engine, "C1"), phone_of(engine, "C1")
    scanned(engine, "P1", date(2026, 7, 6), 1, by=others.installation)
    scanned(engine, "P1", date(2026, 7, 6), 1, by=mine.installation)
    scanned(engine, "P1", date(2026, 7, 7), 2, by=None)
    owed = {
        (point, day): copies
        for point, _, day, copies in owed_in(day_plan(engine, mine, HOSTS, 2, NOW))
    }
    assert owed["P1", "2026-07-06"] == 2
    assert owed["P1", "2026-07-07"] == 1


def test_labels_are_told_by_their_hashes(engine: Engine) -> None:
    old, new = (new_token(), new_short_code()), (new_token(), new_short_code())
    with writing(engine) as connection:
        [(point_id, branch_id)] = connection.execute(
            select(Point.id, Point.branch_id).where(Point.point_code == "P1")
        )
        for (token, short_code), retired_at in ((old, NOW), (new, None)):
            connection.execute(
                insert(PointLabel).values(
                    branch_id=branch_id,
                    point_id=point_id,
                    token=token,
                    short_code=short_code,
                    made_at=NOW,
                    retired_at=retired_at,
                )
            )
    plan = plan_of(engine)
    point = plan["points"][0]
    assert point["labels"] == [token_hash(new[0])]
    assert point["retired_labels"] == [token_hash(old[0])]
    assert point["short_codes"] == [token_hash(old[1]), token_hash(new[1])]
    told = json.dumps(plan)
    assert not [secret for secret in (*old, *new) if secret in told]


@pytest.fixture(scope="module")
def hard_month() -> Records:
    return load(HARD_MONTH)


@pytest.fixture
def hard_engine(migrated_url: str) -> Iterator[Engine]:
    engine = opened(migrated_url)
    import_feed(engine, HARD_MONTH)
    yield engine
    engine.dispose()


def test_the_plan_is_the_oracles(hard_engine: Engine, hard_month: Records) -> None:
    with (HARD_MONTH / "routes.csv").open(encoding="utf-8") as file:
        courier_of = {row["route_code"]: row["courier_code"] for row in csv.DictReader(file)}
    couriers = {courier: phone_of(hard_engine, courier) for courier in set(courier_of.values())}
    rows = 0
    # Around the change to summer time, and around midnight.
    for now in (
        datetime(2026, 3, 20, 12, tzinfo=UTC),
        datetime(2026, 3, 28, 12, tzinfo=UTC),
        datetime(2026, 4, 9, 21, 59, tzinfo=UTC),
        datetime(2026, 4, 9, 22, 0, tzinfo=UTC),
    ):
        for courier, phone in couriers.items():
            plan = day_plan(hard_engine, phone, HOSTS, 7, now)
            routes = [route for route, named in courier_of.items() if named == courier]
            expected = planned(hard_month, routes, hard_month.local_date(now), 7)
            assert [
                (each["route"], each["date"], each["departs_at"], len(each["stops"]))
                for each in plan["rounds"]
            ] == expected
            points = {stop["point"] for each in plan["rounds"] for stop in each["stops"]}
            assert owed_in(plan) == still_owed(
                hard_month, points, hard_month.local_date(now) - 14 * DAY, 14 + 7
            )
            rows += len(plan["owed"])
    assert rows > 100


def planned(
    records: Records, routes: list[str], today: date, days: int
) -> list[tuple[str, str, str, int]]:
    plans, found = Plans(records), []
    for day in days_between(today, today + (days - 1) * DAY):
        for route in routes:
            stops = plans.runs(route, day) and plans.stops(route, day)
            if stops:
                departs = plans.departure(route, day).astimezone(UTC)
                found.append((departs, route, day, len(stops)))
    return [
        (route, day.isoformat(), f"{departs:%Y-%m-%dT%H:%M:%SZ}", stops)
        for departs, route, day, stops in sorted(found)
    ]


def still_owed(
    records: Records, points: set[str], since: date, days: int
) -> list[tuple[str, str, str, int]]:
    until = since + (days - 1) * DAY
    covered: dict[tuple[str, str, date], int] = {}
    for each in records.scans:
        for item in records.items.get(each.id, []) if each.id not in records.scan_voids else []:
            key = (each.point, item.title, item.issue)
            covered[key] = covered.get(key, 0) + item.copies
    found = []
    for point in points:
        for title in records.titles:
            for day in issue_days(records, title, until):
                if day >= since:
                    copies = owed_by_the_oracle(records, point, title, day)
                    copies -= covered.get((point, title, day), 0)
                    if copies > 0:
                        found.append((point, title, day.isoformat(), copies))
    return sorted(found)


def test_over_http_with_an_etag(tmp_path: Path) -> None:
    app = serve(tmp_path / "data", write_feed(tmp_path / "feed", DISTRICT))
    with app.app_context():
        token = enrolled_token(db.engine)
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    first = client.get("/api/v1/day-plan", headers=headers)
    assert first.status_code == 200
    assert first.json is not None
    assert first.json["hosts"] == ["127.0.0.1:8000"]
    assert first.headers["Cache-Control"] == "no-cache, private"
    again = client.get(
        "/api/v1/day-plan", headers={**headers, "If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    other = client.get("/api/v1/day-plan?days=7", headers=headers)
    assert other.headers["ETag"] != first.headers["ETag"]
    for days in ("0", "8", "x", "", "1.5", "-1", "９"):
        refused = client.get("/api/v1/day-plan", query_string={"days": days}, headers=headers)
        assert refused.status_code == 422, days
    stranger = client.get("/api/v1/day-plan")
    assert stranger.status_code == 401
    assert stranger.json is not None
    assert stranger.json["code"] == "unknown_token"


def enrolled_token(engine: Engine) -> str:
    now, token = datetime.now(UTC), new_phone_token()
    with engine.connect() as connection:
        query = select(Courier.id, Courier.branch_id).where(Courier.courier_code == "C1")
        courier_id, branch_id = connection.execute(query).one()
    code = new_enrolment(engine, branch_id, courier_id, None, now)
    enrol(engine, code, NewPhone(uuid.uuid4(), token), "any", now)
    return token
