"""Head office's signed word on what it has of this store: the newest is kept, for the day somebody denies it."""

from __future__ import annotations

import msgspec

from edge.ledger import dbapi
from edge.ledger.identity import Identity
from edge.ledger.writer import Transaction
from edge.sync.node_key import is_signed
from shared.sync.bundle import Confirmed, Receipt
from shared.sync.proving import receipt_to_sign

_NAME = "receipt"


def read(connection: dbapi.Connection) -> Receipt | None:
    """The newest receipt."""
    found = connection.execute("SELECT value FROM about_node WHERE name = ?", (_NAME,)).fetchone()
    return None if found is None else msgspec.msgpack.decode(found[0], type=Receipt)


def is_news(connection: dbapi.Connection, receipt: Receipt, identity: Identity) -> bool:
    """Whether it is head office's word, about us, and says other heads than the one kept."""
    signed = receipt_to_sign(str(identity.tenant.get("tenant", "")), receipt.body)
    if not is_signed(identity.cloud_public_key, receipt.signature, signed):
        return False
    said = msgspec.msgpack.decode(receipt.body, type=Confirmed)
    kept = read(connection)
    before = None if kept is None else msgspec.msgpack.decode(kept.body, type=Confirmed)
    return said.node_id == identity.node_id and (before is None or before.heads != said.heads)


def keep(tx: Transaction, receipt: Receipt) -> None:
    tx.connection.execute(
        "INSERT INTO about_node (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_NAME, msgspec.msgpack.encode(receipt)),
    )
