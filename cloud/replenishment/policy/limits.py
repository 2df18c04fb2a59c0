"""What does not fit: a supplier's minimum value, the money of the day, the room in the store.

A minimum is reached by packs that would be ordered next anyway, those that cover the fewest days first; where that
would mean more than the goods may cover, nothing is ordered this time. A limit is kept by taking packs in the order of
what they are expected to earn for what they use of it. What the best pack left out would have earned for one unit more
of the limit is its shadow price: ten yuan more in the budget, at a price of 0.32, would have earned some 3.20.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heapify, heapreplace

import msgspec

from cloud.replenishment.policy.suggesting import Cut, Source, Suggestion, outcome
from shared.units import MICRO, ceil_div, half_up

Measure = Callable[[Suggestion], int]
"""What one base unit of a line uses of a limit, in millionths."""
_ENDLESS = 1 << 62


class Rationed(msgspec.Struct, frozen=True, kw_only=True):
    """`used` never exceeds the limit; `shadow_price` in millionths of a yuan for one unit of it, 0 where all fits."""

    lines: tuple[Suggestion, ...]
    used: int
    shadow_price: int


def cost_of(line: Suggestion) -> int:
    """Yuan of a base unit: the measure of a budget."""
    return line.source.unit_cost


def room_of(line: Suggestion) -> int:
    """Volume of a base unit: the measure of a store room."""
    return line.source.volume


def fill_up(lines: Sequence[Suggestion], minimum: int, cover_days_max: int) -> tuple[Suggestion, ...]:
    """The lines of one order, filled up until they are worth `minimum` (millionths of a yuan), or all cut to nothing.

    A line is filled up by whole packs while it covers no more than `cover_days_max` days of its mean demand.
    """
    filled = list(lines)
    worth = sum(line.value for line in filled)
    by_cover = [
        (_cover_filled_up(line), number) for number, line in enumerate(filled) if line.source.unit_cost
    ]
    heapify(by_cover)
    while worth < minimum:
        if not by_cover or by_cover[0][0] > cover_days_max * MICRO:
            return tuple(_cut(line, line.qty, "minimum_value") for line in lines)
        _, number = by_cover[0]
        line = filled[number]
        more = msgspec.structs.replace(line, topped_up=line.topped_up + _next_part(line.source, line.qty))
        worth += more.value - line.value
        filled[number] = more
        heapreplace(by_cover, (_cover_filled_up(more), number))
    return tuple(filled)


def _next_part(source: Source, have: int) -> int:
    """What an order of `have` grows by: a pack, and the first time the least that can be ordered."""
    return source.pack if have else source.first


def _cover_filled_up(line: Suggestion) -> int:
    """Days (millionths) that the line would cover with its next part; endless where nobody asks for it."""
    moments = line.aim.moments
    if not moments.mean:
        return _ENDLESS
    have = line.without_buying + line.qty + _next_part(line.source, line.qty)
    return max(0, have) * moments.days // moments.mean


def ration(lines: Sequence[Suggestion], limit: int, measure: Measure, by: Cut) -> Rationed:
    """The lines cut so that they use no more than `limit` (millionths of its unit)."""
    assert limit >= 0
    taken = [0] * len(lines)
    used, shadow = 0, 0
    packs = sorted(
        (
            (-pack.density, number, place, pack)
            for number, line in enumerate(lines)
            for place, pack in enumerate(_packs(line, measure))
        ),
        key=lambda one: one[:3],
    )
    full: set[int] = set()
    for _density, number, _place, pack in packs:
        if number in full or used + pack.uses > limit:
            # A later pack of a line whose earlier one does not fit would not be the next one any more.
            full.add(number)
            shadow = max(shadow, pack.density)
            continue
        used += pack.uses
        taken[number] += pack.qty
    cut = tuple(
        line if qty == line.qty else _cut(line, line.qty - qty, by)
        for line, qty in zip(lines, taken, strict=True)
    )
    return Rationed(lines=cut, used=used, shadow_price=shadow)


class _Pack(msgspec.Struct, frozen=True):
    qty: int
    uses: int
    density: int
    """What it is expected to earn for one unit of the limit, in millionths: never more than the pack before it."""


def _packs(line: Suggestion, measure: Measure) -> list[_Pack]:
    """The line's quantity in the parts it can be cut into; the first is not below the least order.

    Each is expected to earn a little less than the one before. Where rounding tells it a little more, it is not taken
    before the others all the same: a second pack without the first would be an order below the least.
    """
    packs: list[_Pack] = []
    before = outcome(line.aim, line.without_buying)
    have = used = worth = 0
    density = _ENDLESS
    while have < line.qty:
        qty = min(_next_part(line.source, have), line.qty - have)
        have += qty
        used_now, worth_now = ceil_div(have * measure(line), MICRO), _worth(line, have, before)
        uses = used_now - used
        if uses:
            density = min(density, (worth_now - worth) * MICRO // uses)
        packs.append(_Pack(qty, uses, density))
        used, worth = used_now, worth_now
    return packs


def _worth(line: Suggestion, qty: int, before: tuple[int, int]) -> int:
    """What ordering `qty` is expected to earn, in millionths of a yuan: margin of what sells, loss of what is left.
    `before` is what would be missing and left over without it."""
    short_before, left_before = before
    short, left = outcome(line.aim, line.without_buying + qty)
    margin = line.source.price - line.source.unit_cost
    loss = line.source.unit_cost - line.source.salvage
    return half_up((short_before - short) * margin - (left - left_before) * loss, MICRO)


def _cut(line: Suggestion, qty: int, by: Cut) -> Suggestion:
    return msgspec.structs.replace(line, cut=line.cut + qty, cut_by=by)
