"""What people did to the books themselves: days sealed, periods closed and opened again. Amounts in fen, rates in
parts of ten thousand. Entries are no facts: they follow from facts, by the same pure rules, whenever somebody asks.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import msgspec

from shared.ledger.fact import Fact


class DaySealed(Fact, frozen=True, kw_only=True):
    """A store's node says that it knows of nothing more to come for business days through this one.

    The fact's own name (log, seq) is the watermark: what stands behind it and is dated before is a late arrival (R5).
    """

    kind: ClassVar[str] = "accounting.day_sealed.v1"
    through: date


class ObstacleWaived(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What stood against closing and was overruled."""

    obstacle: str
    where: str
    told: str = ""


class PeriodClosed(Fact, frozen=True, kw_only=True):
    """From here on nothing is dated into the period. `waived`: closed by force, against these obstacles."""

    kind: ClassVar[str] = "accounting.period_closed.v1"
    period: str
    forced: bool = False
    reason: str = ""
    waived: tuple[ObstacleWaived, ...] = ()


class PeriodReopenAsked(Fact, frozen=True, kw_only=True):
    """The first of two people asks that a closed period be opened again."""

    kind: ClassVar[str] = "accounting.period_reopen_asked.v1"
    period: str
    reason: str


class PeriodReopened(Fact, frozen=True, kw_only=True):
    """Somebody else than `asked_by` agreed."""

    kind: ClassVar[str] = "accounting.period_reopened.v1"
    period: str
    asked_by: str
    reason: str
