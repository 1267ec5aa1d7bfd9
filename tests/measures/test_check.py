"""`jianbao check` names what is published otherwise than the records give."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click.testing
from sqlalchemy import text

from service.models.engine import writing
from service.queries.check import check
from tests.measures.conftest import Ledger
from tests.served import HARD_MONTH

NOW = datetime(2026, 4, 20, tzinfo=UTC)
BRANCH = "B4365"


def published(ledger: Ledger) -> Ledger:
    ledger.add_folder(HARD_MONTH)
    ledger.refresh(BRANCH, NOW)
    return ledger


def test_what_was_just_published_is_clean(ledger: Ledger) -> None:
    found = check(published(ledger).engine, ledger.facts)
    assert found.clean
    assert found.compared > 100
    assert not found.waiting


def test_an_item_that_vanished_from_the_database_is_named(ledger: Ledger) -> None:
    published(ledger)
    with writing(ledger.engine) as connection:
        gone = connection.execute(
            text(
                "SELECT scan_items.scan_id, scan_items.title_id, issue_date, point_code, title_code"
                " FROM scan_items JOIN scans ON scans.id = scan_items.scan_id"
                " JOIN points ON points.id = scans.point_id"
                " JOIN titles ON titles.id = scan_items.title_id"
                " JOIN subscriptions ON subscriptions.point_id = points.id"
                " AND subscriptions.title_id = titles.id AND start_date <= issue_date"
                " AND COALESCE(end_date, 99999) >= issue_date"
                " ORDER BY issue_date DESC, scan_items.scan_id LIMIT 1"
            )
        ).one()
        connection.execute(
            text("DELETE FROM scan_items WHERE scan_id = :s AND title_id = :t AND issue_date = :d"),
            {"s": gone.scan_id, "t": gone.title_id, "d": gone.issue_date},
        )
    found = check(ledger.engine, ledger.facts)
    assert not found.clean
    assert (gone.point_code, gone.title_code) in {(d.point, d.title) for d in found.differences}


def test_a_file_that_is_gone_is_named(ledger: Ledger) -> None:
    published(ledger)
    [*_, last] = sorted(ledger.facts.rglob("month=*/*.parquet"))
    last.unlink()
    assert check(ledger.engine, ledger.facts).lost == [last]


def test_a_file_with_other_content_is_noticed(ledger: Ledger) -> None:
    published(ledger)
    one, other, *_ = sorted(ledger.facts.rglob("month=*/*.parquet"))
    other.write_bytes(one.read_bytes())
    assert not check(ledger.engine, ledger.facts).clean


def test_months_that_wait_are_named_and_not_taken_for_differences(ledger: Ledger) -> None:
    published(ledger)
    with writing(ledger.engine) as connection:
        connection.execute(text("UPDATE subscriptions SET copies = copies + 1"))
        connection.execute(text("INSERT INTO dirty_months SELECT id, -1, 1 FROM branches"))
    found = check(ledger.engine, ledger.facts)
    assert found.clean
    assert found.waiting == [f"{BRANCH} *"]


def test_the_command_exits_with_1_on_a_difference(
    tmp_path: Path, data_dir: Path, invoke_jianbao: Callable[..., click.testing.Result]
) -> None:
    assert invoke_jianbao("import", HARD_MONTH).exit_code == 0
    clean = invoke_jianbao("check")
    assert clean.exit_code == 0
    assert clean.stdout.endswith("0 differences\n")
    next(data_dir.rglob("month=*/*.parquet")).unlink()
    assert invoke_jianbao("check").exit_code == 1
