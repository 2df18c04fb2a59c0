"""A stored fact whose bytes have rotted on the disk: found by its hash, and replaced by the same bytes from elsewhere.

Every backup walks every chain, so a rotten row is found within half an hour; its log then carries the alarm
`damaged`. At its next hello the store is asked for just those facts and sends them again. What it sends must close
the gap in the chain to the last bit, so a mended log is the old one and nothing else. What no store holds any more
comes from an older backup (`liushui cloud mend`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, update

from cloud.identity.nodes import KnownNode
from cloud.store.ledger_tables import EVENT, LOG, NODE, TENANT
from cloud.store.tenant import Reading, TenantStore, Writing, mine
from shared.errors import DomainError
from shared.ledger.chain import Head, genesis_hash, next_hash
from shared.sync.frame import EVENTS_MAX
from shared.sync.messages import Mend

DAMAGED = "damaged"
_PAGE = 5000
Range = tuple[bytes, int, int]


def look(store: TenantStore, log_id: bytes) -> list[Range]:
    """Walk a log; where facts do not hang together it gets the alarm, where all do it loses it."""
    with store.writing() as writing:
        found = damaged_in(writing, log_id)
        alarm = writing.scalar(select(LOG.c.alarm).where(mine(LOG), LOG.c.log_id == log_id))
        if found and alarm == "":
            _alarm(writing, log_id, DAMAGED)
        elif not found and alarm == DAMAGED:
            _alarm(writing, log_id, "")
        return found


def _alarm(writing: Writing, log_id: bytes, alarm: str) -> None:
    writing.change(update(LOG).where(mine(LOG), LOG.c.log_id == log_id).values(alarm=alarm))


def damaged_in(reading: Reading, log_id: bytes) -> list[Range]:
    """Runs of facts that do not follow from the hash before them, or are not there.

    A changed fact does not fit its own hash; a changed hash fits neither its fact nor the next.
    """
    log = reading.first(select(LOG).where(mine(LOG), LOG.c.log_id == log_id))
    if log is None:
        raise DomainError("log_unknown", log=log_id.hex())
    parent = Head(bytes(log.parent_log), log.parent_seq, bytes(log.parent_hash))
    before = genesis_hash(log_id, _wire_id(reading, log.node_id), parent)
    bad: list[int] = []
    last = 0
    while True:
        rows = reading.all(
            select(EVENT.c.seq, EVENT.c.hash, EVENT.c.bytes)
            .where(mine(EVENT), EVENT.c.node_id == log.node_id, EVENT.c.log_id == log_id, EVENT.c.seq > last)
            .order_by(EVENT.c.seq)
            .limit(_PAGE)
        )
        for row in rows:
            bad += range(last + 1, row.seq)
            if next_hash(log_id, row.seq, before, bytes(row.bytes)) != bytes(row.hash):
                bad.append(row.seq)
            before, last = bytes(row.hash), row.seq
        if len(rows) < _PAGE:
            break
    bad += range(last + 1, log.head_seq + 1)
    return _runs(log_id, bad)


def _runs(log_id: bytes, numbers: Sequence[int]) -> list[Range]:
    runs: list[Range] = []
    for number in numbers:
        if runs and runs[-1][2] == number - 1:
            runs[-1] = (log_id, runs[-1][1], number)
        else:
            runs.append((log_id, number, number))
    return runs


def _wire_id(reading: Reading, node: str) -> bytes:
    table, where = (NODE, NODE.c.node_id == node) if node else (TENANT, TENANT.c.tenant_id != "")
    return bytes(reading.scalar(select(table.c.wire_id).where(mine(table), where)))


def wanted(reading: Reading, node: str) -> list[Range]:
    """What a store is asked for at hello: at most one frame's worth of each run."""
    damaged = reading.all(
        select(LOG.c.log_id).where(mine(LOG), LOG.c.node_id == node, LOG.c.alarm == DAMAGED)
    )
    return [
        (log, first, min(last, first + EVENTS_MAX - 1))
        for row in damaged
        for log, first, last in damaged_in(reading, bytes(row.log_id))
    ]


def take(node: KnownNode, mend: Mend) -> bool:
    """A store's own facts once more. Whether they closed a gap."""
    return put_back(node.store, node.node, mend)


def put_back(store: TenantStore, node: str, mend: Mend) -> bool:
    """Replace a damaged run by facts that fit on both of its ends; anything else changes nothing."""
    with store.writing() as writing:
        log = writing.first(
            select(LOG).where(mine(LOG), LOG.c.log_id == mend.log, LOG.c.node_id == node).with_for_update()
        )
        if log is None:
            raise DomainError("log_unknown", log=mend.log.hex())
        last = mend.first_seq + len(mend.events) - 1
        if (mend.log, mend.first_seq, last) not in damaged_in(writing, mend.log):
            return False
        _replace(writing, node, log, mend)
    look(store, mend.log)
    return True


def _replace(writing: Writing, node: str, log: Row[Any], mend: Mend) -> None:
    held = {
        row.seq: bytes(row.hash)
        for row in writing.all(
            select(EVENT.c.seq, EVENT.c.hash).where(
                mine(EVENT),
                EVENT.c.node_id == node,
                EVENT.c.log_id == mend.log,
                EVENT.c.seq.between(mend.first_seq - 1, mend.first_seq + len(mend.events)),
            )
        )
    }
    parent = Head(bytes(log.parent_log), log.parent_seq, bytes(log.parent_hash))
    origin = genesis_hash(mend.log, _wire_id(writing, node), parent)
    digest = origin if mend.first_seq == 1 else held[mend.first_seq - 1]
    rows = []
    for seq, event_bytes in enumerate(mend.events, mend.first_seq):
        digest = next_hash(mend.log, seq, digest, event_bytes)
        rows.append((seq, digest, event_bytes))
    last = rows[-1][0]
    if digest != (bytes(log.head_hash) if last == log.head_seq else held.get(last)):
        raise DomainError("mend_refused", log=mend.log.hex(), seq=mend.first_seq)
    columns = ("node_id", "log_id", "seq", "hash", "bytes")
    written = [(node, mend.log, seq, after, data) for seq, after, data in rows]
    anew = "hash = excluded.hash, bytes = excluded.bytes"
    otherwise = f"ON CONFLICT (tenant_id, node_id, log_id, seq) DO UPDATE SET {anew}"
    writing.many(EVENT, columns, written, otherwise)
