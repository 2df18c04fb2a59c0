"""Channels, subscriptions and runs of reports"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0005"
down_revision = "0004"


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT, server_default=sa.text("0"), nullable=False)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "report_channel",
        *_key("tenant_id", "channel"),
        *(_words(name) for name in ("kind", "name", "settings", "secret", "changed_by")),
        _number("changed_ms"),
        sa.PrimaryKeyConstraint("tenant_id", "channel"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_subscription",
        *_key("tenant_id", "subscription"),
        *(_words(name) for name in ("user_id", "channel", "told")),
        _number("paused"),
        _number("made_ms"),
        sa.PrimaryKeyConstraint("tenant_id", "subscription"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("report_subscription_by_user", "report_subscription", ["tenant_id", "user_id"])
    op.create_table(
        "report_run",
        *_key("tenant_id", "subscription", "first_day", "last_day"),
        sa.Column("revision", INT, autoincrement=False, nullable=False),
        *(_words(name) for name in ("channel", "state")),
        *(_number(name) for name in ("due_ms", "next_ms", "tries", "sent_ms")),
        _words("message"),
        _number("behind"),
        _words("why"),
        sa.PrimaryKeyConstraint("tenant_id", "subscription", "first_day", "last_day", "revision"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("report_run_by_state", "report_run", ["tenant_id", "state", "next_ms"])
    op.create_index("report_run_by_channel", "report_run", ["tenant_id", "channel", "sent_ms"])
