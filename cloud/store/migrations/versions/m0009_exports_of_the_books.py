"""Batches of vouchers given to other programs, and which vouchers each has"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0009"
down_revision = "0008"


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT, server_default=sa.text("0"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "book_export",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("tenant_id", "batch")),
        *(_words(name) for name in ("system", "by_what", "first_day", "last_day")),
        *(_number(name) for name in ("vouchers", "made", "amount", "made_ms")),
        _words("made_by"),
        sa.PrimaryKeyConstraint("tenant_id", "batch"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "book_exported",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("tenant_id", "system", "node_id")),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        *(
            sa.Column(name, INT, autoincrement=False, nullable=False)
            for name in ("seq", "part", "rule", "number")
        ),
        _words("batch"),
        _number("made_number"),
        sa.PrimaryKeyConstraint("tenant_id", "system", "node_id", "log_id", "seq", "part", "rule", "number"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("book_exported_by_batch", "book_exported", ["tenant_id", "batch"])
