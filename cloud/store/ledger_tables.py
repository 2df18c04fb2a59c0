"""The ledger's tables: logs and their facts as the stores sent them, and what the projector did with each.

Rows of `event` are never changed. For every log, applied + superseded + quarantined = the projector's cursor,
and the cursor follows the log's head. `node_id` is the store's code, because a node and its store are one for
life; the cloud's own log has the empty one. `node.wire_id` is what stands in frames.
"""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, Identity, Index, MetaData, Table, or_

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
    number("judged_seq"),
)
"""`seq` is how far rows are made, and begins again when they are made anew; `judged_seq` is how far it was looked at
who recorded what, which is done once: what head office knew of people then must not be asked again later."""

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
    words("decided_by"),
    number("decided_ms"),
    words("note"),
    Index("quarantine_by_agg", "tenant_id", "state", "agg_id"),
)
"""`state` is held, allowed (a person said yes, the effect follows), released or voided; `reason` is unknown_schema,
invalid, depends_on_held, over_authority or revoked_actor."""

OBJECTIONS = ("over_authority", "revoked_actor")
"""Reasons that are about the person or the device, not about the fact."""


def is_verdict(table: Table) -> ColumnElement[bool]:
    """Rows of quarantine that say what was found or decided once, and that no rebuilding may find anew."""
    return or_(table.c.reason.in_(OBJECTIONS), table.c.state == "voided")


EVIDENCE = tenant_table(
    "evidence",
    METADATA,
    words("node_id", key=True),
    raw("sha256", key=True),
    raw("log_id"),
    number("first_seq"),
    number("count"),
    number("received_ms"),
    raw("data"),
)
"""Frames that a revoked node still sent: kept as they came, never applied."""

DEVICE = tenant_table(
    "device",
    METADATA,
    words("device_id", key=True),
    words("state"),
    words("note"),
    words("changed_by"),
    number("changed_ms"),
)
"""Phones and scanners that somebody has revoked, or let in again; the others are not listed."""

FACT = tenant_table(
    "fact",
    METADATA,
    words("node_id", key=True),
    raw("log_id", key=True),
    number("seq", key=True),
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
