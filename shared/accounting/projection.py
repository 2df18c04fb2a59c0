"""Sealed days and periods as rows. Stores need none of it, so it stays at head office; a node keeps its last seal."""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec

from shared.accounting.events import DaySealed, PeriodClosed, PeriodReopenAsked, PeriodReopened
from shared.ledger.projection import BOTH, Cell, Change, Recorded, Table, Where, changed, number, text

SEALED = Table("sealed", (text("what"),), (text("through"), number("sealed_ms")))
"""A store's own: one row "day", through which business day it has sealed."""
PERIOD = Table(
    "period",
    (text("period"),),
    (
        text("state"),
        number("forced"),
        text("reason"),
        text("waived"),
        text("closed_by"),
        number("closed_ms"),
        text("asked_by"),
        text("asked_reason"),
    ),
    keeper="cloud",
    fed=False,
)
"""`state` is closed or open; a period without a row has never been closed."""


class Seals:
    """Days are sealed in their order, so the last word is the furthest."""

    name = "seals"
    version = 1
    tables = (SEALED,)
    facts = (DaySealed,)
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        assert isinstance(fact, DaySealed)
        put: dict[str, Cell] = {
            "through": fact.through.isoformat(),
            "sealed_ms": recorded.envelope.happened_ms,
        }
        yield changed(SEALED, ("day",), put=put)


class Periods:
    name = "periods"
    version = 1
    tables = (PERIOD,)
    facts = (PeriodClosed, PeriodReopenAsked, PeriodReopened)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, envelope = recorded.fact, recorded.envelope
        put: dict[str, Cell]
        if isinstance(fact, PeriodClosed):
            put = {
                "state": "closed",
                "forced": int(fact.forced),
                "reason": fact.reason,
                "waived": json.dumps([msgspec.to_builtins(waived) for waived in fact.waived]),
                "closed_by": envelope.actor,
                "closed_ms": envelope.happened_ms,
                "asked_by": None,
                "asked_reason": None,
            }
        elif isinstance(fact, PeriodReopenAsked):
            put = {"asked_by": envelope.actor, "asked_reason": fact.reason}
        else:
            assert isinstance(fact, PeriodReopened)
            put = {"state": "open", "asked_by": None, "asked_reason": None}
        yield changed(PERIOD, (fact.period,), put=put)


PROJECTIONS = (Seals(), Periods())
