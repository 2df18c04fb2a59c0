"""A count's corrections belong to the count: they wait with it, fall when a manager voids it, and come back with it.

A receipt of 20 that reached the writer after a count it came before brought +20 and a correction of -20: on hand stayed
what was counted. If somebody then says that the count never was, the 20 are there and nothing stands against them; a
correction that stayed would leave the book 20 short for good. So a correction whose count is voided is noted as
superseded by it, with nothing in its place, and the store is told. One whose count is unknown here counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec
from sqlalchemy import Row, and_, delete, select

from cloud.intake import copies
from cloud.intake.reading_facts import Ready, Stored, decoded, read
from cloud.store.ledger_tables import EVENT, LOG, OP_REGISTRY, QUARANTINE, SUPERSEDED
from cloud.store.tenant import Reading, Writing, mine
from shared.ledger.fact import kind_and_version
from shared.stock.events import StockCounted

Name = tuple[bytes, int]
COUNTED = kind_and_version(StockCounted.kind)[0]
_WAITING = ("held", "allowed")


class SetAside(msgspec.Struct, frozen=True):
    """A count that does not count now: what its corrections call it, its fact, and its op."""

    about: str
    name: Name
    op_id: bytes


def must_wait(reading: Reading, fact: Ready) -> bool:
    """Whether the count that the fact corrects waits for somebody."""
    return bool(fact.rests_on and _set_aside(reading, (fact.rests_on,), _WAITING))


def fallen(reading: Reading, facts: Sequence[Ready]) -> dict[Name, Name]:
    """Those of the facts whose count was voided, with the count; where another copy of it counts, so do they."""
    wanted = {fact.rests_on for fact in facts if fact.rests_on}
    voided = _set_aside(reading, wanted, ("voided",)) if wanted else []
    if not voided:
        return {}
    taken = reading.all(
        select(OP_REGISTRY.c.op_id).where(
            mine(OP_REGISTRY), OP_REGISTRY.c.op_id.in_(sorted({count.op_id for count in voided}))
        )
    )
    effective = {bytes(row.op_id) for row in taken}
    gone = {count.about: count.name for count in voided if count.op_id not in effective}
    return {
        (fact.stored.log, fact.stored.seq): gone[fact.rests_on] for fact in facts if fact.rests_on in gone
    }


def risen(writing: Writing, facts: Sequence[Ready], batch: bytes) -> Iterator[Ready]:
    """What had fallen with counts that take effect after all: the store is told, and each is due to take effect."""
    counts = {fact.envelope.agg_id for fact in facts if fact.envelope.kind == COUNTED} - {""}
    if not counts:
        return
    for count in _set_aside(writing, counts, ("voided", *_WAITING)):
        for row in _fallen_with(writing, count):
            fact = Stored(row.node_id, bytes(row.log_id), row.seq, _bytes(writing, row))
            outcome = read(fact, set())
            # An older program cannot read what a newer one set aside: it stays so, here and at the store.
            if isinstance(outcome, Ready):
                named = (SUPERSEDED.c.log_id == fact.log, SUPERSEDED.c.seq == fact.seq)
                writing.change(delete(SUPERSEDED).where(mine(SUPERSEDED), *named))
                copies.take_back(writing, batch, fact.node, (fact.log, fact.seq))
                yield outcome


def _set_aside(reading: Reading, about: Collection[str], states: Sequence[str]) -> list[SetAside]:
    # Locked, so that a worker that lets the count in and one that takes its correction do not pass each other by.
    rows = reading.all(
        select(QUARANTINE.c.agg_id, QUARANTINE.c.log_id, QUARANTINE.c.seq, QUARANTINE.c.node_id)
        .where(
            mine(QUARANTINE),
            QUARANTINE.c.state.in_(states),
            QUARANTINE.c.agg_id.in_(sorted(about)),
            QUARANTINE.c.kind == COUNTED,
        )
        .order_by(QUARANTINE.c.log_id, QUARANTINE.c.seq)
        .with_for_update()
    )
    found = []
    for row in rows:
        told = decoded(Stored(row.node_id, bytes(row.log_id), row.seq, _bytes(reading, row)))
        if not isinstance(told, str):
            found.append(SetAside(row.agg_id, (bytes(row.log_id), row.seq), told.op_id))
    return found


def _fallen_with(reading: Reading, count: SetAside) -> Sequence[Row[tuple[bytes, int, str]]]:
    log, seq = count.name
    return reading.all(
        select(SUPERSEDED.c.log_id, SUPERSEDED.c.seq, LOG.c.node_id)
        .join(LOG, and_(LOG.c.tenant_id == SUPERSEDED.c.tenant_id, LOG.c.log_id == SUPERSEDED.c.log_id))
        .where(
            mine(SUPERSEDED),
            SUPERSEDED.c.first_log == log,
            SUPERSEDED.c.first_seq == seq,
            SUPERSEDED.c.op_id != count.op_id,
        )
        .order_by(LOG.c.epoch, SUPERSEDED.c.seq)
    )


def _bytes(reading: Reading, row: Row[tuple[bytes, int, str]]) -> bytes:
    named = (EVENT.c.node_id == row.node_id, EVENT.c.log_id == row.log_id, EVENT.c.seq == row.seq)
    return bytes(reading.scalar(select(EVENT.c.bytes).where(mine(EVENT), *named)))
