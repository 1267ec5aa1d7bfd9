"""What the database itself refuses, whoever writes into it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from service.domain.instants import day_number
from service.models import (
    ALWAYS,
    Arrival,
    Attempt,
    Base,
    Branch,
    Confirmation,
    ConfirmationVoid,
    Courier,
    DirtyMonth,
    HeldEvent,
    Hold,
    Holiday,
    Installation,
    Office,
    PhoneEvent,
    Point,
    PointChange,
    PointLabel,
    PublicationException,
    PublishedFacts,
    RoundReport,
    Route,
    RouteException,
    RouteStop,
    RouteVersion,
    Scan,
    ScanItem,
    ScanVoid,
    ServiceStandard,
    Subscription,
    Title,
    Town,
)
from service.models.engine import writing
from service.operations.import_feed import import_feed
from tests.feed.complete import changed, write_feed
from tests.models.rows import (
    AFTER,
    ATTEMPT,
    BEFORE,
    DAY,
    EVENT,
    NOBODY,
    OVERLAP,
    PHONE,
    ROWS,
    SCAN,
    THIRD,
    WORD,
    WRITTEN_TWICE,
    opened,
    row,
)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A database with one row in every table, and a second branch, route, scan and word."""
    engine = opened(migrated_url)
    with writing(engine) as connection:
        for model, values in ROWS.items():
            branch = {} if model is Branch else {"branch_id": 1}
            connection.execute(insert(model), {**branch, **values})
        for model in WRITTEN_TWICE:
            connection.execute(insert(model), row(model))
    yield engine
    engine.dispose()


Case = tuple[type[Base], dict[str, Any]]


def write(engine: Engine, model: type[Base], **changes: Any) -> None:
    with writing(engine) as connection:
        connection.execute(insert(model), row(model, **changes))


def not_refused(engine: Engine, cases: Iterable[Case], *reasons: str) -> list[str]:
    """The rows that the database takes, or refuses for none of the reasons."""
    found = []
    for model, changes in cases:
        case = f"{model.__name__} {changes}"
        try:
            write(engine, model, **changes)
        except IntegrityError as error:
            if not any(reason in str(error.orig).lower() for reason in reasons):
                found.append(f"{case}: {error.orig}")
        else:
            found.append(case)
    return found


# --- Rows that are refused ---------------------------------------------------------------------


def test_a_second_valid_row_of_every_table_is_taken(engine: Engine) -> None:
    """Otherwise the refusals below would show nothing."""
    for model in ROWS:
        if model not in WRITTEN_TWICE:
            write(engine, model)
    with engine.connect() as connection:
        counted = {
            model.__name__: connection.scalar(select(func.count()).select_from(model))
            for model in ROWS
        }
    assert counted == dict.fromkeys(counted, 2)
    assert {model.__table__ for model in ROWS} == set(Base.metadata.tables.values())


def test_words_that_mean_nothing_are_refused(engine: Engine) -> None:
    cases: list[Case] = [
        (Title, {"kind": "leaflet"}),
        (PublicationException, {"change": "move"}),
        (Holiday, {"kind": "weekend"}),
        (HeldEvent, {"decision": "deleted"}),
        (HeldEvent, {"reason": None}),
        (HeldEvent, {"decided_at": None}),
        (RoundReport, {"kind": "paused"}),
        (Installation, {"waiting": -1}),
        (ServiceStandard, {"day_kind": "lunar"}),
        (Point, {"kind": "castle"}),
        (RouteException, {"change": ""}),
        (Scan, {"id": 3, "scan_id": THIRD, "method": "Camera"}),
        (Scan, {"id": 3, "scan_id": THIRD, "clock": "stopped"}),
        (Scan, {"id": 3, "scan_id": THIRD, "label": "torn"}),
        (Attempt, {"reason": "rain"}),
        (Confirmation, {"id": 3, "confirmation_id": THIRD, "verdict": "lost"}),
        (Confirmation, {"id": 3, "confirmation_id": THIRD, "channel": "pigeon"}),
    ]
    assert not_refused(engine, cases, "check constraint") == []


