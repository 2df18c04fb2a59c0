"""What else will do: another SKU on the same shelf, at a ratio, by priority and within dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from shared.units import MICRO, ceil_div


class Substitute(msgspec.Struct, frozen=True, kw_only=True):
    """`ratio` base units of `sku` (millionths) stand for one of `instead_of`, the lowest `priority` first."""

    instead_of: str
    sku: str
    ratio: int = MICRO
    priority: int = 0
    first: date = date.min
    last: date = date.max


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """`taken` of the substitute's spare stands for `covers` of the need."""

    sku: str
    taken: int
    covers: int


def cover(
    sku: str, need: int, step: int, allowed: Iterable[Substitute], spare: dict[str, int], today: date
) -> list[Covered]:
    """What the spares of one store cover of a need of `sku`, in whole steps of it; `spare` shrinks by what is taken.

    Never more than the need, never more than is to spare: 5 needed at ratio 1.2 with 4 to spare are 3 covered by 3.6.
    """
    covered = []
    usable = sorted(
        (one for one in allowed if one.instead_of == sku and one.first <= today <= one.last),
        key=lambda one: (one.priority, one.sku),
    )
    for one in usable:
        assert one.ratio > 0
        most = spare.get(one.sku, 0) * MICRO // one.ratio
        covers = min(need, most) // step * step
        if covers <= 0:
            continue
        taken = ceil_div(covers * one.ratio, MICRO)
        spare[one.sku] -= taken
        need -= covers
        covered.append(Covered(sku=one.sku, taken=taken, covers=covers))
    return covered
