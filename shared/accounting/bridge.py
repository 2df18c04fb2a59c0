"""Why gross profit changed: prices, costs, volume, mix, and goods that came or went; the parts add up to the fen.

For each SKU sold in both periods, at prices p and costs c of a unit and quantities q:
price = (p1 - p0) q1, cost = -(c1 - c0) q1, and what is left, (q1 - q0) (p0 - c0), is volume and mix together. Volume is
what gross profit would have gained had everything grown as revenue at the old prices did; mix is the rest: more was
sold of what earns more. Quantities of different goods are never added up, so kilograms and pieces stand side by side.

Tea 100 @ 5.00 (cost 3.00) then 120 @ 5.50 (cost 3.20): 200.00 becomes 276.00; price +60.00, cost -24.00, volume +40.00.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from shared.units import half_up


class Earned(msgspec.Struct, frozen=True):
    """What one SKU brought in over a period: millionths sold, fen without tax, fen of cost."""

    qty: int
    net: int
    cost: int

    @property
    def gross_profit(self) -> int:
        return self.net - self.cost


class Bridge(msgspec.Struct, frozen=True, kw_only=True):
    """Fen; all parts together are the change of gross profit."""

    price: int
    cost: int
    volume: int
    mix: int
    came: int
    went: int

    @property
    def total(self) -> int:
        return self.price + self.cost + self.volume + self.mix + self.came + self.went


def bridge(base: Mapping[str, Earned], now: Mapping[str, Earned]) -> Bridge:
    """From the base period to this one, SKU by SKU. What is not sold in one of the two came, or went."""
    price = cost = came = went = 0
    profit = revenue = at_old_prices = profit_at_old_prices = 0
    for sku in base.keys() | now.keys():
        then, here = base.get(sku, _NOTHING), now.get(sku, _NOTHING)
        if then.qty <= 0 or here.qty <= 0:
            came += here.gross_profit
            went -= then.gross_profit
            continue
        net = half_up(then.net * here.qty, then.qty)
        spent = half_up(then.cost * here.qty, then.qty)
        price += here.net - net
        cost -= here.cost - spent
        profit += then.gross_profit
        revenue += then.net
        at_old_prices += net
        profit_at_old_prices += net - spent
    volume = half_up(profit * (at_old_prices - revenue), revenue) if revenue > 0 else 0
    return Bridge(
        price=price,
        cost=cost,
        volume=volume,
        mix=profit_at_old_prices - profit - volume,
        came=came,
        went=went,
    )


_NOTHING = Earned(0, 0, 0)
