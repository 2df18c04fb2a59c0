"""Telling a store which copy of an op counts: a row of the feed for every fact that has no effect because of another.

The rows are `superseded`, seen from the store; nothing is kept twice. A correction that fell with its count stands
there too (`cloud.intake.corrections`), with nothing that counts in its place. A head office that was put back to an
old copy may come to another verdict, and says so by its new generation: the snapshot replaces all verdicts before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, select

from cloud.store import feed
from cloud.store.feed import FeedChange
from cloud.store.ledger_tables import LOG, QUARANTINE, SUPERSEDED
from cloud.store.tenant import Reading, Writing, mine
from shared.sync.verdicts import SUPERSEDED_FACT

_VER = 1
"""Which copy counts never changes within a generation; what fell with its count may be taken back once."""
_OWN = LOG.alias("own")
_FIRST = LOG.alias("first")
_ASIDE = QUARANTINE.alias("aside")
_WITH_NODES = (
    SUPERSEDED.join(
        _OWN, and_(_OWN.c.tenant_id == SUPERSEDED.c.tenant_id, _OWN.c.log_id == SUPERSEDED.c.log_id)
    )
    .outerjoin(
        _FIRST,
        and_(_FIRST.c.tenant_id == SUPERSEDED.c.tenant_id, _FIRST.c.log_id == SUPERSEDED.c.first_log),
    )
    .outerjoin(
        _ASIDE,
        and_(
            _ASIDE.c.tenant_id == SUPERSEDED.c.tenant_id,
            _ASIDE.c.log_id == SUPERSEDED.c.first_log,
            _ASIDE.c.seq == SUPERSEDED.c.first_seq,
            _ASIDE.c.state != "released",
        ),
    )
)
_VERDICT = (
    SUPERSEDED.c.log_id,
    SUPERSEDED.c.seq,
    SUPERSEDED.c.first_log,
    SUPERSEDED.c.first_seq,
    _OWN.c.node_id.label("node"),
    _FIRST.c.node_id.label("first_node"),
    _ASIDE.c.state.label("aside"),
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


def is_set_aside(reading: Reading, log_id: bytes, seq: int) -> bool:
    """Whether the fact that a verdict names does not count itself, so that nothing counts in the other's place."""
    aside = select(QUARANTINE.c.seq).where(
        mine(QUARANTINE),
        QUARANTINE.c.log_id == log_id,
        QUARANTINE.c.seq == seq,
        QUARANTINE.c.state != "released",
    )
    return reading.first(aside) is not None


def take_back(writing: Writing, batch: bytes, store: str, name: tuple[bytes, int]) -> None:
    """What was told of this fact holds no longer."""
    log, seq = name
    gone = FeedChange(
        table=SUPERSEDED_FACT.name,
        key=(store, log.hex(), seq),
        ver=_VER + 1,
        body=None,
        stores=frozenset((store,)),
    )
    feed.emit(writing, batch, (gone,))


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
    # Of a count that is set aside there is no fact that could count in the place of what fell with it.
    counts_here = row.first_node == row.node and row.aside is None
    return {
        "by_log": bytes(row.first_log).hex(),
        "by_seq": row.first_seq,
        "by_own": int(counts_here),
    }
