"""A node's own facts back to it, verbatim, after a restore or on new hardware; the node verifies the chain."""

from __future__ import annotations

from sqlalchemy import select

from cloud.identity.nodes import KnownNode
from cloud.store.ledger_tables import EVENT, LOG
from cloud.store.tenant import mine
from shared.errors import DomainError
from shared.ledger.chain import Head, genesis_hash
from shared.sync.frame import EVENTS_MAX, RAW_BYTES_MAX, events_that_fit
from shared.sync.messages import Backfill

assert RAW_BYTES_MAX >= EVENTS_MAX


def facts(node: KnownNode, log_id: bytes, first: int, last: int) -> Backfill:
    """Facts `first`… of one of the node's logs, as many as fit into one answer; the node asks again for more."""
    if not 1 <= first <= last:
        raise DomainError("log_range_wrong")
    with node.store.reading() as reading:
        log = reading.first(select(LOG).where(mine(LOG), LOG.c.log_id == log_id, LOG.c.node_id == node.node))
        if log is None:
            raise DomainError("log_unknown", log=log_id.hex())
        if first > log.head_seq:
            raise DomainError("log_range_wrong")
        rows = reading.all(
            select(EVENT.c.seq, EVENT.c.hash, EVENT.c.bytes)
            .where(
                mine(EVENT),
                EVENT.c.node_id == node.node,
                EVENT.c.log_id == log_id,
                EVENT.c.seq.between(first - 1, min(last, first + EVENTS_MAX - 1)),
            )
            .order_by(EVENT.c.seq)
        )
    parent = Head(bytes(log.parent_log), log.parent_seq, bytes(log.parent_hash))
    before = rows[0].hash if first > 1 else genesis_hash(log_id, node.wire_id, parent)
    events = [bytes(row.bytes) for row in rows if row.seq >= first]
    return Backfill(
        log=log_id,
        parent=parent,
        first_seq=first,
        prev_hash=bytes(before),
        events=events[: events_that_fit(events)],
    )
