"""The goods without the vans: a minimum-cost flow for every SKU, all of them in one network, solved by ortools.

The only file that knows the solver. Its costs are whole millionths of a yuan, rounded in favour of the bound: what a
lane charges for a step is rounded down by up to two millionths, so that no plan can be worth more than is said here.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cloud.replenishment.transfers.network import Network
from shared.units import MICRO


class Priced(msgspec.Struct, frozen=True):
    """Steps on each way that gain the most at given prices, and that gain in millionths of a yuan."""

    steps: list[int]
    gain: int


class Flows:
    """The network laid out once; `at_prices` solves it as often as the prices change.

    Nodes are the surpluses, then the needs, then one sink for each SKU: what is offered flows to its sink, either over
    a way and a need, or straight.
    """

    def __init__(self, network: Network) -> None:
        """Raises ModuleNotFoundError where ortools is not installed."""
        import numpy
        from ortools.graph.python import min_cost_flow

        self._numpy, self._solver = numpy, min_cost_flow.SimpleMinCostFlow
        ways, offered = network.ways, network.offered
        sink_of = len(offered) + len(network.wanted)
        goods_of_need = {
            need: network.goods_of_surplus[surplus]
            for need, surplus in zip(ways.need, ways.surplus, strict=True)
        }
        tails = ways.surplus + list(range(len(offered)))
        heads = [len(offered) + need for need in ways.need] + [
            sink_of + goods for goods in network.goods_of_surplus
        ]
        most = ways.most + offered
        for need, goods in goods_of_need.items():
            tails.append(len(offered) + need)
            heads.append(sink_of + goods)
            most.append(network.wanted[need])
        collected = [0] * (max(network.goods_of_surplus, default=-1) + 1)
        for qty, goods in zip(offered, network.goods_of_surplus, strict=True):
            collected[goods] -= qty
        self._tails = numpy.array(tails, dtype=numpy.int32)
        self._heads = numpy.array(heads, dtype=numpy.int32)
        self._most = numpy.array(most, dtype=numpy.int64)
        self._nodes = numpy.array(
            [*range(len(offered)), *(sink_of + goods for goods in range(len(collected)))], dtype=numpy.int32
        )
        self._supply = numpy.array([*offered, *collected], dtype=numpy.int64)
        self._profit = numpy.array(ways.profit, dtype=numpy.int64)
        self._volume = numpy.array(ways.volume, dtype=numpy.float64)
        self._lane = numpy.array(ways.lane, dtype=numpy.int64)

    def at_prices(self, prices: Sequence[int]) -> Priced:
        """The most that goods can gain when a lane charges `prices` (millionths of a yuan) for a unit of volume."""
        numpy = self._numpy
        charged = numpy.array(prices, dtype=numpy.float64)[self._lane] * self._volume / MICRO
        whole = numpy.floor(numpy.minimum(charged, self._profit + 2)).astype(numpy.int64) - 1
        gain = self._profit - numpy.maximum(whole, 0)
        costs = numpy.zeros(len(self._tails), dtype=numpy.int64)
        costs[: len(gain)] = -gain
        solver = self._solver()
        solver.add_arcs_with_capacity_and_unit_cost(self._tails, self._heads, self._most, costs)
        solver.set_nodes_supplies(self._nodes, self._supply)
        status = solver.solve()
        assert status == solver.OPTIMAL, f"the flow of goods has no answer: {status}"
        steps = solver.flows(numpy.arange(len(gain), dtype=numpy.int32)).tolist()
        return Priced(steps, sum(map(int.__mul__, steps, gain.tolist())))
