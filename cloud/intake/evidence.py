"""What a revoked node still sends: its frames are kept as they came, for whoever asks what happened, and never applied.

Only whole frames of the node itself are kept, each once, and no more than fits a bound: a lost box must not be able
to fill head office's disk.
"""

from __future__ import annotations

import hashlib

import structlog
from sqlalchemy import func, select

from cloud.identity.nodes import KnownNode
from cloud.intake.compression import decompress
from cloud.store.ledger_tables import EVIDENCE, NODE
from cloud.store.tenant import mine
from shared.errors import DomainError
from shared.sync.frame import unpack

log = structlog.get_logger("cloud.intake")

BYTES_MAX = 64 * 1024 * 1024
"""Of one node."""


def keep(node: KnownNode, data: bytes, now_ms: int) -> bool:
    """Keep the frame of a revoked node; returns whether it was kept now."""
    try:
        header = unpack(data, decompress).header
    except DomainError:
        return False
    if header.node_id != node.wire_id:
        return False
    with node.store.writing() as writing:
        # One frame at a time, so that the bound holds.
        writing.first(select(NODE.c.node_id).where(mine(NODE), NODE.c.node_id == node.node).with_for_update())
        held = writing.scalar(
            select(func.coalesce(func.sum(func.length(EVIDENCE.c.data)), 0)).where(
                mine(EVIDENCE), EVIDENCE.c.node_id == node.node
            )
        )
        if int(held) + len(data) > BYTES_MAX:
            log.warning("evidence_full", node=node.node)
            return False
        added = writing.insert_missing(
            EVIDENCE,
            {
                "node_id": node.node,
                "sha256": hashlib.sha256(data).digest(),
                "log_id": header.log_id,
                "first_seq": header.first_seq,
                "count": header.count,
                "received_ms": now_ms,
                "data": data,
            },
        )
    log.warning("revoked_node_pushed", node=node.node, log=header.log_id.hex(), first=header.first_seq)
    return added == 1
