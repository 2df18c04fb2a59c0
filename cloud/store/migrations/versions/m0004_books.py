"""The books: vouchers that cannot be changed, what they sum to, and the histories they were made from"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"

REFUSED = "vouchers are never changed; a difference is a new one"


def upgrade() -> None:
    op.create_table(
        "book_policy",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("version", INT, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_ms", INT, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "version"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "book_sku",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("version", INT, server_default=sa.text("0"), nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("assumed", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "sku"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "book_cursor",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("node_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("seq", INT, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "log_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "book_turn",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("turn", INT, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "book_cell",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "node_id", "kind", "item", "place"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voucher",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("seq", INT, autoincrement=False, nullable=False),
        sa.Column("part", INT, autoincrement=False, nullable=False),
        sa.Column("rule", INT, autoincrement=False, nullable=False),
        sa.Column("number", INT, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reference", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("business_date", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("posting_date", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("amount", INT, server_default=sa.text("0"), nullable=False),
        sa.Column("cause", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "node_id", "log_id", "seq", "part", "rule", "number"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gl_day",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("posting_date", sa.Text(), nullable=False),
        sa.Column("debit", INT, server_default=sa.text("0"), nullable=False),
        sa.Column("credit", INT, server_default=sa.text("0"), nullable=False),
        sa.Column("count", INT, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "node_id", "account", "posting_date"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "book_problem",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("seq", INT, autoincrement=False, nullable=False),
        sa.Column("part", INT, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("named", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("business_date", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "node_id", "log_id", "seq", "part"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "book_waiting",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("seq", INT, autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "log_id", "seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("voucher_by_day", "voucher", ["tenant_id", "posting_date", "node_id"], unique=False)
    for statement in _triggers(op.get_bind().dialect.name):
        op.execute(statement)


def _triggers(dialect: str) -> list[str]:
    """A voucher that is to be changed or deleted is refused by the database itself."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER voucher_no_{act.lower()} BEFORE {act} ON voucher "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            for act in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION voucher_is_final() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$",
        "CREATE TRIGGER voucher_is_final BEFORE UPDATE OR DELETE ON voucher "
        "FOR EACH ROW EXECUTE FUNCTION voucher_is_final()",
    ]