def test_numbers_out_of_bounds_are_refused(engine: Engine) -> None:
    cases: list[Case] = [
        *((Subscription, {"copies": copies}) for copies in (0, -1, 100_001)),
        *((ScanItem, {"copies": copies}) for copies in (0, -1, 100_001)),
        *(
            (Confirmation, {"id": 3, "confirmation_id": THIRD, "copies": copies})
            for copies in (0, -1, 100_001)
        ),
        (ServiceStandard, {"offset_days": -1}),
        (ServiceStandard, {"offset_days": 61}),
        (ServiceStandard, {"due_minute": 1440}),
        (Branch, {"id": 3, "branch_code": "C", "visit_gap_minutes": 1441}),
        (RouteVersion, {"weekdays": 0}),
        (RouteVersion, {"weekdays": 128}),
        (RouteVersion, {"depart_minute": 1440}),
        (RouteVersion, {"depart_minute": -1}),
        (RouteStop, {"sequence": 0}),
        (RouteStop, {"minutes_after_departure": 1441}),
        (RouteStop, {"minutes_after_departure": -1}),
        (Attempt, {"accuracy_m": -1}),
        (Attempt, {"accuracy_m": 100_001}),
        (Scan, {"id": 3, "scan_id": THIRD, "accuracy_m": -1}),
        (Scan, {"id": 3, "scan_id": THIRD, "accuracy_m": 100_001}),
    ]
    assert not_refused(engine, cases, "check constraint") == []


def test_numbers_at_their_bounds_are_taken(engine: Engine) -> None:
    write(engine, ScanItem, copies=1)
    write(engine, Subscription, copies=100_000)
    write(engine, ServiceStandard, offset_days=60, due_minute=1439)
    write(engine, RouteVersion, weekdays=127, depart_minute=0)
    write(engine, RouteStop, minutes_after_departure=1440)
    write(engine, Attempt, lat=-90, lon=180, accuracy_m=100_000)
    write(engine, Scan, id=3, scan_id=THIRD, lat=None, lon=None, accuracy_m=None)


def test_a_position_is_on_the_earth_and_whole(engine: Engine) -> None:
    places: list[dict[str, Any]] = [
        {"lat": 91},
        {"lat": -90.1},
        {"lon": 180.1},
        {"lon": float("inf")},
        {"lat": float("nan")},
        {"lat": None},
        {"lon": None},
    ]
    third = {Scan: {"id": 3, "scan_id": THIRD}}
    cases = [
        (model, {**third.get(model, {}), **place})
        for model in (Town, Office, Point, Scan, Attempt)
        for place in places
    ]
    # SQLite takes what is not a number for null.
    assert not_refused(engine, cases, "check constraint", "not null", "not-null") == []


def test_nothing_ends_before_it_starts(engine: Engine) -> None:
    cases: list[Case] = [
        (Title, {"last_issue": BEFORE}),
        (Subscription, {"end_date": BEFORE}),
        (Hold, {"start_date": AFTER, "end_date": DAY}),
        (RouteVersion, {"valid_from": day_number(DAY), "valid_to": BEFORE}),
        (RouteStop, {"valid_from": day_number(DAY), "valid_to": BEFORE}),
    ]
    assert not_refused(engine, cases, "check constraint") == []
    write(engine, Title, last_issue=DAY)
    write(engine, Subscription, end_date=DAY)
    write(engine, RouteVersion, valid_from=day_number(DAY), valid_to=DAY)


