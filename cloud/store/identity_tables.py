"""People, their sessions, the nodes' keys and the codes that let a first owner or a new node in.

Secrets are kept as hashes; the one private key per tenant signs what nodes must be able to trust offline.
"""

from __future__ import annotations

from sqlalchemy import Index

from cloud.store.columns import number, raw, tenant_table, words
from cloud.store.ledger_tables import METADATA

USER = tenant_table(
    "user_account",
    METADATA,
    words("user_id", key=True),
    words("name"),
    words("role"),
    words("stores"),
    words("language"),
    words("password_hash"),
    number("revoked"),
    number("ver"),
    number("made_ms"),
)

SESSION = tenant_table(
    "session",
    METADATA,
    raw("session_hash", key=True),
    words("user_id"),
    number("made_ms"),
    number("seen_ms"),
    Index("session_by_user", "tenant_id", "user_id"),
)

THROTTLE = tenant_table(
    "throttle",
    METADATA,
    words("subject", key=True),
    number("failures"),
    number("until_ms"),
    number("last_ms"),
)

BOOTSTRAP_CODE = tenant_table(
    "bootstrap_code",
    METADATA,
    raw("code_hash"),
    number("expires_ms"),
    number("tries"),
)

ENROLMENT_CODE = tenant_table(
    "enrolment_code",
    METADATA,
    raw("code_hash", key=True),
    words("node_id"),
    words("made_by"),
    number("expires_ms"),
    number("used_ms"),
)

NODE_KEY = tenant_table(
    "node_key",
    METADATA,
    words("kid", key=True),
    words("node_id"),
    raw("public_key"),
    words("state"),
    number("made_ms"),
)

SIGNING_KEY = tenant_table(
    "signing_key",
    METADATA,
    words("kid", key=True),
    raw("private_key"),
    raw("public_key"),
    number("made_ms"),
)
