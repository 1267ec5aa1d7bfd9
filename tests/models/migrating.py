"""A database as the migrations leave it: how it is made, filled, and what it holds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import Connection, Engine, Inspector, MetaData, insert, inspect, select, text

from service.app import MIGRATIONS, create_app
from service.config import Config
from service.extensions import db
from service.measures import dirty
from service.models.engine import writing
from service.operations.import_feed import import_feed
from service.operations.refresh_facts import refresh_facts
from tests.feed.complete import write_feed
from tests.models.rows import ROWS

NOW = datetime(2026, 9, 1, tzinfo=UTC)


class Database:
    """A database with the service's own way to open and to migrate it."""

    def __init__(self, url: str, data: Path) -> None:
        config = Config.from_environment({"JIANBAO_DATA": str(data), "JIANBAO_DATABASE_URL": url})
        self.url, self.data = url, data
        self.app: Flask = create_app(config)

    @property
    def engine(self) -> Engine:
        with self.app.app_context():
            return db.engine

    def upgrade(self, migrations: Path = MIGRATIONS) -> None:
        with self.app.app_context():
            flask_migrate.upgrade(directory=str(migrations))

    def downgrade(self, migrations: Path = MIGRATIONS, revision: str = "base") -> None:
        with self.app.app_context():
            flask_migrate.downgrade(directory=str(migrations), revision=revision)

    def fill(self, folder: Path) -> None:
        """Put rows into every table."""
        complete = write_feed(folder / "complete")
        branch_id = import_feed(self.engine, complete, staging_folder=self.data).branch_id
        refresh_facts(self.engine, self.data / "facts", branch_id, NOW)
        with writing(self.engine) as connection:
            dirty.mark_months(connection, branch_id, [700])
            fill_phones(connection, branch_id)

    def shape(self) -> dict[str, Any]:
        """Everything that the database says of its tables."""
        return shape_of(self.engine)

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table, in order."""
        metadata = MetaData()
        metadata.reflect(self.engine)
        with self.engine.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for name, table in metadata.tables.items()
            }


def fill_phones(connection: Connection, branch_id: int) -> None:
    """Put rows into the tables that no import fills: accounts, phones, labels."""
    ids = {
        f"{table.removesuffix('s')}_id": connection.execute(
            text(f"SELECT MIN(id) FROM {table} WHERE branch_id = {branch_id}")
        ).scalar_one()
        for table in ("points", "couriers", "routes", "offices", "scans")
    }
    for model, values in ROWS.items():
        if connection.execute(select(model.__table__).limit(1)).first() is None:
            there = {name: id_ for name, id_ in ids.items() if name in values}
            connection.execute(insert(model), {"branch_id": branch_id, **values, **there})


def shape_of(engine: Engine) -> dict[str, Any]:
    inspector = inspect(engine)
    shape: dict[str, Any] = {
        name: {
            "columns": [
                (each["name"], str(each["type"]), each["nullable"], each["default"])
                for each in inspector.get_columns(name)
            ],
            "primary key": inspector.get_pk_constraint(name),
            "foreign keys": by_name(inspector.get_foreign_keys(name)),
            "unique": by_name(inspector.get_unique_constraints(name)),
            "checks": by_name(inspector.get_check_constraints(name)),
            "indexes": [plain(each) for each in by_name(inspector.get_indexes(name))],
        }
        for name in sorted(inspector.get_table_names())
    }
    return {**shape, "beyond": sorted(beyond_tables(inspector))}


def plain(index: Any) -> dict[str, Any]:
    """The index with the conditions of partial ones as text, which can be compared."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def by_name(found: Any) -> list[Any]:
    return sorted(found, key=lambda each: each["name"])


def beyond_tables(inspector: Inspector) -> Iterator[str]:
    """What refuses overlaps: triggers on SQLite, constraints and their indexes on PostgreSQL."""
    query = (
        "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
        if inspector.dialect.name == "sqlite"
        else "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'x'"
    )
    bind = inspector.bind
    assert isinstance(bind, Engine)
    with bind.connect() as connection:
        yield from connection.execute(text(query)).scalars()
