"""What people decide about facts set aside, frames of revoked nodes, revoked devices"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0002"
down_revision = "0001"


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT, server_default=sa.text("0"), nullable=False)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def upgrade() -> None:
    op.add_column("proj_cursor", _number("judged_seq"))
    # What has counted so far was let in by the rules of its day.
    op.execute("UPDATE proj_cursor SET judged_seq = seq")
    op.add_column("quarantine", _words("decided_by"))
    op.add_column("quarantine", _number("decided_ms"))
    op.add_column("quarantine", _words("note"))
    op.create_table(
        "evidence",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        _number("first_seq"),
        _number("count"),
        _number("received_ms"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "node_id", "sha256"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "device",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        _words("state"),
        _words("note"),
        _words("changed_by"),
        _number("changed_ms"),
        sa.PrimaryKeyConstraint("tenant_id", "device_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
