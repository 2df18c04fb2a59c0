"""Which vans drive: fills them the greedy way, sends home those that do not pay, and tries whether others could go.

This is the plan where no solver is installed, and the last step where one is.
"""

from __future__ import annotations

from collections.abc import Sequence

from cloud.replenishment.transfers.filling import Filling, by_density
from cloud.replenishment.transfers.network import Network

HARDLY = 3
"""A van whose goods bring more than so many trips is not worth a trial: sending it home saves one trip at most."""


class Vans:
    """A network with its ways sorted once; every plan for it is made here."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.order = by_density(network)
        self.ways_of_lane: list[list[int]] = [[] for _ in network.trip]
        for number in self.order:
            self.ways_of_lane[network.ways.lane[number]].append(number)
        self.rank = [0] * len(self.order)
        for place, number in enumerate(self.order):
            self.rank[number] = place
        self.ways_of_surplus: list[list[int]] = [[] for _ in network.offered]
        self.ways_of_need: list[list[int]] = [[] for _ in network.wanted]
        for number, (surplus, need) in enumerate(zip(network.ways.surplus, network.ways.need, strict=True)):
            self.ways_of_surplus[surplus].append(number)
            self.ways_of_need[need].append(number)

    def greedy(self) -> Filling:
        """All vans filled by profit for their room; those that do not pay for their trip stay at home."""
        filling = Filling(self.network)
        drives = [True] * len(self.network.trip)
        filling.take(self.order, drives)
        self._send_home(filling, drives)
        return filling

    def fit(self, steps: Sequence[int]) -> Filling:
        """A plan that fits, made of wishes that may not: `steps` on each way, as the prices would have it."""
        filling = Filling(self.network)
        drives = [True] * len(self.network.trip)
        filling.take([number for number in self.order if steps[number]], drives, steps)
        drives = [gross > trip for gross, trip in zip(filling.gross, self.network.trip, strict=True)]
        for lane, driving in enumerate(drives):
            if not driving:
                filling.unload(self.ways_of_lane[lane])
        filling.take(self.order, drives)
        self._send_home(filling, drives)
        return filling

    def _send_home(self, filling: Filling, drives: list[bool]) -> None:
        """Until every van pays for its trip; each round has fewer vans, so it ends."""
        while True:
            lost = [
                lane
                for lane, gross in enumerate(filling.gross)
                if drives[lane] and gross <= self.network.trip[lane] and self.network.trip[lane]
            ]
            if not lost:
                return
            for lane in lost:
                drives[lane] = False
                filling.unload(self.ways_of_lane[lane])
            filling.take(self.order, drives)

    def improve(self, filling: Filling) -> None:
        """Tries vans that hardly pay at home and those at home on the road, and keeps what is worth more than before.

        Goods of a van sent home go into the others as far as they fit; a van that sets out takes what is left.
        """
        drives = [gross > 0 for gross in filling.gross]
        trips = self.network.trip
        for lane in sorted(range(len(trips)), key=lambda lane: (filling.gross[lane] - trips[lane], lane)):
            if not drives[lane]:
                drives[lane] = self._pays(filling, drives, lane)
            elif filling.gross[lane] <= HARDLY * trips[lane]:
                self._without(filling, drives, lane)

    def _without(self, filling: Filling, drives: list[bool], lane: int) -> None:
        before = filling.value
        loads = filling.unload(self.ways_of_lane[lane])
        drives[lane] = False
        freed = self._touching([number for number, _ in loads])
        held = [filling.steps[number] for number in freed]
        filling.take(freed, drives)
        if filling.value > before:
            return
        filling.reload(
            (number, steps - filling.steps[number]) for number, steps in zip(freed, held, strict=True)
        )
        filling.reload(loads)
        drives[lane] = True

    def _pays(self, filling: Filling, drives: list[bool], lane: int) -> bool:
        before = filling.value
        drives[lane] = True
        filling.take(self.ways_of_lane[lane], drives)
        if filling.value > before:
            return True
        filling.unload(self.ways_of_lane[lane])
        drives[lane] = False
        return False

    def _touching(self, ways: Sequence[int]) -> list[int]:
        """All ways that share a surplus or a need with these, the densest first."""
        found: set[int] = set()
        for number in ways:
            found.update(self.ways_of_surplus[self.network.ways.surplus[number]])
            found.update(self.ways_of_need[self.network.ways.need[number]])
        return sorted(found, key=self.rank.__getitem__)
