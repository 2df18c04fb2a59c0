"""The search rows of facts lie with their node, as the day-book does"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # Search rows are made from the facts; they are made again, with everything else that is.
    op.drop_table("fact")
    op.create_table(
        "fact",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("seq", INT, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("business_date", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("happened_ms", INT, server_default=sa.text("0"), nullable=False),
        sa.Column("actor", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "node_id", "log_id", "seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("fact_by_day", "fact", ["tenant_id", "business_date", "node_id", "kind"], unique=False)
    op.execute("UPDATE projected SET fingerprint = ''")
