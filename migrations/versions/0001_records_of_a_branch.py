"""The records of a branch: what is promised, planned and happened, and what is published."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Versions of a route, or of a stop's place, may not overlap. PostgreSQL says it by exclusion of
# ranges of numbers that have the key in their upper digits (so that no extension is needed) and the
# validity in the lower five; checked at the end of the transaction, as several rows may move.
NO_END = 99_999
EXCLUSIONS = {
    "ex_route_versions_overlap": ("route_versions", "route_id::numeric"),
    "ex_route_stops_place": ("route_stops", "(route_id::numeric * 10000000000 + sequence)"),
    "ex_route_stops_point": ("route_stops", "(route_id::numeric * 10000000000 + point_id)"),
}
# SQLite says it by triggers: (table, the columns that may not be shared while both are valid).
TRIGGERS = {
    "route_versions_overlap": ("route_versions", ("route_id",)),
    "route_stops_place": ("route_stops", ("route_id", "sequence")),
    "route_stops_point": ("route_stops", ("route_id", "point_id")),
}


def exclude_overlaps_on_postgresql() -> None:
    for name, (table, key) in EXCLUSIONS.items():
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist (numrange("
            f"{key} * 100000 + valid_from + 1, "
            f"{key} * 100000 + COALESCE(valid_to + 1, {NO_END}), '[]') WITH &&) "
            "DEFERRABLE INITIALLY DEFERRED"
        )


def refuse_overlaps_on_sqlite() -> None:
    for name, (table, columns) in TRIGGERS.items():
        same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
        for event in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER {name}_{event.lower()} AFTER {event} ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same} AND id <> NEW.id "
                f"AND valid_from <= COALESCE(NEW.valid_to, {NO_END}) "
                f"AND COALESCE(valid_to, {NO_END}) >= NEW.valid_from) "
                f"BEGIN SELECT RAISE(ABORT, '{table}: two versions overlap'); END"
            )


def upgrade() -> None:
    op.create_table(
        "branches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("branch_code", sa.String(length=200), nullable=False),
        sa.Column("branch_name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=200), nullable=False),
        sa.Column("visit_gap_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_branches_parent")),
        sa.CheckConstraint(
            "visit_gap_minutes BETWEEN 0 AND 1440", name=op.f("ck_branches_visit_gap")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["branches.id"], name=op.f("fk_branches_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branches")),
        sa.UniqueConstraint("branch_code", name=op.f("uq_branches_branch_code")),
    )
    op.create_table(
        "dirty_months",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_dirty_months_branch_id")
        ),
        sa.PrimaryKeyConstraint("branch_id", "month", name=op.f("pk_dirty_months")),
    )
    op.create_table(
        "holidays",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'workday')", name=op.f("ck_holidays_kind")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_holidays_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", "date", name=op.f("pk_holidays")),
    )
    op.create_table(
        "published_facts",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("true_from", sa.BigInteger(), nullable=False),
        sa.Column("true_until", sa.BigInteger(), nullable=True),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("derived_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_published_facts_branch_id")
        ),
        sa.PrimaryKeyConstraint("branch_id", name=op.f("pk_published_facts")),
    )
    op.create_table(
        "routes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("route_code", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_routes_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routes")),
        sa.UniqueConstraint("branch_id", "route_code", name=op.f("uq_routes_branch_id_route_code")),
    )
    op.create_table(
        "service_standards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("standard_code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("day_kind", sa.String(length=20), nullable=False),
        sa.Column("offset_days", sa.Integer(), nullable=False),
        sa.Column("due_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "day_kind IN ('calendar', 'working', 'visit')",
            name=op.f("ck_service_standards_day_kind"),
        ),
        sa.CheckConstraint(
            "due_minute BETWEEN 0 AND 1439", name=op.f("ck_service_standards_due_minute")
        ),
        sa.CheckConstraint(
            "offset_days BETWEEN 0 AND 60", name=op.f("ck_service_standards_offset_days")
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_service_standards_branch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_standards")),
        sa.UniqueConstraint(
            "branch_id", "standard_code", name=op.f("uq_service_standards_branch_id_standard_code")
        ),
    )
    op.create_table(
        "titles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("title_code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cn_number", sa.String(length=200), nullable=True),
        sa.Column("publication_rule", sa.String(length=200), nullable=False),
        sa.Column("first_issue", sa.Integer(), nullable=False),
        sa.Column("last_issue", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('newspaper', 'magazine')", name=op.f("ck_titles_kind")),
        sa.CheckConstraint("last_issue >= first_issue", name=op.f("ck_titles_issues")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_titles_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_titles")),
        sa.UniqueConstraint("branch_id", "title_code", name=op.f("uq_titles_branch_id_title_code")),
    )
    op.create_table(
        "towns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("town_code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("area", sa.String(length=200), nullable=True),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_towns_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_towns_lon")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_towns_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_towns")),
        sa.UniqueConstraint("branch_id", "town_code", name=op.f("uq_towns_branch_id_town_code")),
    )
    op.create_table(
        "offices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("office_code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("town_id", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("carrier", sa.String(length=200), nullable=False),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_offices_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_offices_lon")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_offices_branch_id")),
        sa.ForeignKeyConstraint(["town_id"], ["towns.id"], name=op.f("fk_offices_town_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
        sa.UniqueConstraint(
            "branch_id", "office_code", name=op.f("uq_offices_branch_id_office_code")
        ),
    )
    op.create_table(
        "publication_exceptions",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "change IN ('skip', 'extra')", name=op.f("ck_publication_exceptions_change")
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_publication_exceptions_branch_id")
        ),
        sa.ForeignKeyConstraint(
            ["title_id"], ["titles.id"], name=op.f("fk_publication_exceptions_title_id")
        ),
        sa.PrimaryKeyConstraint("title_id", "date", name=op.f("pk_publication_exceptions")),
    )
    with op.batch_alter_table("publication_exceptions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_publication_exceptions_branch_id"), ["branch_id"], unique=False
        )

    op.create_table(
        "route_exceptions",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=20), nullable=False),
        sa.CheckConstraint("change IN ('skip', 'extra')", name=op.f("ck_route_exceptions_change")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_route_exceptions_branch_id")
        ),
        sa.ForeignKeyConstraint(
            ["route_id"], ["routes.id"], name=op.f("fk_route_exceptions_route_id")
        ),
        sa.PrimaryKeyConstraint("route_id", "date", name=op.f("pk_route_exceptions")),
    )
    with op.batch_alter_table("route_exceptions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_route_exceptions_branch_id"), ["branch_id"], unique=False
        )

    op.create_table(
        "arrivals",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("issue_date", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_arrivals_branch_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_arrivals_office_id")),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"], name=op.f("fk_arrivals_title_id")),
        sa.PrimaryKeyConstraint("office_id", "title_id", "issue_date", name=op.f("pk_arrivals")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_arrivals_branch_id_issue_date"),
            ["branch_id", "issue_date"],
            unique=False,
        )

    op.create_table(
        "couriers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("courier_code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_couriers_branch_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_couriers_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_couriers")),
        sa.UniqueConstraint(
            "branch_id", "courier_code", name=op.f("uq_couriers_branch_id_courier_code")
        ),
    )
    op.create_table(
        "points",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("point_code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("town_id", sa.Integer(), nullable=False),
        sa.Column("village", sa.String(length=200), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('village_post', 'unit', 'household', 'agent')", name=op.f("ck_points_kind")
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_points_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_points_lon")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_points_branch_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_points_office_id")),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["service_standards.id"], name=op.f("fk_points_standard_id")
        ),
        sa.ForeignKeyConstraint(["town_id"], ["towns.id"], name=op.f("fk_points_town_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points")),
        sa.UniqueConstraint("branch_id", "point_code", name=op.f("uq_points_branch_id_point_code")),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("courier_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "reason IN ('road_closed', 'nobody_there', 'paper_missing', 'label_unreadable', 'point_moved', 'other')",
            name=op.f("ck_attempts_reason"),
        ),
        sa.CheckConstraint(
            "(lat IS NULL) = (lon IS NULL) AND lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180",
            name=op.f("ck_attempts_position"),
        ),
        sa.CheckConstraint("accuracy_m BETWEEN 0 AND 100000", name=op.f("ck_attempts_accuracy")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_attempts_branch_id")),
        sa.ForeignKeyConstraint(
            ["courier_id"], ["couriers.id"], name=op.f("fk_attempts_courier_id")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["points.id"], name=op.f("fk_attempts_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_attempts_attempt_id")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attempts_branch_id_attempted_at"),
            ["branch_id", "attempted_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_attempts_point_id_attempted_at"),
            ["point_id", "attempted_at"],
            unique=False,
        )

    op.create_table(
        "confirmations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("confirmation_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("issue_date", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "channel IN ('label', 'phone', 'counter', 'visit')",
            name=op.f("ck_confirmations_channel"),
        ),
        sa.CheckConstraint(
            "verdict IN ('received', 'late', 'bundled', 'missing', 'damaged', 'wrong')",
            name=op.f("ck_confirmations_verdict"),
        ),
        sa.CheckConstraint("copies BETWEEN 1 AND 100000", name=op.f("ck_confirmations_copies")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_confirmations_branch_id")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["points.id"], name=op.f("fk_confirmations_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["title_id"], ["titles.id"], name=op.f("fk_confirmations_title_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sa.UniqueConstraint("confirmation_id", name=op.f("uq_confirmations_confirmation_id")),
    )
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_confirmations_branch_id_confirmed_at"),
            ["branch_id", "confirmed_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_confirmations_branch_id_issue_date"),
            ["branch_id", "issue_date"],
            unique=False,
        )

    op.create_table(
        "point_changes",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_point_changes_branch_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_point_changes_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["points.id"], name=op.f("fk_point_changes_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["service_standards.id"], name=op.f("fk_point_changes_standard_id")
        ),
        sa.PrimaryKeyConstraint("point_id", "valid_from", name=op.f("pk_point_changes")),
    )
    with op.batch_alter_table("point_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_changes_branch_id"), ["branch_id"], unique=False)

    op.create_table(
        "route_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("minutes_after_departure", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "minutes_after_departure BETWEEN 0 AND 1440", name=op.f("ck_route_stops_minutes")
        ),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_route_stops_sequence")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_route_stops_validity")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_route_stops_branch_id")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["points.id"], name=op.f("fk_route_stops_point_id")),
        sa.ForeignKeyConstraint(["route_id"], ["routes.id"], name=op.f("fk_route_stops_route_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_stops")),
        sa.UniqueConstraint(
            "route_id",
            "sequence",
            "valid_from",
            name=op.f("uq_route_stops_route_id_sequence_valid_from"),
        ),
    )
    with op.batch_alter_table("route_stops", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_route_stops_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_route_stops_point_id"), ["point_id"], unique=False)

    op.create_table(
        "route_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("courier_id", sa.Integer(), nullable=True),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("depart_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "depart_minute BETWEEN 0 AND 1439", name=op.f("ck_route_versions_depart_minute")
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_route_versions_validity")),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_route_versions_weekdays")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_route_versions_branch_id")
        ),
        sa.ForeignKeyConstraint(
            ["courier_id"], ["couriers.id"], name=op.f("fk_route_versions_courier_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_route_versions_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["route_id"], ["routes.id"], name=op.f("fk_route_versions_route_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_versions")),
        sa.UniqueConstraint(
            "route_id", "valid_from", name=op.f("uq_route_versions_route_id_valid_from")
        ),
    )
    with op.batch_alter_table("route_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_route_versions_branch_id"), ["branch_id"], unique=False
        )

    op.create_table(
        "scans",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("courier_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("scanned_at", sa.BigInteger(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("clock", sa.String(length=20), nullable=True),
        sa.Column("label", sa.String(length=20), nullable=True),
        sa.CheckConstraint("clock IN ('corrected', 'unknown')", name=op.f("ck_scans_clock")),
        sa.CheckConstraint("label IN ('unknown', 'retired')", name=op.f("ck_scans_label")),
        sa.CheckConstraint("method IN ('camera', 'manual')", name=op.f("ck_scans_method")),
        sa.CheckConstraint(
            "(lat IS NULL) = (lon IS NULL) AND lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180",
            name=op.f("ck_scans_position"),
        ),
        sa.CheckConstraint("accuracy_m BETWEEN 0 AND 100000", name=op.f("ck_scans_accuracy")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_scans_branch_id")),
        sa.ForeignKeyConstraint(["courier_id"], ["couriers.id"], name=op.f("fk_scans_courier_id")),
        sa.ForeignKeyConstraint(["point_id"], ["points.id"], name=op.f("fk_scans_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_scans_scan_id")),
    )
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scans_branch_id_scanned_at"), ["branch_id", "scanned_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_scans_courier_id_scanned_at"), ["courier_id", "scanned_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_scans_point_id_scanned_at"), ["point_id", "scanned_at"], unique=False
        )

    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("subscription_code", sa.String(length=200), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("start_date", sa.Integer(), nullable=False),
        sa.Column("end_date", sa.Integer(), nullable=True),
        sa.Column("payer", sa.String(length=200), nullable=True),
        sa.CheckConstraint("copies BETWEEN 1 AND 100000", name=op.f("ck_subscriptions_copies")),
        sa.CheckConstraint("end_date >= start_date", name=op.f("ck_subscriptions_dates")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_subscriptions_branch_id")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["points.id"], name=op.f("fk_subscriptions_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["title_id"], ["titles.id"], name=op.f("fk_subscriptions_title_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint(
            "branch_id",
            "subscription_code",
            name=op.f("uq_subscriptions_branch_id_subscription_code"),
        ),
    )
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_subscriptions_point_id_title_id"), ["point_id", "title_id"], unique=False
        )

    op.create_table(
        "confirmation_voids",
        sa.Column(
            "confirmation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("voided_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_confirmation_voids_branch_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmation_id"],
            ["confirmations.id"],
            name=op.f("fk_confirmation_voids_confirmation_id"),
        ),
        sa.PrimaryKeyConstraint("confirmation_id", name=op.f("pk_confirmation_voids")),
    )
    with op.batch_alter_table("confirmation_voids", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_confirmation_voids_branch_id_voided_at"),
            ["branch_id", "voided_at"],
            unique=False,
        )

    op.create_table(
        "holds",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("start_date", sa.Integer(), nullable=False),
        sa.Column("end_date", sa.Integer(), nullable=False),
        sa.CheckConstraint("end_date >= start_date", name=op.f("ck_holds_dates")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_holds_branch_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_holds_subscription_id")
        ),
        sa.PrimaryKeyConstraint("subscription_id", "start_date", name=op.f("pk_holds")),
    )
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holds_branch_id"), ["branch_id"], unique=False)

    op.create_table(
        "scan_items",
        sa.Column("scan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("issue_date", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.CheckConstraint("copies BETWEEN 1 AND 100000", name=op.f("ck_scan_items_copies")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_scan_items_branch_id")
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_scan_items_scan_id")),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"], name=op.f("fk_scan_items_title_id")),
        sa.PrimaryKeyConstraint("scan_id", "title_id", "issue_date", name=op.f("pk_scan_items")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("scan_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scan_items_branch_id_issue_date"),
            ["branch_id", "issue_date"],
            unique=False,
        )

    op.create_table(
        "scan_voids",
        sa.Column("scan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("voided_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_scan_voids_branch_id")
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_scan_voids_scan_id")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_scan_voids")),
    )
    with op.batch_alter_table("scan_voids", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scan_voids_branch_id_voided_at"),
            ["branch_id", "voided_at"],
            unique=False,
        )
    if op.get_bind().dialect.name == "postgresql":
        exclude_overlaps_on_postgresql()
    else:
        refuse_overlaps_on_sqlite()


def downgrade() -> None:
    with op.batch_alter_table("scan_voids", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_voids_branch_id_voided_at"))

    op.drop_table("scan_voids")
    with op.batch_alter_table("scan_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_items_branch_id_issue_date"))

    op.drop_table("scan_items")
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holds_branch_id"))

    op.drop_table("holds")
    with op.batch_alter_table("confirmation_voids", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmation_voids_branch_id_voided_at"))

    op.drop_table("confirmation_voids")
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscriptions_point_id_title_id"))

    op.drop_table("subscriptions")
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scans_point_id_scanned_at"))
        batch_op.drop_index(batch_op.f("ix_scans_courier_id_scanned_at"))
        batch_op.drop_index(batch_op.f("ix_scans_branch_id_scanned_at"))

    op.drop_table("scans")
    with op.batch_alter_table("route_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_route_versions_branch_id"))

    op.drop_table("route_versions")
    with op.batch_alter_table("route_stops", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_route_stops_point_id"))
        batch_op.drop_index(batch_op.f("ix_route_stops_branch_id"))

    op.drop_table("route_stops")
    with op.batch_alter_table("point_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_changes_branch_id"))

    op.drop_table("point_changes")
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmations_branch_id_issue_date"))
        batch_op.drop_index(batch_op.f("ix_confirmations_branch_id_confirmed_at"))

    op.drop_table("confirmations")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempts_point_id_attempted_at"))
        batch_op.drop_index(batch_op.f("ix_attempts_branch_id_attempted_at"))

    op.drop_table("attempts")
    op.drop_table("points")
    op.drop_table("couriers")
    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_arrivals_branch_id_issue_date"))

    op.drop_table("arrivals")
    with op.batch_alter_table("route_exceptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_route_exceptions_branch_id"))

    op.drop_table("route_exceptions")
    with op.batch_alter_table("publication_exceptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_exceptions_branch_id"))

    op.drop_table("publication_exceptions")
    op.drop_table("offices")
    op.drop_table("towns")
    op.drop_table("titles")
    op.drop_table("service_standards")
    op.drop_table("routes")
    op.drop_table("published_facts")
    op.drop_table("holidays")
    op.drop_table("dirty_months")
    op.drop_table("branches")
