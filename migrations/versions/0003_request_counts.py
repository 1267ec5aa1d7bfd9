"""How often an address has tried to log in or to enrol."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_counts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_request_counts")),
    )
    with op.batch_alter_table("request_counts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_counts_until"), ["until"], unique=False)


def downgrade() -> None:
    op.drop_table("request_counts")
