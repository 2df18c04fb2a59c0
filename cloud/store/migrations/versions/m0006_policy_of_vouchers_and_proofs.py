"""The policy a voucher was posted under, and what proofs of the books found"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("voucher", sa.Column("policy", INT, server_default=sa.text("0"), nullable=False))
    op.create_table(
        "book_proof",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("at_ms", INT, autoincrement=False, nullable=False),
        *(
            sa.Column(name, INT, server_default=sa.text("0"), nullable=False)
            for name in ("turn", "unposted", "problems")
        ),
        sa.Column("findings", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "at_ms"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
