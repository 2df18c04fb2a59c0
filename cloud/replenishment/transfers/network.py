"""The chain as a network of whole steps: what can leave where, what can arrive where, and every way between.

Sums are exact. A step is the SKU's smallest quantity moved; its profit is rounded once, to a millionth of a yuan:

    profit of a step = worth there - worth here - per_volume * volume

A way that gains nothing is left out; no plan would use it.
"""

from __future__ import annotations

import msgspec

from cloud.replenishment.transfers.chain import DEAREST, Chain, Goods
from shared.errors import DomainError
from shared.units import MICRO, half_up, micro

UNLIMITED = 1 << 53
"""Room of a van without a limit, in millionths: more than all goods of any chain."""


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """Every way from a surplus to a need over a lane, a column for each thing known of it: loops of a hundred thousand
    ways run over these. At most `most` steps travel on a way, each with its `profit` and its `volume` in the van."""

    surplus: list[int]
    need: list[int]
    lane: list[int]
    most: list[int]
    profit: list[int]
    volume: list[int]

    def __len__(self) -> int:
        return len(self.lane)


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """Steps that are there and wanted, by the index of their surplus and need in the chain; lanes by theirs.

    `goods_of_surplus` names the goods of each surplus by index: ways of different goods meet only in the vans.
    """

    offered: list[int]
    wanted: list[int]
    goods_of_surplus: list[int]
    trip: list[int]
    room: list[int]
    ways: Ways


def network_of(chain: Chain) -> Network:
    """The network of a checked chain. Raises `number_too_large` where a step is worth more than `DEAREST`."""
    measures = {one.sku: _measure(one, number) for number, one in enumerate(chain.goods)}
    offered = [micro(one.qty) // measures[one.sku].step for one in chain.surpluses]
    wanted = [micro(one.qty) // measures[one.sku].step for one in chain.needs]
    return Network(
        offered=offered,
        wanted=wanted,
        goods_of_surplus=[measures[one.sku].number for one in chain.surpluses],
        trip=[micro(lane.trip) for lane in chain.lanes],
        room=[
            UNLIMITED if lane.capacity is None else min(micro(lane.capacity), UNLIMITED)
            for lane in chain.lanes
        ],
        ways=_ways(chain, measures, offered, wanted),
    )


class _Measure(msgspec.Struct, frozen=True):
    number: int
    step: int
    volume: int
    """Of one base unit."""


def _measure(goods: Goods, number: int) -> _Measure:
    return _Measure(number, micro(goods.step), micro(goods.volume))


def _ways(chain: Chain, measures: dict[str, _Measure], offered: list[int], wanted: list[int]) -> Ways:
    lanes_from: dict[str, list[tuple[int, str, int]]] = {}
    for number, lane in enumerate(chain.lanes):
        told = (number, lane.to_store, micro(lane.per_volume))
        lanes_from.setdefault(lane.from_store, []).append(told)
    needs_at: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, need in enumerate(chain.needs):
        needs_at.setdefault((need.store, need.sku), []).append((number, micro(need.worth)))
    ways = Ways(surplus=[], need=[], lane=[], most=[], profit=[], volume=[])
    for here, surplus in enumerate(chain.surpluses):
        measure, worth = measures[surplus.sku], micro(surplus.worth)
        volume = half_up(measure.volume * measure.step, MICRO)
        for number, to_store, per_volume in lanes_from.get(surplus.store, ()):
            for there, worth_there in needs_at.get((to_store, surplus.sku), ()):
                profit = step_profit(measure.step, measure.volume, per_volume, worth_there - worth)
                if profit > DEAREST:
                    raise DomainError("number_too_large", field="worth", text=surplus.sku)
                most = min(offered[here], wanted[there])
                if profit > 0 and most > 0:
                    ways.surplus.append(here)
                    ways.need.append(there)
                    ways.lane.append(number)
                    ways.most.append(most)
                    ways.profit.append(profit)
                    ways.volume.append(volume)
    return ways


def step_profit(step: int, volume: int, per_volume: int, gained: int) -> int:
    """What moving one step brings, in millionths of a yuan, rounded half up; all arguments in millionths.

    `volume` and `gained` (the difference of worth) are of one base unit. A case of 6 with 0.5 litres a piece that gains
    2.00 a piece over a lane of 0.10 a litre brings 6 * 2.00 - 0.10 * 3 = 11.70.
    """
    return half_up(step * (gained * MICRO - per_volume * volume), MICRO * MICRO)
