"""What each night's run works out to be ordered and moved"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0011"
down_revision = "0010"


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT, server_default=sa.text("0"), nullable=False)


def _table(name: str, keys: tuple[str, ...], *columns: sa.Column[str] | sa.Column[int]) -> None:
    op.create_table(
        name,
        *(sa.Column(key, sa.Text(), nullable=False) for key in ("tenant_id", *keys)),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", *keys),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    _table(
        "replenishment_run",
        ("day",),
        _words("state"),
        _words("forecaster"),
        *(_number(name) for name in ("made_ms", "lines", "ordered", "degraded")),
    )
    _table(
        "replenishment_line",
        ("day", "store", "sku"),
        _words("supplier"),
        *(_number(name) for name in ("qty", "unit_cost")),
        *(_words(name) for name in ("why", "suggestion", "terms")),
    )
    _table(
        "replenishment_gift",
        ("day", "sku", "from_store", "to_store"),
        *(_number(name) for name in ("qty", "spare")),
    )
