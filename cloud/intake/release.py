"""Giving parked facts another chance: after an upgrade that knows their kind, or when a person has allowed it.

They are tried in the order of their logs, each in a transaction of its own; a fact still waits while an earlier
one about the same thing does. What was set aside because of who recorded it waits for a person, whatever happens.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.exc import DBAPIError

from cloud.intake import corrections
from cloud.intake.projector import POISON, WAITING, take_effect
from cloud.intake.reading_facts import Ready, Stored, decoded, held_back_by, read
from cloud.store import feed
from cloud.store.engine import is_retryable
from cloud.store.ledger_tables import EVENT, FACT, LOG, OBJECTIONS, QUARANTINE, SUPERSEDED
from cloud.store.tenant import Reading, TenantStore, Writing, mine


def release(store: TenantStore, now_ms: int) -> int:
    """Apply what can be applied now; returns how many facts left quarantine."""
    with store.reading() as reading:
        waiting = reading.all(
            select(
                QUARANTINE.c.log_id,
                QUARANTINE.c.seq,
                QUARANTINE.c.node_id,
                QUARANTINE.c.agg_id,
                QUARANTINE.c.reason,
                QUARANTINE.c.state,
            )
            .join(LOG, (LOG.c.tenant_id == QUARANTINE.c.tenant_id) & (LOG.c.log_id == QUARANTINE.c.log_id))
            .where(mine(QUARANTINE), QUARANTINE.c.state.in_(WAITING))
            .order_by(QUARANTINE.c.node_id, LOG.c.epoch, QUARANTINE.c.seq)
        )
    still_held: set[str] = set()
    released = 0
    for row in waiting:
        if _waits_for_a_person(row):
            still_held.update({row.agg_id} - {""})
            continue
        try:
            with store.writing() as writing:
                released += _try(writing, row.node_id, bytes(row.log_id), row.seq, still_held)
        except POISON:
            with store.writing() as writing:
                still_held |= _held_back_by(writing, row)
                _tried(writing, bytes(row.log_id), row.seq)
        except DBAPIError as error:
            if not is_retryable(error):
                raise
            # It met another worker; the next round takes it.
            with store.reading() as reading:
                still_held |= _held_back_by(reading, row)
    feed.sequence(store, now_ms)
    return released


def _waits_for_a_person(row: Row[Any]) -> bool:
    return row.state == "held" and row.reason in OBJECTIONS


def _held_back_by(reading: Reading, row: Row[Any]) -> set[str]:
    told = decoded(_stored(reading, row.node_id, bytes(row.log_id), row.seq))
    return set() if isinstance(told, str) else held_back_by(told)


def _stored(reading: Reading, node: str, log_id: bytes, seq: int) -> Stored:
    named = (EVENT.c.node_id == node, EVENT.c.log_id == log_id, EVENT.c.seq == seq)
    return Stored(node, log_id, seq, bytes(reading.scalar(select(EVENT.c.bytes).where(mine(EVENT), *named))))


def _try(writing: Writing, node: str, log_id: bytes, seq: int, still_held: set[str]) -> int:
    named = (QUARANTINE.c.log_id == log_id, QUARANTINE.c.seq == seq)
    row = writing.first(
        select(QUARANTINE.c.state, QUARANTINE.c.reason, QUARANTINE.c.agg_id)
        .where(mine(QUARANTINE), *named)
        .with_for_update()
    )
    if row is None or row.state not in WAITING:
        return 0
    if _waits_for_a_person(row):
        still_held.update({row.agg_id} - {""})
        return 0
    outcome = read(_stored(writing, node, log_id, seq), still_held)
    if not isinstance(outcome, Ready) or corrections.must_wait(writing, outcome):
        _tried(writing, log_id, seq)
        return 0
    take_effect(writing, [outcome], late=True)
    writing.change(
        update(FACT)
        .where(mine(FACT), FACT.c.node_id == node, FACT.c.log_id == log_id, FACT.c.seq == seq)
        .values(
            kind=outcome.envelope.kind,
            business_date=outcome.envelope.business_date.isoformat(),
            happened_ms=outcome.envelope.happened_ms,
            actor=outcome.envelope.actor,
        )
    )
    passed_over = writing.first(
        select(SUPERSEDED.c.seq).where(
            mine(SUPERSEDED), SUPERSEDED.c.log_id == log_id, SUPERSEDED.c.seq == seq
        )
    )
    # What fell with its count may come back with it, and is what a person said of it then.
    if passed_over is not None and not corrections.fallen(writing, [outcome]):
        writing.change(delete(QUARANTINE).where(mine(QUARANTINE), *named))
    else:
        writing.change(update(QUARANTINE).where(mine(QUARANTINE), *named).values(state="released"))
    return 1


def _tried(writing: Writing, log_id: bytes, seq: int) -> None:
    """One more try without success. Who allowed it is still on the row; what it lacks nobody can allow."""
    writing.change(
        update(QUARANTINE)
        .where(mine(QUARANTINE), QUARANTINE.c.log_id == log_id, QUARANTINE.c.seq == seq)
        .values(tries=QUARANTINE.c.tries + 1)
    )
