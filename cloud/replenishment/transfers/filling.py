"""Vans being filled: a plan under way that takes goods on, lets a van go, and always fits.

Whatever order the ways come in, no surplus gives more than it has, no need gets more than it wants, and no van carries
more than its room: `take` books no step that would not fit, and nothing else books steps that were not
there before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cloud.replenishment.transfers.network import Network


def by_density(network: Network) -> list[int]:
    """The ways with the most profit for their room first; goods that take no room come before all others."""
    profit, volume = network.ways.profit, network.ways.volume
    density = [-gain / room if room else float("-inf") for gain, room in zip(profit, volume, strict=True)]
    return sorted(range(len(density)), key=density.__getitem__)


class Filling:
    """Steps on each way, and what is left of surpluses, needs and room."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.steps = [0] * len(network.ways)
        self.offered = list(network.offered)
        self.wanted = list(network.wanted)
        self.room = list(network.room)
        self.gross = [0] * len(network.trip)
        """Profit of the goods in each van, before its trip is paid."""

    def take(self, order: Iterable[int], drives: Sequence[bool], limit: Sequence[int] | None = None) -> None:
        """Books as much as fits of each way in turn, on lanes that drive; `limit` caps the steps of a way.

        Written as one flat loop: it runs over every way of a chain dozens of times.
        """
        ways = self.network.ways
        surplus_of, need_of, lane_of, volume_of, profit_of = (
            ways.surplus,
            ways.need,
            ways.lane,
            ways.volume,
            ways.profit,
        )
        offered, wanted, room, gross, steps = self.offered, self.wanted, self.room, self.gross, self.steps
        for number in order:
            lane = lane_of[number]
            if not drives[lane]:
                continue
            surplus = surplus_of[number]
            most = offered[surplus]
            if not most:
                continue
            need, volume = need_of[number], volume_of[number]
            if wanted[need] < most:
                most = wanted[need]
            if volume and most * volume > room[lane]:
                most = room[lane] // volume
            if limit is not None and limit[number] - steps[number] < most:
                most = limit[number] - steps[number]
            if most > 0:
                steps[number] += most
                offered[surplus] -= most
                wanted[need] -= most
                room[lane] -= most * volume
                gross[lane] += most * profit_of[number]

    def _book(self, number: int, steps: int) -> None:
        ways = self.network.ways
        self.steps[number] += steps
        self.offered[ways.surplus[number]] -= steps
        self.wanted[ways.need[number]] -= steps
        self.room[ways.lane[number]] -= steps * ways.volume[number]
        self.gross[ways.lane[number]] += steps * ways.profit[number]

    def unload(self, ways_of_lane: Iterable[int]) -> list[tuple[int, int]]:
        """Empties a van; gives what was in it (way, steps), to be put back by `reload`."""
        loads = [(number, self.steps[number]) for number in ways_of_lane if self.steps[number]]
        for number, steps in loads:
            self._book(number, -steps)
        return loads

    def reload(self, loads: Iterable[tuple[int, int]]) -> None:
        """Puts back what `unload` took out; negative steps take out what was taken since."""
        for number, steps in loads:
            self._book(number, steps)

    @property
    def value(self) -> int:
        """Profit of all goods less the trips of the vans that carry any, in millionths of a yuan."""
        driving = zip(self.gross, self.network.trip, strict=True)
        return sum(gross - trip for gross, trip in driving if gross)
