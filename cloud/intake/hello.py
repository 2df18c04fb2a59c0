"""Hello: a node says what it holds and is told what the cloud has. That answer is the only cursor there is.

A node that knows a position of our feed we never reached tells us that we are a restored copy; we then begin a
new generation at once, and every node takes a fresh snapshot instead of believing positions that mean nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from sqlalchemy import Row, select, update

from cloud.identity import keys
from cloud.identity.nodes import KnownNode
from cloud.intake import generations, mending
from cloud.intake.log_order import logs_of
from cloud.intake.twins import GAP, LATE, TWIN
from cloud.store.identity_tables import USER
from cloud.store.ledger_tables import EVENT, LOG, NODE, PROJ_CURSOR
from cloud.store.tenant import Reading, Writing, mine
from shared.errors import DomainError
from shared.ledger.chain import Head
from shared.sync.bundle import Confirmed, Receipt
from shared.sync.frame import EVENTS_MAX
from shared.sync.messages import Hello, Welcome

log = structlog.get_logger("cloud.intake")

RETRY_MS = 1000


def welcome(node: KnownNode, hello: Hello, now_ms: int) -> Welcome:
    """What the cloud holds of this node, what the node lacks, and where the feed stands."""
    if hello.node_id != node.wire_id:
        raise DomainError("frame_of_another_node")
    with node.store.writing() as writing:
        tenant = generations.current(writing)
        if hello.feed_gen == tenant.gen and hello.feed_pos > tenant.feed_head:
            tenant = generations.begin(writing, now_ms)
            log.warning("restored_copy_noticed", tenant=writing.tenant, gen=tenant.gen, node=node.node)
        if not node.is_replaced:
            _note_standing(writing, node.node, hello, now_ms)
        # The store takes this order for its own: rows that the last fact says come out alike.
        logs = logs_of(writing, node.node)
        theirs = {head.log: head for head in hello.heads}
        backfill = []
        for row in logs:
            known = theirs.get(bytes(row.log_id))
            held = 0 if known is None else known.seq
            if known is not None and 0 < held <= row.head_seq and not _agrees(writing, node.node, known):
                writing.change(update(LOG).where(mine(LOG), LOG.c.log_id == row.log_id).values(alarm="fork"))
                continue
            if held < row.head_seq and not node.is_replaced:
                backfill.append((bytes(row.log_id), held + 1, row.head_seq))
        lost, found_again = _without_parent(writing, node.node, logs, theirs)
        revoked = writing.all(
            select(USER.c.user_id).where(mine(USER), USER.c.revoked == 1).order_by(USER.c.user_id)
        )
        have = [Head(bytes(row.log_id), row.head_seq, bytes(row.head_hash)) for row in logs]
        return Welcome(
            have=have,
            stable=[(bytes(row.log_id), row.stable_seq) for row in logs],
            backfill=backfill,
            cloud_gen=tenant.gen,
            feed_head=tenant.feed_head,
            sealed=[bytes(row.log_id) for row in logs if row.state == "sealed"],
            events_max=EVENTS_MAX,
            retry_ms=RETRY_MS,
            revoked=[row.user_id for row in revoked],
            server_ms=now_ms,
            mend=mending.wanted(writing, node.node),
            receipt=_receipt(writing, node, have, now_ms),
            alarms=[
                (bytes(row.log_id), GAP if row.log_id in lost else row.alarm)
                for row in logs
                if (row.alarm and row.log_id not in found_again) or row.log_id in lost
            ],
        )


def _without_parent(
    writing: Writing, node: str, logs: Sequence[Row[Any]], theirs: Mapping[bytes, Head]
) -> tuple[set[bytes], set[bytes]]:
    """Logs that grew from facts nobody holds any more: both sides were put back to older copies.

    A log waits for the facts it grew from. These will never come, so it gets the alarm `gap` and is applied
    without them; the phones have offered again what stood there. Where another box brings them after all, the alarm
    is taken off: those logs come second.
    """
    heads = {bytes(row.log_id): int(row.head_seq) for row in logs}
    applied = {
        bytes(row.log_id): int(row.seq)
        for row in writing.all(
            select(PROJ_CURSOR.c.log_id, PROJ_CURSOR.c.seq).where(
                mine(PROJ_CURSOR), PROJ_CURSOR.c.node_id == node
            )
        )
    }
    lost, found_again = set(), set()
    for row in logs:
        parent, name = bytes(row.parent_log), bytes(row.log_id)
        at_node = theirs[parent].seq if parent in theirs else 0
        waits = heads.get(parent, 0) < row.parent_seq and applied.get(name, 0) < row.head_seq
        if parent and waits and at_node < row.parent_seq and row.alarm in ("", TWIN, LATE):
            lost.add(name)
            writing.change(update(LOG).where(mine(LOG), LOG.c.log_id == name).values(alarm=GAP))
            log.warning("parent_lost", node=node, log=name.hex(), parent=parent.hex(), seq=row.parent_seq)
        elif row.alarm == GAP and applied.get(parent, 0) >= row.parent_seq:
            found_again.add(name)
            writing.change(update(LOG).where(mine(LOG), LOG.c.log_id == name).values(alarm=""))
            log.info("parent_found", node=node, log=name.hex(), parent=parent.hex(), seq=row.parent_seq)
    return lost, found_again


def _note_standing(writing: Writing, node: str, hello: Hello, now_ms: int) -> None:
    """How the box that is the store's node stands; what a replaced one says of itself is not the store's."""
    writing.change(
        update(NODE)
        .where(mine(NODE), NODE.c.node_id == node)
        .values(
            last_hello_ms=now_ms,
            unsent=hello.unsent,
            oldest_unsent_ms=hello.oldest_unsent_ms,
            blobs_pending=hello.blobs_pending,
            feed_gen=hello.feed_gen,
            feed_pos=hello.feed_pos,
            versions=msgspec.json.encode(hello.versions).decode(),
            sensors=msgspec.json.encode(hello.sensors).decode(),
        )
    )


def _receipt(reading: Reading, node: KnownNode, have: list[Head], now_ms: int) -> Receipt:
    """What we have, signed: with it a store can show one day what was here."""
    body = msgspec.msgpack.encode(Confirmed(node.wire_id, have, now_ms))
    return Receipt(body, keys.sign(reading, "heads", body).signature)


def _agrees(reading: Reading, node: str, head: Head) -> bool:
    stored = reading.scalar(
        select(EVENT.c.hash).where(
            mine(EVENT), EVENT.c.node_id == node, EVENT.c.log_id == head.log, EVENT.c.seq == head.seq
        )
    )
    return stored is not None and bytes(stored) == head.hash