def test_a_key_is_taken_once(engine: Engine) -> None:
    cases: list[Case] = [
        (Branch, {"id": 3, "branch_code": "A"}),
        (Title, {"title_code": "1-1"}),
        (Town, {"town_code": "T"}),
        (Office, {"office_code": "O"}),
        (ServiceStandard, {"standard_code": "S"}),
        (Point, {"point_code": "P"}),
        (Courier, {"courier_code": "C"}),
        (Route, {"id": 3, "route_code": "R"}),
        (Subscription, {"subscription_code": "D"}),
        (ScanVoid, {"scan_id": 1}),
        (ConfirmationVoid, {"confirmation_id": 1}),
        (ScanItem, {"issue_date": DAY}),
        (PhoneEvent, {"id": 3, "event_id": EVENT}),
        (PointLabel, {"token": "7M2K9QXW4R8T0ZBC"}),
        (PointLabel, {"retired_at": None}),
        (Installation, {"installation_id": PHONE}),
        (Installation, {"token_hash": "t"}),
        (HeldEvent, {"event": 1}),
        (RoundReport, {"event": 1}),
        (Arrival, {"issue_date": DAY}),
        (Hold, {"start_date": DAY}),
        (PublicationException, {"date": DAY, "change": "extra"}),
        (RouteException, {"route_id": 1, "change": "skip"}),
        (Holiday, {"date": DAY, "kind": "workday"}),
        (PointChange, {"valid_from": DAY}),
        (PublishedFacts, {"branch_id": 1}),
        (DirtyMonth, {"month": 678}),
    ]
    assert not_refused(engine, cases, "unique") == []


def test_a_code_may_be_used_by_every_branch(engine: Engine) -> None:
    write(engine, Title, branch_id=2, title_code="1-1")
    write(engine, Town, branch_id=2, town_code="T")
    write(engine, Route, id=3, branch_id=2, route_code="R")
    write(engine, Subscription, branch_id=2, subscription_code="D")


def test_a_uuid_is_taken_once_in_all_branches(engine: Engine) -> None:
    cases = [
        (model, {"id": 3, "branch_id": branch, key: uuid_})
        for model, key, uuid_ in (
            (Scan, "scan_id", SCAN),
            (Attempt, "attempt_id", ATTEMPT),
            (Confirmation, "confirmation_id", WORD),
        )
        for branch in (1, 2)
    ]
    assert not_refused(engine, cases, "unique") == []


def test_a_branch_is_not_its_own_parent(engine: Engine) -> None:
    own: list[Case] = [(Branch, {"id": 3, "branch_code": "C", "parent_id": 3})]
    assert not_refused(engine, own, "check constraint") == []
    write(engine, Branch, id=3, branch_code="C", parent_id=1)


def test_whatever_a_row_refers_to_is_there(engine: Engine) -> None:
    third = {Branch: {"branch_code": "C"}, Route: {"route_code": "R3"}}
    third |= {Scan: {"scan_id": THIRD}, Confirmation: {"confirmation_id": THIRD}}
    third |= {PhoneEvent: {"event_id": THIRD}}
    cases = [
        (model, {**({"id": 3} if model in third else {}), **third.get(model, {}), column: NOBODY})
        for model in ROWS
        for column in (key.parent.name for key in model.__table__.foreign_keys)
    ]
    assert len(cases) > 50
    assert not_refused(engine, cases, "foreign key") == []


def test_what_others_refer_to_stays(engine: Engine) -> None:
    for model in (Branch, Title, Town, Office, ServiceStandard, Point, Courier, Route):
        with pytest.raises(IntegrityError), writing(engine) as connection:
            connection.execute(delete(model).where(model.__table__.c.id == 1))
    for fact in (Scan, Confirmation):
        with pytest.raises(IntegrityError), writing(engine) as connection:
            connection.execute(delete(fact).where(fact.__table__.c.id == 1))


def test_what_has_to_be_there_is_not_null(engine: Engine) -> None:
    given = {"id", "branch_id", "event"}
    given |= {f"{each}_id" for each in ("scan", "attempt", "confirmation")}
    cases = [
        (model, {column.name: None})
        for model in ROWS
        for column in model.__table__.columns
        if not column.nullable and column.name not in given and model not in WRITTEN_TWICE
    ]
    assert len(cases) > 50
    assert not_refused(engine, cases, "not null", "not-null") == []


# --- Versions that overlap ---------------------------------------------------------------------

# The version of the fixture holds from ever to DAY.
OVERLAPPING = [
    (ALWAYS, None),
    (ALWAYS + 1, AFTER),
    (day_number(BEFORE), BEFORE),
    (day_number(DAY), DAY),
    (day_number(DAY), None),
]


