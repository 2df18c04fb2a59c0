"""Goods that do not keep: lot by lot, what will be thrown away and what will be missing, over paths demand may take.

A mean and a quantile do not tell what happens to five loaves that expire on Tuesday. So demand is drawn day by day,
some two hundred times, and each time the lots are sold and thrown away as in a shop: a part of the customers takes the
freshest (learnt from the ages of sold lots), the others take what expires first. The order is the one with the lowest

    cost(q) = over * expected waste + under * expected short

with `under` the margin and goodwill lost, `over` what a thrown-away unit cost less what it still brings. All quantities
are judged on the same paths, so that they differ by themselves and not by luck.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

import msgspec

from cloud.replenishment.policy.demand import demand_of
from cloud.replenishment.policy.protection import deviation
from shared.forecasting.forecast import ForecastDay
from shared.units import MICRO, ceil_div, half_up

PATHS = 200
CANDIDATES_MAX = 200
"""Where demand is more packs than these (rolls by the piece), quantities are tried in larger strides, and then by the
pack around the best of them."""
_WORSE_IN_A_ROW = 4
"""Expected cost first falls, then rises; so many rises in a row are no accident of the paths."""

Path = tuple[int, ...]


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """Sellable on day `first` (0 is the first day of the paths) to day `last`; what is left then is thrown away."""

    qty: int
    last: int
    first: int = 0


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Expected over all paths, in millionths of a unit."""

    waste: int
    short: int


class Freshly(msgspec.Struct, frozen=True, kw_only=True):
    """What is ordered: there on day `first`, sellable to day `last`; `over` and `under` in millionths of a yuan."""

    first: int
    last: int
    pack: int
    over: int
    under: int
    most: int | None = None
    """Never more than this: the room on the shelf, or what the goods' life could sell."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    qty: int
    waste: int
    short: int
    cost: int


def draw_paths(days: Sequence[ForecastDay], step: int, draw: Random, paths: int = PATHS) -> tuple[Path, ...]:
    """Demand day by day, `paths` times. Each day's draws are spread evenly over its chances (stratified), so that two
    hundred paths have the mean of two thousand."""
    columns = []
    for day in days:
        one = deviation(day)
        demand = demand_of(day.mean, one * one // MICRO, step)
        chances = [(number * MICRO + draw.randrange(MICRO)) // paths for number in range(paths)]
        draw.shuffle(chances)
        columns.append([demand.quantile(chance) for chance in chances])
    return tuple(zip(*columns, strict=True))


def outcome(paths: Sequence[Path], lots: Sequence[Lot], freshest: int) -> Outcome:
    """What becomes of these lots; `freshest` is the share (millionths) of customers who take the freshest."""
    waste = short = 0
    by_age = sorted((lot for lot in lots if lot.qty > 0), key=lambda lot: (lot.last, lot.first))
    for path in paths:
        thrown, missed = _live(path, by_age, freshest)
        waste += thrown
        short += missed
    return Outcome(waste=half_up(waste, len(paths)), short=half_up(short, len(paths)))


def _live(path: Path, by_age: Sequence[Lot], freshest: int) -> tuple[int, int]:
    left = [[lot.last, lot.first, lot.qty] for lot in by_age]
    waste = short = 0
    for day, asked in enumerate(path):
        there = [lot for lot in left if lot[1] <= day <= lot[0] and lot[2]]
        picky = half_up(asked * freshest, MICRO)
        missed = _sell(there[::-1], picky)
        short += _sell(there, asked - picky + missed)
        for lot in there:
            if lot[0] == day:
                waste += lot[2]
                lot[2] = 0
    return waste, short


def _sell(lots: Sequence[list[int]], asked: int) -> int:
    """Takes what is asked out of the lots in turn; gives what could not be had."""
    for lot in lots:
        if not asked:
            break
        taken = min(lot[2], asked)
        lot[2] -= taken
        asked -= taken
    return asked


def expiring(paths: Sequence[Path], lots: Sequence[Lot], freshest: int) -> int:
    """What of the lots will be thrown away if nothing is ordered: not stock to count on."""
    return outcome(paths, lots, freshest).waste


def best_order(
    paths: Sequence[Path], lots: Sequence[Lot], fresh: Freshly, freshest: int
) -> tuple[Judged, tuple[Judged, ...]]:
    """The order with the lowest expected cost, and all that were judged, nothing first. Of equals the smaller."""
    most = max(map(sum, paths), default=0)
    stride = max(1, ceil_div(ceil_div(most, fresh.pack), CANDIDATES_MAX))
    judged: dict[int, Judged] = {}
    _try(judged, range(0, (CANDIDATES_MAX + 1) * stride, stride), paths, lots, fresh, freshest)
    if stride > 1:
        around = _best(judged).qty // fresh.pack
        _try(judged, range(around, max(-1, around - stride), -1), paths, lots, fresh, freshest)
        _try(judged, range(around, around + stride), paths, lots, fresh, freshest)
    return _best(judged), tuple(judged[packs] for packs in sorted(judged))


def _best(judged: Mapping[int, Judged]) -> Judged:
    return min(judged.values(), key=lambda one: (one.cost, one.qty))


def _try(
    judged: dict[int, Judged],
    packs: Iterable[int],
    paths: Sequence[Path],
    lots: Sequence[Lot],
    fresh: Freshly,
    freshest: int,
) -> None:
    """Judges quantities in turn, until they only get worse or are more than `most`."""
    best, worse = None, 0
    for number in packs:
        qty = number * fresh.pack
        if fresh.most is not None and qty > fresh.most:
            break
        if number not in judged:
            ends = outcome(paths, [*lots, Lot(qty=qty, first=fresh.first, last=fresh.last)], freshest)
            cost = half_up(fresh.over * ends.waste + fresh.under * ends.short, MICRO)
            judged[number] = Judged(qty=qty, waste=ends.waste, short=ends.short, cost=cost)
        cost = judged[number].cost
        if best is None or cost < best:
            best, worse = cost, 0
        else:
            worse += 1
            if worse == _WORSE_IN_A_ROW:
                break
