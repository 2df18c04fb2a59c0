"""Telling a store which copy of an op counts: a row of the feed for every fact that has no effect because of another.

The rows are `superseded`, seen from the store; nothing is kept twice. A head office that was put back to an old copy
may come to another verdict, and says so by its new generation: the snapshot replaces all verdicts of the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, select

from cloud.store import feed
from cloud.store.feed import FeedChange
from cloud.store.ledger_tables import LOG, SUPERSEDED
from cloud.store.tenant import Reading, Writing, mine
from shared.sync.verdicts import SUPERSEDED_FACT

_VER = 1
"""A verdict never changes within a generation."""
_OWN = LOG.alias("own")
_FIRST = LOG.alias("first")
_WITH_NODES = SUPERSEDED.join(
    _OWN, and_(_OWN.c.tenant_id == SUPERSEDED.c.tenant_id, _OWN.c.log_id == SUPERSEDED.c.log_id)
).outerjoin(
    _FIRST, and_(_FIRST.c.tenant_id == SUPERSEDED.c.tenant_id, _FIRST.c.log_id == SUPERSEDED.c.first_log)
)
_VERDICT = (
    SUPERSEDED.c.log_id,
    SUPERSEDED.c.seq,
    SUPERSEDED.c.first_log,
    SUPERSEDED.c.first_seq,
    _OWN.c.node_id.label("node"),
    _FIRST.c.node_id.label("first_node"),
)


def tell(writing: Writing, batch: bytes, names: Sequence[tuple[bytes, int]]) -> bool:
    """The verdicts on these facts, which were just noted, to the feed; returns whether there are any."""
    numbers: dict[bytes, list[int]] = {}
    for log, seq in names:
        numbers.setdefault(log, []).append(seq)
    for log, seqs in sorted(numbers.items()):
        wanted = set(seqs)
        rows = writing.all(
            select(*_VERDICT)
            .select_from(_WITH_NODES)
            .where(
                mine(SUPERSEDED),
                SUPERSEDED.c.log_id == log,
                SUPERSEDED.c.seq.between(min(seqs), max(seqs)),
            )
            .order_by(SUPERSEDED.c.seq)
        )
        feed.emit(
            writing,
            batch,
            (
                FeedChange(
                    table=SUPERSEDED_FACT.name,
                    key=(row.node, bytes(row.log_id).hex(), row.seq),
                    ver=_VER,
                    body=_body(row),
                    stores=frozenset((row.node,)),
                )
                for row in rows
                if row.seq in wanted
            ),
        )
    return bool(numbers)


def of_store(reading: Reading, store: str) -> list[tuple[list[Any], int, dict[str, Any]]]:
    """Every verdict on a store's facts, as a snapshot holds them."""
    rows = reading.all(
        select(*_VERDICT)
        .select_from(_WITH_NODES)
        .where(mine(SUPERSEDED), _OWN.c.node_id == store)
        .order_by(SUPERSEDED.c.log_id, SUPERSEDED.c.seq)
    )
    return [([store, bytes(row.log_id).hex(), row.seq], _VER, _body(row)) for row in rows]


def _body(row: Row[Any]) -> dict[str, Any]:
    return {
        "by_log": bytes(row.first_log).hex(),
        "by_seq": row.first_seq,
        "by_own": int(row.first_node == row.node),
    }
