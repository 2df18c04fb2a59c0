"""Prices for the room in the vans: what couples the goods of a chain is taken out of the problem and charged for.

With a price p for a unit of volume on each lane, every SKU is a small flow of its own (`flows`), and

    bound(p) = gain of all goods at these prices + sum over lanes of max(0, p * room - trip)

is never below the worth of any plan that fits: a plan pays at most p * room on a lane that drives, and gets it back in
the second term, where the trip is paid as well. The lowest bound is sought by subgradient steps of Polyak's length
(M. L. Fisher, "The Lagrangian Relaxation Method for Solving Integer Programming Problems", Management Science, 1981),
starting at the prices that the greedy plan reveals: the poorest goods that still found room.

A price never falls below trip / room, at which a lane's own term is nothing: below it the bound only gets worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from cloud.replenishment.transfers.filling import Filling
from cloud.replenishment.transfers.flows import Flows
from cloud.replenishment.transfers.network import Network
from shared.units import MICRO, ceil_div

FULL = 0.97
"""A van this full was short of room, so its poorest goods tell what room was worth."""
SHARE_OF_MEMORY = 0.4
"""Of the step before, in each step: damps the zigzag between lanes that serve the same need."""


class Bounded(msgspec.Struct, frozen=True):
    """After one round: the lowest bound so far (millionths of a yuan), and the steps the goods want at these prices."""

    bound: int
    steps: list[int]


def useful_room(network: Network) -> list[int]:
    """Room that can be used at all: not more than all that could travel on the lane."""
    most = [0] * len(network.trip)
    ways = network.ways
    for lane, steps, volume in zip(ways.lane, ways.most, ways.volume, strict=True):
        most[lane] += steps * volume
    return [min(room, useful) for room, useful in zip(network.room, most, strict=True)]


def lowest_prices(network: Network, room: Sequence[int]) -> list[int]:
    """Each lane's trip shared over its room, rounded up."""
    return [
        ceil_div(trip * MICRO, there) if there else 0 for trip, there in zip(network.trip, room, strict=True)
    ]


def first_prices(plan: Filling, lowest: Sequence[int], room: Sequence[int]) -> list[float]:
    """What the greedy plan says of each lane: its poorest goods where it is full, else its trip."""
    poorest: dict[int, int] = {}
    network = plan.network
    ways = network.ways
    for number, steps in enumerate(plan.steps):
        if steps and ways.volume[number]:
            lane, price = ways.lane[number], ways.profit[number] * MICRO // ways.volume[number]
            poorest[lane] = min(price, poorest.get(lane, price))
    return [
        float(
            max(low, poorest[lane])
            if lane in poorest and network.room[lane] - plan.room[lane] >= FULL * there
            else low
        )
        for lane, (low, there) in enumerate(zip(lowest, room, strict=True))
    ]


def rounds_of_prices(network: Network, flows: Flows, plan: Filling) -> Iterator[Bounded]:
    """Rounds without end, each with a bound no worse than the one before; the caller stops when it is enough."""
    room = useful_room(network)
    lowest = lowest_prices(network, room)
    prices = first_prices(plan, lowest, room)
    best: int | None = None
    memory = [0.0] * len(prices)
    boldness, failures = 1.0, 0
    while True:
        whole = [int(price) for price in prices]
        priced = flows.at_prices(whole)
        refunds = [
            ceil_div(price * there, MICRO) - trip
            for price, there, trip in zip(whole, room, network.trip, strict=True)
        ]
        bound = priced.gain + sum(refund for refund in refunds if refund > 0)
        if best is None or bound < best:
            best, failures = bound, 0
        else:
            failures += 1
            if failures == 2:
                boldness, failures = boldness * 0.6, 0
        yield Bounded(best, priced.steps)
        used = [0] * len(prices)
        for lane, volume, steps in zip(network.ways.lane, network.ways.volume, priced.steps, strict=True):
            used[lane] += steps * volume
        # At its lowest price a lane may drive or not: both are as good, so unused room pulls nowhere.
        slope = [
            min(there - carried, 0) if price <= low else there - carried
            for there, carried, price, low in zip(room, used, whole, lowest, strict=True)
        ]
        memory = [
            (1 - SHARE_OF_MEMORY) * new + SHARE_OF_MEMORY * old
            for new, old in zip(slope, memory, strict=True)
        ]
        square = sum((part / MICRO) ** 2 for part in memory)
        if not square:
            # No van is too full and none too empty: these prices are the best there are.
            continue
        hoped = best - max(0.5 * (best - plan.value), 0.001 * best)
        length = boldness * (bound - hoped) / square
        prices = [
            max(float(low), price - length * part / MICRO)
            for price, part, low in zip(prices, memory, lowest, strict=True)
        ]
