"""What a person decided about a fact that was set aside: it may take effect after all, or it never will.

The fact itself stays where it stands in its log for ever; only whether it counts is decided here.
"""

from __future__ import annotations

from typing import ClassVar

from shared.ledger.fact import Fact


class FactReleased(Fact, frozen=True, kw_only=True):
    """The fact `seq` of `log` may take effect."""

    kind: ClassVar[str] = "quarantine.fact_released.v1"
    store: str
    log: bytes
    seq: int
    note: str = ""


class FactVoided(Fact, frozen=True, kw_only=True):
    """The fact `seq` of `log` never takes effect."""

    kind: ClassVar[str] = "quarantine.fact_voided.v1"
    store: str
    log: bytes
    seq: int
    note: str = ""
