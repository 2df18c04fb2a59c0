"""Carrying out what a person decided about facts that were set aside: they count after all, or they never will.

The decision is a fact of head office's own log; here its mark is set on the rows of quarantine, in the same
transaction. The effect of a release follows in `release`, fact by fact, so that no poison can undo the decision.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

import msgspec
from sqlalchemy import select, update

from cloud.intake.reading_facts import Stored, decoded
from cloud.store.ledger_tables import EVENT, QUARANTINE
from cloud.store.tenant import Reading, Writing, mine
from shared.errors import DomainError
from shared.quarantine.commands import FactName, SettleFacts, VoidFacts

_NEAR = 200
"""An op's facts stand side by side, and no op makes more of them."""

Settle = TypeVar("Settle", bound=SettleFacts)


def whole_ops(reading: Reading, command: Settle) -> Settle:
    """The command, extended to everything that is set aside of the ops whose facts it names.

    What one person did at one moment counts as a whole or not at all: a sale without the correction of the count it
    made, or the other way round, would leave a stock that nobody counted.
    """
    named = {(bytes.fromhex(fact.log), fact.seq) for fact in command.facts}
    more: dict[tuple[bytes, int], None] = {}
    for log_id, seq in sorted(named):
        near = reading.all(
            select(QUARANTINE.c.seq).where(
                mine(QUARANTINE),
                QUARANTINE.c.log_id == log_id,
                QUARANTINE.c.node_id == command.store,
                QUARANTINE.c.seq.between(seq - _NEAR, seq + _NEAR),
                QUARANTINE.c.state.in_(_open_states(command)),
            )
        )
        ops = _ops(reading, command.store, log_id, {seq, *(row.seq for row in near)})
        more |= {(log_id, row.seq): None for row in near if ops.get(seq) and ops.get(row.seq) == ops[seq]}
    added = [FactName(log=log_id.hex(), seq=seq) for log_id, seq in more if (log_id, seq) not in named]
    return msgspec.structs.replace(command, facts=(*command.facts, *added)) if added else command


def _ops(reading: Reading, node: str, log_id: bytes, numbers: Collection[int]) -> dict[int, bytes]:
    """The op each fact came from, as far as it can be read."""
    found: dict[int, bytes] = {}
    rows = reading.all(
        select(EVENT.c.seq, EVENT.c.bytes).where(
            mine(EVENT), EVENT.c.node_id == node, EVENT.c.log_id == log_id, EVENT.c.seq.in_(numbers)
        )
    )
    for row in rows:
        told = decoded(Stored(node, log_id, row.seq, row.bytes))
        # What cannot be read stands alone.
        if not isinstance(told, str):
            found[row.seq] = told.op_id
    return found


def _open_states(command: SettleFacts) -> tuple[str, ...]:
    return ("held", "allowed") if isinstance(command, VoidFacts) else ("held", "allowed", "voided")


def carry_out(writing: Writing, command: SettleFacts, actor: str, now_ms: int) -> None:
    """Mark the facts as allowed or voided. Raises `fact_not_held` for one that nobody has to decide about.

    A voided fact may still be let in; one that was let in counts and stays.
    """
    decided = "voided" if isinstance(command, VoidFacts) else "allowed"
    for name in command.facts:
        log_id = bytes.fromhex(name.log)
        named = (QUARANTINE.c.log_id == log_id, QUARANTINE.c.seq == name.seq)
        held = writing.first(
            select(QUARANTINE.c.state)
            .where(mine(QUARANTINE), *named, QUARANTINE.c.node_id == command.store)
            .with_for_update()
        )
        if held is None or held.state not in _open_states(command):
            raise DomainError("fact_not_held", log=name.log, seq=name.seq)
        writing.change(
            update(QUARANTINE)
            .where(mine(QUARANTINE), *named)
            .values(state=decided, decided_by=actor, decided_ms=now_ms, note=command.note)
        )
