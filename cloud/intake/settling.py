"""Carrying out what a person decided about facts that were set aside: they count after all, or they never will.

The decision is a fact of head office's own log; here its mark is set on the rows of quarantine, in the same
transaction. The effect of a release follows in `release`, fact by fact, so that no poison can undo the decision.
"""

from __future__ import annotations

from sqlalchemy import select, update

from cloud.store.ledger_tables import QUARANTINE
from cloud.store.tenant import Writing, mine
from shared.errors import DomainError
from shared.quarantine.commands import SettleFacts, VoidFacts


def carry_out(writing: Writing, command: SettleFacts, actor: str, now_ms: int) -> None:
    """Mark the facts as allowed or voided. Raises `fact_not_held` for one that nobody has to decide about.

    A voided fact may still be let in; one that was let in counts and stays.
    """
    decided = "voided" if isinstance(command, VoidFacts) else "allowed"
    open_states = ("held", "allowed") if decided == "voided" else ("held", "allowed", "voided")
    for name in command.facts:
        log_id = bytes.fromhex(name.log)
        named = (QUARANTINE.c.log_id == log_id, QUARANTINE.c.seq == name.seq)
        held = writing.first(
            select(QUARANTINE.c.state)
            .where(mine(QUARANTINE), *named, QUARANTINE.c.node_id == command.store)
            .with_for_update()
        )
        if held is None or held.state not in open_states:
            raise DomainError("fact_not_held", log=name.log, seq=name.seq)
        writing.change(
            update(QUARANTINE)
            .where(mine(QUARANTINE), *named)
            .values(state=decided, decided_by=actor, decided_ms=now_ms, note=command.note)
        )
