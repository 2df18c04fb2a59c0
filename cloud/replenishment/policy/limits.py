"""What does not fit: a supplier's minimum value, the money of the day, the room in the store.

A minimum is reached by packs that would be ordered next anyway, those that cover the fewest days first; where that
would mean more than the goods may cover, nothing is ordered this time. A limit is kept by taking packs in the order of
what they are expected to earn for what they use of it. What the best pack left out would have earned for one unit more
of the limit is its shadow price: ten yuan more in the budget, at a price of 0.32, would have earned some 3.20.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from cloud.replenishment.policy.suggesting import Suggestion, outcome
from shared.units import MICRO, ceil_div, half_up, up_to_step

Measure = Callable[[Suggestion], int]
"""What one base unit of a line uses of a limit, in millionths."""


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
    while sum(line.value for line in filled) < minimum:
        possible = [
            (_cover_with_pack(line), number)
            for number, line in enumerate(filled)
            if line.source.unit_cost and _cover_with_pack(line) <= cover_days_max * MICRO
        ]
        if not possible:
            return tuple(_cut(line, line.qty, "minimum_value") for line in lines)
        _, number = min(possible)
        line = filled[number]
        more = line.source.pack if line.qty else max(line.source.pack, line.source.least)
        topped_up = line.topped_up + up_to_step(more, line.source.pack)
        filled[number] = msgspec.structs.replace(line, topped_up=topped_up)
    return tuple(filled)


def _cover_with_pack(line: Suggestion) -> int:
    """Days (millionths) that the line would cover with one pack more; endless where nobody asks for it."""
    moments = line.aim.moments
    if not moments.mean:
        return 1 << 62
    have = line.position + line.given + line.substituted + line.qty + line.source.pack
    return max(0, have) * moments.days // moments.mean


def ration(
    lines: Sequence[Suggestion], limit: int, measure: Measure, by: Literal["budget", "storage"]
) -> Rationed:
    """The lines cut so that they use no more than `limit` (millionths of its unit)."""
    assert limit >= 0
    taken = [0] * len(lines)
    used, shadow = 0, 0
    packs = sorted(
        (
            (-_earned_per_use(pack.earns, pack.uses), number, place, pack)
            for number, line in enumerate(lines)
            for place, pack in enumerate(_packs(line, measure))
        ),
        key=lambda one: one[:3],
    )
    full: set[int] = set()
    for earns, number, _place, pack in packs:
        if number in full or used + pack.uses > limit:
            # A later pack of a line whose earlier one does not fit would not be the next one any more.
            full.add(number)
            shadow = max(shadow, -earns)
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
    earns: int


def _packs(line: Suggestion, measure: Measure) -> list[_Pack]:
    """The line's quantity in the parts it can be cut into; the first is not below the least order."""
    parts, have = [], 0
    while have < line.qty:
        least = max(line.source.pack, line.source.least) if not have else line.source.pack
        qty = min(up_to_step(least, line.source.pack), line.qty - have)
        uses = ceil_div((have + qty) * measure(line), MICRO) - ceil_div(have * measure(line), MICRO)
        parts.append(_Pack(qty, uses, _worth(line, have + qty) - _worth(line, have)))
        have += qty
    return parts


def _worth(line: Suggestion, qty: int) -> int:
    """What ordering `qty` is expected to earn, in millionths of a yuan: margin of what sells, loss of what is left."""
    have = line.position + line.given + line.substituted
    short_before, left_before = outcome(line.aim, have)
    short, left = outcome(line.aim, have + qty)
    margin = line.source.price - line.source.unit_cost
    loss = line.source.unit_cost - line.source.salvage
    return half_up((short_before - short) * margin - (left - left_before) * loss, MICRO)


def _earned_per_use(earns: int, uses: int) -> int:
    return earns * MICRO // uses if uses else 1 << 62


def _cut(line: Suggestion, qty: int, by: Literal["budget", "storage", "minimum_value"]) -> Suggestion:
    return msgspec.structs.replace(line, cut=line.cut + qty, cut_by=by)
