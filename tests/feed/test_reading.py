"""How the values and lines of a feed are read."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, text

from service.operations.import_feed import Imported, import_feed
from tests.feed.complete import COMPLETE, ROWS, changed, write_feed
from tests.feed.conftest import count

Bring = Callable[[dict[str, list[str]]], Imported]


def one(engine: Engine, query: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(query)).one()[0]


def test_values_are_kept_as_the_rules_count_them(engine: Engine, bring: Bring) -> None:
    bring(COMPLETE)
    assert one(engine, "SELECT carrier FROM offices WHERE office_code = 'O1'") == "邮政"
    assert one(engine, "SELECT due_minute FROM service_standards WHERE standard_code = 'SEAT'") == (
        12 * 60
    )
    assert one(engine, "SELECT weekdays FROM route_versions WHERE valid_from = -1") == 0b10101
    assert one(engine, "SELECT scanned_at FROM scans WHERE lat IS NULL") == 1783306800250
    assert one(engine, "SELECT copies FROM confirmations WHERE verdict = 'missing'") == 1
    assert one(engine, "SELECT first_issue FROM titles WHERE title_code = '1-1'") == 20454
    assert count(engine) == ROWS + 1  # the route beside its two versions


def test_finer_digits_than_milliseconds_are_cut_off(engine: Engine, bring: Bring) -> None:
    bring(changed(arrivals=["O1,1-1,2026-07-06,2026-07-06T08:10:00.9999999+08:00"]))
    assert one(engine, "SELECT arrived_at FROM arrivals") == 1783296600999


def test_a_bom_crlf_and_blank_quoting_are_read(engine: Engine, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed")
    towns = '\ufefftown_code,name,lat,lon,area\r\n"BSY","白, ""市""\r\n驿",+29,106,""\r\n'
    (feed / "towns.csv").write_text(towns.replace("+29", "29"), "utf-8", newline="")
    import_feed(engine, feed)
    assert one(engine, "SELECT name FROM towns") == '白, "市"\r\n驿'
    assert one(engine, "SELECT area FROM towns") is None


def test_carriage_returns_alone_end_lines(engine: Engine, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed")
    path = feed / "points.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))
    import_feed(engine, feed)
    assert one(engine, "SELECT count(*) FROM points") == 2


def test_a_last_line_without_end_and_any_order_of_columns(engine: Engine, tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed")
    (feed / "towns.csv").write_text("lon,extra,name,town_code,lat\n1,x,白市驿,BSY,2", "utf-8")
    imported = import_feed(engine, feed)
    assert one(engine, "SELECT lat FROM towns") == 2
    assert imported.warnings == ["towns.csv: column extra is not known, left out"]
