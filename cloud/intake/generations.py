"""The generation of the cloud: a number that a restored copy never shares with what it was copied from.

Positions of the feed mean something only within one generation, and so does the cloud's own log: a new
generation closes the open one, and the next command at head office begins a log that cites it.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, select, update

from cloud.store.ledger_tables import FEED, HEAD_OFFICE, LOG, TENANT
from cloud.store.tenant import Reading, Writing, mine


class Standing(msgspec.Struct, frozen=True):
    """Where the feed stands."""

    gen: int
    feed_head: int
    feed_floor: int
    wire_id: bytes


def current(reading: Reading) -> Standing:
    row = reading.first(select(TENANT).where(mine(TENANT)))
    assert row is not None, "a tenant without a row"
    return Standing(row.cloud_gen, row.feed_head, row.feed_floor, bytes(row.wire_id))


def lock(writing: Writing) -> None:
    """Waits for, and keeps until the end of the transaction, what must be done by one worker at a time."""
    writing.first(select(TENANT.c.tenant_id).where(mine(TENANT)).with_for_update())


def begin(writing: Writing, now_ms: int) -> Standing:
    """A new generation. By the clock, so that the same backup restored twice gives two different ones."""
    row = writing.first(select(TENANT).where(mine(TENANT)).with_for_update())
    assert row is not None
    gen = max(row.cloud_gen + 1, now_ms)
    writing.change(update(TENANT).where(mine(TENANT)).values(cloud_gen=gen, feed_floor=row.feed_head))
    writing.change(delete(FEED).where(mine(FEED)))
    writing.change(
        update(LOG)
        .where(mine(LOG), LOG.c.node_id == HEAD_OFFICE, LOG.c.state == "open")
        .values(state="closed")
    )
    return Standing(gen, row.feed_head, row.feed_head, bytes(row.wire_id))
