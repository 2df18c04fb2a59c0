"""Goods that sister stores can spare come before goods that must be bought: they are paid for and age.

Where the chain's lanes are known, the optimiser (`transfers`) decides what travels; where they are not, needs are met
from the largest spare first, the emptiest store first, so that few vans carry much. No store gives below its own
order-up-to level.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from cloud.replenishment.policy.suggesting import Suggestion
from cloud.replenishment.transfers.chain import Chain, Goods, Lane, Need, Surplus
from shared.units import MICRO, decimal_text, half_up


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Goods of one SKU from a store that can spare them; `spare` is what it could give before."""

    sku: str
    from_store: str
    to_store: str
    qty: int
    spare: int


def shared_out(lines: Sequence[Suggestion]) -> list[Given]:
    """What travels of one SKU where no lanes are known; whole steps."""
    assert len({line.sku for line in lines}) <= 1
    spare = {line.store: line.spare for line in lines if line.spare}
    given: list[Given] = []
    for line in sorted((line for line in lines if line.need), key=_cover):
        wanted = line.need - line.substituted
        for store in sorted(spare, key=lambda one: (-spare[one], one)):
            qty = min(wanted, spare[store]) // line.aim.step * line.aim.step
            if store == line.store or qty <= 0:
                continue
            given.append(
                Given(sku=line.sku, from_store=store, to_store=line.store, qty=qty, spare=spare[store])
            )
            spare[store] -= qty
            wanted -= qty
    return given


def _cover(line: Suggestion) -> tuple[int, str]:
    """Emptiest first: the position as a part of what is expected to be asked for."""
    return line.position * MICRO // max(line.aim.moments.mean, 1), line.store


def chain_of(lines: Iterable[Suggestion], lanes: Sequence[Lane]) -> Chain:
    """The optimiser's question. A unit that is needed is worth what buying it would cost; one to spare is worth that
    only by the chance that it is asked for after all, which is at most one less the service level."""
    goods: dict[str, Goods] = {}
    surpluses, needs = [], []
    for line in lines:
        goods[line.sku] = Goods(
            sku=line.sku, step=decimal_text(line.aim.step), volume=decimal_text(line.source.volume)
        )
        cost = line.source.unit_cost
        if line.spare:
            worth = half_up(cost * (MICRO - line.aim.level), MICRO)
            surpluses.append(
                Surplus(
                    store=line.store, sku=line.sku, qty=decimal_text(line.spare), worth=decimal_text(worth)
                )
            )
        elif line.need > line.substituted:
            needs.append(
                Need(
                    store=line.store,
                    sku=line.sku,
                    qty=decimal_text(line.need - line.substituted),
                    worth=decimal_text(cost),
                )
            )
    return Chain(
        goods=tuple(goods.values()), lanes=tuple(lanes), surpluses=tuple(surpluses), needs=tuple(needs)
    )


def with_given(lines: Iterable[Suggestion], given: Iterable[Given]) -> list[Suggestion]:
    """The lines with what sister stores give."""
    sums: dict[tuple[str, str], int] = {}
    for one in given:
        sums[one.to_store, one.sku] = sums.get((one.to_store, one.sku), 0) + one.qty
    return [msgspec.structs.replace(line, given=sums.get((line.store, line.sku), 0)) for line in lines]
