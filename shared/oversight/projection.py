"""What head office noted about excursions, as rows; a store learns it by the feed."""

from __future__ import annotations

from collections.abc import Iterable

from shared.ledger.projection import Change, Recorded, Table, Where, changed, number, text
from shared.oversight.events import ExcursionNoted

NOTED_EXCURSION = Table(
    "noted_excursion",
    (text("store"), text("excursion")),
    (text("action"), text("note"), text("noted_by"), number("noted_ms")),
    keeper="cloud",
    scope="store",
)


class Oversight:
    """The last word stands."""

    name = "oversight"
    version = 1
    tables = (NOTED_EXCURSION,)
    facts = (ExcursionNoted,)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, envelope = recorded.fact, recorded.envelope
        assert isinstance(fact, ExcursionNoted)
        yield changed(
            NOTED_EXCURSION,
            (fact.store, fact.excursion),
            put={
                "action": fact.action,
                "note": fact.note,
                "noted_by": envelope.actor,
                "noted_ms": envelope.happened_ms,
            },
        )


PROJECTIONS = (Oversight(),)
