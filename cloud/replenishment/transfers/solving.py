"""The best transfers of a chain that were found, and how far from the best there could be they are at most."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Literal

import msgspec

from cloud.replenishment.transfers.chain import Chain
from cloud.replenishment.transfers.filling import Filling
from cloud.replenishment.transfers.flows import Flows
from cloud.replenishment.transfers.lane_prices import rounds_of_prices
from cloud.replenishment.transfers.network import Network, network_of
from cloud.replenishment.transfers.vans import Vans
from shared.units import MICRO, decimal_text, half_up, micro

ROUNDS = 20
FIT_EVERY = 4
"""Rounds of prices between two plans made of them: a plan costs as much as a third of a round."""
NEAR_ENOUGH = 0.005
"""Five in a thousand: what is left is less than anybody knows of the worth of goods."""

Method = Literal["lane_prices", "greedy"]


class Moved(msgspec.Struct, frozen=True, kw_only=True, rename={"from_store": "from", "to_store": "to"}):
    """Goods in a van. `value` is what moving them brings before the trip, in yuan."""

    from_store: str
    to_store: str
    lane: int
    sku: str
    qty: str
    value: str


class Trip(msgspec.Struct, frozen=True, kw_only=True, rename={"from_store": "from", "to_store": "to"}):
    """A van that drives: its lane's place in the file, the volume in it, and what its goods bring less the trip."""

    from_store: str
    to_store: str
    lane: int
    volume: str
    value: str


class Transfers(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. No plan is worth more than `bound`; `gap` is the part of it that may still be missing. Both are
    null where no solver is installed (`method` greedy): then nothing is known of what is missing."""

    method: Method
    value: str
    greedy_value: str
    bound: str | None
    gap: str | None
    rounds: int
    trips: tuple[Trip, ...]
    transfers: tuple[Moved, ...]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, in whole millionths of a yuan and steps of each way."""

    network: Network
    filling: Filling
    greedy_value: int
    bound: int | None
    rounds: int

    @property
    def gap(self) -> int | None:
        """The part of the bound that is not reached, in millionths; 0 where there is nothing to gain."""
        if self.bound is None:
            return None
        return half_up((self.bound - self.filling.value) * MICRO, self.bound) if self.bound > 0 else 0


def best_transfers(
    chain: Chain, *, rounds: int = ROUNDS, go_on: Callable[[], bool] = lambda: True, solver: bool = True
) -> Plan:
    """The best plan within `rounds` of prices, or until `go_on` says that time is up. Never worth less than the
    greedy plan: it is the first candidate. Without ortools, or where `solver` is false, it stays the only one."""
    network = network_of(chain)
    vans = Vans(network)
    plan = vans.greedy()
    greedy_value = plan.value
    vans.improve(plan)
    flows = _flows(network) if solver else None
    if flows is None:
        return Plan(network=network, filling=plan, greedy_value=greedy_value, bound=None, rounds=0)
    bound, done = 0, 0
    for done, bounded in enumerate(islice(rounds_of_prices(network, flows, plan), rounds), start=1):
        bound = bounded.bound
        last = done == rounds or not go_on()
        if done % FIT_EVERY == 0 or done == 1 or last:
            found = vans.fit(bounded.steps)
            vans.improve(found)
            plan = max(plan, found, key=lambda one: one.value)
        if last or bound - plan.value <= NEAR_ENOUGH * bound:
            break
    return Plan(network=network, filling=plan, greedy_value=greedy_value, bound=bound, rounds=done)


def _flows(network: Network) -> Flows | None:
    try:
        return Flows(network)
    except ModuleNotFoundError:
        return None


def told(chain: Chain, plan: Plan) -> Transfers:
    """The plan in the chain's own names and units."""
    network, filling = plan.network, plan.filling
    step = {one.sku: micro(one.step) for one in chain.goods}
    moved = []
    ways = network.ways
    for number, steps in enumerate(filling.steps):
        if steps:
            lane, sku = chain.lanes[ways.lane[number]], chain.surpluses[ways.surplus[number]].sku
            moved.append(
                Moved(
                    from_store=lane.from_store,
                    to_store=lane.to_store,
                    lane=ways.lane[number],
                    sku=sku,
                    qty=decimal_text(steps * step[sku]),
                    value=decimal_text(steps * ways.profit[number]),
                )
            )
    trips = [
        Trip(
            from_store=lane.from_store,
            to_store=lane.to_store,
            lane=number,
            volume=decimal_text(network.room[number] - filling.room[number]),
            value=decimal_text(filling.gross[number] - network.trip[number]),
        )
        for number, lane in enumerate(chain.lanes)
        if filling.gross[number]
    ]
    gap = plan.gap
    return Transfers(
        method="greedy" if plan.bound is None else "lane_prices",
        value=decimal_text(filling.value),
        greedy_value=decimal_text(plan.greedy_value),
        bound=None if plan.bound is None else decimal_text(plan.bound),
        gap=None if gap is None else decimal_text(gap),
        rounds=plan.rounds,
        trips=tuple(trips),
        transfers=tuple(moved),
    )
