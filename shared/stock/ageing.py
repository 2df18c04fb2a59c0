"""How old stock is: the worth of one SKU by the age of its lots, to the fen.

Under FIFO a lot is worth its layers; an average is shared by quantity, the oldest lot takes what rounding leaves. Stock
below zero and lots nobody can date are of unknown age. 30 pieces worth 90.00, 10 of them 12 days old and 20 of them 45
days: 30.00 up to 30 days and 60.00 up to 60.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import msgspec

from shared.stock.valuation import CostState
from shared.units import half_up

BANDS = (30, 60, 90, 180)
"""Days up to which each band reaches; one more band is beyond, and one is unknown."""
BEYOND = len(BANDS)
UNKNOWN = BEYOND + 1
BAND_COUNT = UNKNOWN + 1


class LotHere(msgspec.Struct, frozen=True, gc=False):
    """A lot's quantity in millionths and its age in days; None where nobody knows when it came."""

    lot: str
    qty: int
    age: int | None


def band_of(age: int | None) -> int:
    """The band an age falls into: 30 days is still the first, 31 the second."""
    if age is None:
        return UNKNOWN
    return bisect_left(BANDS, age)


def worth_by_age(state: CostState, lots: Sequence[LotHere]) -> tuple[int, ...]:
    """What the SKU's stock is worth in each band; together exactly its value."""
    bands = [0] * BAND_COUNT
    lying = [lot for lot in lots if lot.qty > 0]
    left = state.value
    for place, amount in _shares(state, lots, lying):
        bands[place] += amount
        left -= amount
    bands[max([band_of(lot.age) for lot in lying], default=UNKNOWN)] += left
    return tuple(bands)


def _shares(state: CostState, lots: Sequence[LotHere], lying: Sequence[LotHere]) -> Sequence[tuple[int, int]]:
    if state.layers:
        known: Mapping[str, int | None] = {lot.lot: lot.age for lot in lots}
        return [(band_of(known.get(layer.lot)), layer.value) for layer in state.layers]
    if state.qty <= 0:
        return ()
    whole = sum([lot.qty for lot in lying])
    return [(band_of(lot.age), half_up(state.value * lot.qty, whole)) for lot in lying]
