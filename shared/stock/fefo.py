"""FEFO 先到期先出: which lots to take when nobody scanned one (R1).

Eligible is what is not held and has the asked remaining life on the day of delivery. Earliest expiry goes
first, lots without expiry last, then by day of receipt and lot id. On 11-22 with two days of life asked and
A 11-30 x5, B 11-25 x8, C 11-23 x4, D2 11-25 x2 (received after B), E without expiry x10: 12 are B8, D2 2, A2.
FEFO chooses goods, never cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from shared.stock.events import Take


class LotOnHand(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What lies of one lot in one place; `qty` in millionths."""

    lot: str
    place: str
    qty: int
    expiry: date | None = None
    received: date | None = None
    held: bool = False


def is_eligible(lot: LotOnHand, delivery: date, min_days: int) -> bool:
    """Whether the lot may be chosen: not held, something there, enough life left."""
    if lot.held or lot.qty <= 0:
        return False
    return lot.expiry is None or lot.expiry - delivery >= timedelta(days=min_days)


def in_order(lots: Iterable[LotOnHand], delivery: date, min_days: int) -> list[LotOnHand]:
    """The eligible lots, first to go first."""
    eligible = [lot for lot in lots if is_eligible(lot, delivery, min_days)]
    if len(eligible) < 2:
        return eligible
    return sorted(
        eligible,
        key=lambda lot: (lot.expiry or date.max, lot.received or date.min, lot.lot, lot.place),
    )


def allocate(
    lots: Iterable[LotOnHand], need: int, delivery: date, min_days: int = 0
) -> tuple[tuple[Take, ...], int]:
    """What to take, and how much is short when the eligible lots do not suffice."""
    takes: list[Take] = []
    short = need
    for lot in in_order(lots, delivery, min_days):
        if short == 0:
            break
        qty = min(lot.qty, short)
        takes.append(Take(lot.lot, lot.place, qty))
        short -= qty
    return tuple(takes), short
