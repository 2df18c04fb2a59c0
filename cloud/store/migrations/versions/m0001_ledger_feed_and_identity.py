"""The ledger, the feed and who may come in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "blob",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column(
            "size",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("mime", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("node_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "made_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "sha256"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bootstrap_code",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "expires_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "tries",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "enrolment_code",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("node_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "expires_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "used_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "code_hash"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("seq", INT, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "node_id", "log_id", "seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fact",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("seq", INT, autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("business_date", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "happened_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("actor", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "log_id", "seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("fact_by_day", "fact", ["tenant_id", "business_date", "node_id", "kind"], unique=False)
    op.create_table(
        "feed",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("pos", INT, autoincrement=False, nullable=False),
        sa.Column("table_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "ver",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("scope", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "is_checkpoint",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "made_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "pos"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feed_pending",
        sa.Column(
            "id",
            INT,
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("tenant_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("batch", sa.LargeBinary(), nullable=False),
        sa.Column("table_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "ver",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("scope", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("feed_pending_by_tenant", "feed_pending", ["tenant_id", "id"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "until_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("run_key", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
    )
    op.create_table(
        "log",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("node_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "epoch",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("parent_log", sa.LargeBinary(), nullable=False),
        sa.Column(
            "parent_seq",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("parent_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "head_seq",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "stable_seq",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("state", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("alarm", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "first_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "last_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "log_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("log_by_node", "log", ["tenant_id", "node_id", "epoch"], unique=False)
    op.create_table(
        "node",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("wire_id", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "enrolled_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "last_hello_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "last_push_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "unsent",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "oldest_unsent_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "blobs_pending",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "feed_gen",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "feed_pos",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("versions", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("sensors", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "node_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("node_by_wire_id", "node", ["tenant_id", "wire_id"], unique=True)
    op.create_table(
        "node_key",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "made_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "kid"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "op",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("op_id", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column(
            "seq",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "count",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("error", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "op_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "op_registry",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("op_id", sa.LargeBinary(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column(
            "seq",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "op_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "proj_cursor",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("node_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "seq",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "log_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "projected",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
    )
    op.create_table(
        "quarantine",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("seq", INT, autoincrement=False, nullable=False),
        sa.Column("node_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("agg_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "tries",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("state", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "noted_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "log_id", "seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("quarantine_by_agg", "quarantine", ["tenant_id", "state", "agg_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "made_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "seen_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "session_hash"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("session_by_user", "session", ["tenant_id", "user_id"], unique=False)
    op.create_table(
        "signing_key",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "made_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "kid"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "superseded",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("log_id", sa.LargeBinary(), nullable=False),
        sa.Column("seq", INT, autoincrement=False, nullable=False),
        sa.Column("op_id", sa.LargeBinary(), nullable=False),
        sa.Column("first_log", sa.LargeBinary(), nullable=False),
        sa.Column(
            "first_seq",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "log_id", "seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tenant",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("currency", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("symbol", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "digits",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "ver",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "cloud_gen",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "feed_head",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "feed_floor",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column("wire_id", sa.LargeBinary(), nullable=False),
        sa.Column(
            "made_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "throttle",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "failures",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "until_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "last_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "subject"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "user_account",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("role", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("stores", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("language", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("password_hash", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "revoked",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "ver",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "made_ms",
            INT,
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "user_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