def test_versions_of_a_route_do_not_overlap(engine: Engine) -> None:
    cases = [
        (RouteVersion, {"route_id": 1, "valid_from": start, "valid_to": end})
        for start, end in OVERLAPPING
    ]
    assert not_refused(engine, cases, *OVERLAP, "unique") == []


def test_a_place_on_a_route_is_taken_by_one_point_at_a_time(engine: Engine) -> None:
    write(engine, Point)
    cases = [
        (RouteStop, {"route_id": 1, "point_id": 2, "valid_from": start, "valid_to": end})
        for start, end in OVERLAPPING
    ]
    assert not_refused(engine, cases, *OVERLAP, "unique") == []


def test_a_point_is_on_a_route_once_at_a_time(engine: Engine) -> None:
    cases = [
        (RouteStop, {"route_id": 1, "sequence": 2, "valid_from": start, "valid_to": end})
        for start, end in OVERLAPPING
    ]
    assert not_refused(engine, cases, *OVERLAP) == []


def test_versions_may_follow_one_another_without_a_gap_and_other_routes_are_free(
    engine: Engine,
) -> None:
    write(engine, RouteVersion, route_id=1, valid_from=day_number(AFTER), valid_to=None)
    write(engine, RouteStop, route_id=1, valid_from=day_number(AFTER), valid_to=None)
    write(engine, RouteVersion, id=3, route_id=2, valid_to=None)
    write(engine, RouteStop, id=3, route_id=2, valid_to=None)


def test_a_version_may_not_grow_over_the_next(engine: Engine) -> None:
    write(engine, RouteVersion, route_id=1, valid_from=day_number(AFTER), valid_to=None)
    write(engine, RouteStop, route_id=1, valid_from=day_number(AFTER), valid_to=None)
    for model in (RouteVersion, RouteStop):
        for values in ({"valid_to": AFTER}, {"valid_to": None}):
            first = model.__table__.c.id == 1
            with pytest.raises(IntegrityError), writing(engine) as connection:
                connection.execute(update(model).where(first).values(**values))
        with writing(engine) as connection:
            connection.execute(update(model).where(first).values(valid_to=BEFORE))


def test_two_places_are_exchanged_by_deleting_both_and_writing_both_anew(engine: Engine) -> None:
    """As service/feed does it: changed one by one they would overlap in between."""
    write(engine, Point)
    second = {"route_id": 1, "sequence": 2, "point_id": 2}
    write(engine, RouteStop, **second)
    with writing(engine) as connection:
        connection.execute(delete(RouteStop).where(RouteStop.id.in_([1, 2])))
        for id_, sequence, point in ((3, 1, 2), (4, 2, 1)):
            values = row(RouteStop, id=id_, route_id=1, sequence=sequence, point_id=point)
            connection.execute(insert(RouteStop), values)
    assert places(engine) == [(1, 2), (2, 1)]


def test_a_feed_may_exchange_the_places_of_two_points(migrated_url: str, tmp_path: Path) -> None:
    engine = opened(migrated_url)
    import_feed(engine, write_feed(tmp_path / "first"), staging_folder=tmp_path)
    later = RouteStop.valid_from > ALWAYS
    before = places(engine, later)
    exchanged = changed(
        route_stops=[
            "R1,1,,P1,30,2026-05-31",
            "R1,1,2026-06-01,P1,30,",
            "R1,2,2026-06-01,P2,45,",
        ]
    )
    import_feed(engine, write_feed(tmp_path / "second", exchanged), staging_folder=tmp_path)
    assert places(engine, later) == [(1, before[1][1]), (2, before[0][1])]
    engine.dispose()


def places(engine: Engine, *conditions: Any) -> list[tuple[int, int]]:
    query = select(RouteStop.sequence, RouteStop.point_id).where(*conditions)
    with engine.connect() as connection:
        return [
            (each.sequence, each.point_id)
            for each in connection.execute(query.order_by("sequence"))
        ]
