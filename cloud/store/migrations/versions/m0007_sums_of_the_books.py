"""Sums of the books by month, what closings moved, and what each SKU brought in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0007"
down_revision = "0006"


def _table(name: str, keys: tuple[str, ...], numbers: tuple[str, ...]) -> None:
    op.create_table(
        name,
        *(sa.Column(key, sa.Text(), nullable=False) for key in ("tenant_id", *keys)),
        *(sa.Column(one, INT, server_default=sa.text("0"), nullable=False) for one in numbers),
        sa.PrimaryKeyConstraint("tenant_id", *keys),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    sides = ("debit", "credit", "count")
    _table("gl_month", ("month", "node_id", "account"), sides)
    _table("gl_closing", ("posting_date", "node_id", "account"), sides)
    _table("goods_month", ("month", "node_id", "sku"), ("qty", "net", "cost", "worth", "worth_days"))
    op.add_column("voucher", sa.Column("takings", sa.LargeBinary(), nullable=True))
    op.create_index("gl_day_by_day", "gl_day", ["tenant_id", "posting_date"])
    op.execute(
        "INSERT INTO gl_month (tenant_id, month, node_id, account, debit, credit, count) "
        "SELECT tenant_id, substr(posting_date, 1, 7), node_id, account, sum(debit), sum(credit), sum(count) "
        "FROM gl_day GROUP BY tenant_id, substr(posting_date, 1, 7), node_id, account"
    )
