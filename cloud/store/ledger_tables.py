"""The ledger's tables: logs and their facts as the stores sent them, and what the projector did with each.

Rows of `event` are never changed. For every log, applied + superseded + quarantined = the projector's cursor,
and the cursor follows the log's head. `node_id` is the store's code, because a node and its store are one for
life; the cloud's own log has the empty one. `node.wire_id` is what stands in frames.
"""

from __future__ import annotations

from sqlalchemy import Column, Identity, Index, MetaData, Table

from cloud.store.columns import INT, number, raw, tenant_table, words

METADATA = MetaData()

HEAD_OFFICE = ""
"""The node of the cloud's own log."""

TENANT = Table(
    "tenant",
    METADATA,
    words("tenant_id", key=True),
    words("name"),
    words("currency"),
    words("symbol"),
    number("digits"),
    number("ver"),
    number("cloud_gen"),
    number("feed_head"),
    number("feed_floor"),
    raw("wire_id"),
    number("made_ms"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

NODE = tenant_table(
    "node",
    METADATA,
    words("node_id", key=True),
    raw("wire_id"),
    words("name"),
    words("state"),
    number("enrolled_ms"),
    number("last_hello_ms"),
    number("last_push_ms"),
    number("unsent"),
    number("oldest_unsent_ms"),
    number("blobs_pending"),
    number("feed_gen"),
    number("feed_pos"),
    words("versions"),
    words("sensors"),
    Index("node_by_wire_id", "tenant_id", "wire_id", unique=True),
)

LOG = tenant_table(
    "log",
    METADATA,
    raw("log_id", key=True),
    words("node_id"),
    number("epoch"),
    raw("parent_log"),
    number("parent_seq"),
    raw("parent_hash"),
    number("head_seq"),
    raw("head_hash"),
    number("stable_seq"),
    words("state"),
    words("alarm"),
    number("first_ms"),
    number("last_ms"),
    Index("log_by_node", "tenant_id", "node_id", "epoch"),
)
"""`state` is open, late (replaced hardware may still deliver) or sealed; `alarm` is empty, fork or twin."""

EVENT = tenant_table(
    "event",
    METADATA,
    words("node_id", key=True),
    raw("log_id", key=True),
    number("seq", key=True),
    raw("hash"),
    raw("bytes"),
)

OP_REGISTRY = tenant_table(
    "op_registry",
    METADATA,
    raw("op_id", key=True),
    raw("log_id"),
    number("seq"),
)

SUPERSEDED = tenant_table(
    "superseded",
    METADATA,
    raw("log_id", key=True),
    number("seq", key=True),
    raw("op_id"),
    raw("first_log"),
    number("first_seq"),
)

PROJ_CURSOR = tenant_table(
    "proj_cursor",
    METADATA,
    raw("log_id", key=True),
    words("node_id"),
    number("seq"),
)

QUARANTINE = tenant_table(
    "quarantine",
    METADATA,
    raw("log_id", key=True),
    number("seq", key=True),
    words("node_id"),
    words("kind"),
    words("agg_id"),
    words("reason"),
    words("why"),
    number("tries"),
    words("state"),
    number("noted_ms"),
    Index("quarantine_by_agg", "tenant_id", "state", "agg_id"),
)
"""`state` is held or released; `reason` is unknown_schema, invalid or depends_on_held."""

FACT = tenant_table(
    "fact",
    METADATA,
    raw("log_id", key=True),
    number("seq", key=True),
    words("node_id"),
    words("kind"),
    words("business_date"),
    number("happened_ms"),
    words("actor"),
    Index("fact_by_day", "tenant_id", "business_date", "node_id", "kind"),
)
"""What a drill-down searches by; one row per fact the projector has passed, whatever became of it."""

OP = tenant_table(
    "op",
    METADATA,
    raw("op_id", key=True),
    raw("content_hash"),
    words("state"),
    raw("log_id"),
    number("seq"),
    number("count"),
    words("error"),
)
"""Commands asked of the cloud itself: the same id again gives the same answer."""

FEED_PENDING = Table(
    "feed_pending",
    METADATA,
    # Orders rows of one key; says nothing about the order of commits, which is why positions come later.
    Column("id", INT, Identity(), primary_key=True),
    words("tenant_id"),
    raw("batch"),
    words("table_name"),
    raw("key"),
    number("ver"),
    raw("body", optional=True),
    words("scope"),
    Index("feed_pending_by_tenant", "tenant_id", "id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

FEED = tenant_table(
    "feed",
    METADATA,
    number("pos", key=True),
    words("table_name"),
    raw("key"),
    number("ver"),
    raw("body", optional=True),
    words("scope"),
    number("is_checkpoint"),
    number("made_ms"),
)

BLOB = tenant_table(
    "blob",
    METADATA,
    words("sha256", key=True),
    number("size"),
    words("mime"),
    words("state"),
    words("node_id"),
    number("made_ms"),
)

LEASE = Table(
    "lease",
    METADATA,
    # Scheduled work is the installation's, not a tenant's.
    words("name", key=True),
    words("holder"),
    number("until_ms"),
    words("run_key"),
    sqlite_strict=True,
)

PROJECTED = Table(
    "projected",
    METADATA,
    # What shape and version the generated tables have; the installation's, not a tenant's.
    words("name", key=True),
    words("fingerprint"),
    sqlite_strict=True,
)
