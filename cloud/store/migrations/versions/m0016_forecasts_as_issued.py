"""What was forecast, as it was said, and how it fared"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

AnyColumn = sa.Column[str] | sa.Column[int] | sa.Column[bytes]

revision = "0016"
down_revision = "0011"


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT, server_default=sa.text("0"), nullable=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _table(name: str, keys: tuple[AnyColumn, ...], *columns: AnyColumn) -> None:
    op.create_table(
        name,
        _key("tenant_id"),
        *keys,
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", *(key.name for key in keys)),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    _table(
        "forecast_issued",
        (_key("origin"), _key("store"), _key("sku")),
        *(_words(name) for name in ("model", "segment", "degraded")),
        sa.Column("days", sa.LargeBinary(), nullable=False),
    )
    _table(
        "forecast_scored_day",
        (_key("day"), _key("store")),
        *(_number(name) for name in ("sales", "qty", "returned_qty")),
    )
    _table(
        "forecast_score",
        (
            *(_key("cycle"), _key("day"), _key("store")),
            sa.Column("ahead", INT, nullable=False),
            _key("segment"),
        ),
        *(
            _number(name)
            for name in (
                *("series", "sold", "said", "missed", "mean_said", "mean_missed", "naive_said"),
                *("naive_missed", "within_q50", "within_q80", "within_q90", "within_q95", "within_q98"),
            )
        ),
    )
