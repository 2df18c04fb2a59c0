"""What was decided about facts that were set aside, as rows; a store learns by the feed what never counted."""

from __future__ import annotations

from collections.abc import Iterable

from shared.ledger.projection import Cell, Change, Recorded, Table, Where, changed, number, text
from shared.quarantine.events import FactReleased, FactVoided

SETTLED_FACT = Table(
    "settled_fact",
    (text("store"), text("log"), number("seq")),
    (text("decision"), text("note"), text("decided_by"), number("decided_ms")),
    keeper="cloud",
    scope="store",
)
"""`decision` is released or voided."""


class Settled:
    """The last decision stands."""

    name = "settled"
    version = 1
    tables = (SETTLED_FACT,)
    facts = (FactReleased, FactVoided)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, envelope = recorded.fact, recorded.envelope
        assert isinstance(fact, FactReleased | FactVoided)
        put: dict[str, Cell] = {
            "decision": "voided" if isinstance(fact, FactVoided) else "released",
            "note": fact.note,
            "decided_by": envelope.actor,
            "decided_ms": envelope.happened_ms,
        }
        yield changed(SETTLED_FACT, (fact.store, fact.log.hex(), fact.seq), put=put)


PROJECTIONS = (Settled(),)
