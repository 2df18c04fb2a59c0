"""From a position and an aim to what to order, with every term that led there.

    position  = on_hand - held - expiring + in_transit + on_order
    need      = max(0, order_up_to - position)
    spare     = max(0, min(on_hand - held - expiring, position - order_up_to))
    wanted    = need - given                                    given: from sister stores, before anything is bought
    ordered   = the candidate with the lowest expected cost     nothing, or whole packs not below the least order
    qty       = ordered + topped_up - cut

A candidate's cost is what is expected to be missing or left over, weighed as the service level does:

    cost(q) = level * short(position + given + q) + (1 - level) * left_over(position + given + q)

It is lowest at the order-up-to level itself, so rounding to packs goes down where a whole pack more would mostly lie.
Where a person has said how much there should be at least and at most, candidates outside are not looked at, unless
packs leave nothing else; the most wins.
Goods that do not keep are ordered by what of each lot will be thrown away instead (`bought_fresh`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from cloud.replenishment.policy.demand import demand_of
from cloud.replenishment.policy.perishables import Freshly, Lot, Path, best_order
from cloud.replenishment.policy.safety_stock import Aim, SafetyStock, safety_stock
from shared.units import MICRO, half_up, up_to_step

Cut = Literal["budget", "storage", "minimum_value"]


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """One SKU in one store as the day-book has it. `expiring` will have to be thrown away before it is asked for."""

    on_hand: int
    held: int = 0
    expiring: int = 0
    in_transit: int = 0
    on_order: int = 0

    @property
    def there(self) -> int:
        return self.on_hand - self.held - self.expiring

    @property
    def position(self) -> int:
        return self.there + self.in_transit + self.on_order


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where it comes from: whole packs, not below the least order. Prices are of one base unit, in millionths of a
    yuan; `salvage` is what one left over still brings."""

    supplier: str
    pack: int = MICRO
    least: int = 0
    unit_cost: int = 0
    price: int = 0
    salvage: int = 0
    volume: int = 0

    @property
    def first(self) -> int:
        """The least that can be ordered at all: whole packs, not below the least order."""
        return up_to_step(max(self.least, self.pack), self.pack)


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity that could be ordered and what it is expected to cost. Goods that do not keep are judged lot by lot
    (`perishables`): then `waste` and `short` are told, and the cost is in yuan."""

    qty: int
    cost: int
    waste: int | None = None
    short: int | None = None


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """One line with all its terms; the module's opening says how they follow from each other."""

    store: str
    sku: str
    aim: Aim
    stock: SafetyStock
    shelf: Shelf
    source: Source
    position: int
    need: int
    spare: int
    given: int = 0
    substituted: int = 0
    """Part of the need that another SKU on the same shelf covers (`substitutes`)."""
    candidates: tuple[Candidate, ...] = ()
    ordered: int = 0
    topped_up: int = 0
    cut: int = 0
    cut_by: Cut | None = None

    @property
    def wanted(self) -> int:
        return max(0, self.need - self.given - self.substituted)

    @property
    def without_buying(self) -> int:
        """What there will be if nothing is bought."""
        return self.position + self.given + self.substituted

    @property
    def qty(self) -> int:
        """What to buy."""
        return self.ordered + self.topped_up - self.cut

    @property
    def value(self) -> int:
        """What it costs, in millionths of a yuan."""
        return half_up(self.qty * self.source.unit_cost, MICRO)


def judge(store: str, sku: str, aim: Aim, shelf: Shelf, source: Source) -> Suggestion:
    """Position, need and spare, before anybody gives or buys."""
    stock = safety_stock(aim)
    position = shelf.position
    return Suggestion(
        store=store,
        sku=sku,
        aim=aim,
        stock=stock,
        shelf=shelf,
        source=source,
        position=position,
        need=max(0, stock.order_up_to - position),
        spare=max(0, min(shelf.there, position - stock.order_up_to)),
    )


def bought(line: Suggestion) -> Suggestion:
    """The line with its candidates and the best of them; of two equally good ones the smaller."""
    if not line.wanted:
        return line
    candidates = tuple(
        Candidate(qty=qty, cost=expected_cost(line, qty))
        for qty in _within_cover(line, candidate_quantities(line.wanted, line.source))
    )
    best = min(candidates, key=lambda one: (one.cost, one.qty))
    return msgspec.structs.replace(line, candidates=candidates, ordered=best.qty)


def bought_fresh(
    line: Suggestion, paths: Sequence[Path], lots: Sequence[Lot], fresh: Freshly, freshest: int
) -> Suggestion:
    """The line of goods that do not keep; `lots` are all that will be there, given goods included."""
    if line.substituted >= line.need > 0:
        return line
    best, judged = best_order(paths, lots, fresh, freshest)
    candidates = tuple(
        Candidate(qty=one.qty, cost=one.cost, waste=one.waste, short=one.short) for one in judged
    )
    return msgspec.structs.replace(line, candidates=candidates, ordered=best.qty)


def candidate_quantities(wanted: int, source: Source) -> tuple[int, ...]:
    """Nothing, and the whole packs around what is wanted, none below the least order."""
    below = wanted // source.pack * source.pack
    around = {max(source.first, below), max(source.first, up_to_step(wanted, source.pack))}
    return (0, *sorted(around))


def _within_cover(line: Suggestion, quantities: Sequence[int]) -> list[int]:
    """Those that leave no less and no more on the shelf than a person wants; nothing is always possible."""
    aim, have = line.aim, line.without_buying
    most = aim.cover_most
    small = [qty for qty in quantities if not qty or most is None or have + qty <= most]
    enough = [qty for qty in small if have + qty >= aim.cover_least]
    return enough or [small[-1]]


def expected_cost(line: Suggestion, qty: int) -> int:
    """Missing and left over at the end of the protection period, weighed by the service level (see above)."""
    short, left_over = outcome(line.aim, line.without_buying + qty)
    return half_up(line.aim.level * short + (MICRO - line.aim.level) * left_over, MICRO)


def outcome(aim: Aim, have: int) -> tuple[int, int]:
    """What is expected to be missing and to be left of `have`, demand stretched by the calibration's factor."""
    mean = aim.moments.mean
    demand = demand_of(mean, aim.moments.variance, aim.step)
    if not aim.factor:
        return max(0, mean - have), max(0, have - mean)
    at = mean + half_up((have - mean) * MICRO, aim.factor)
    if at < 0:
        return mean - have, 0
    left_over = half_up(aim.factor * demand.left_over(at), MICRO)
    return max(0, mean - have + left_over), left_over
